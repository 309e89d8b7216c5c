"""From flags, environment and config file to frozen Settings: what to do, where, which policy."""

from pa_deploy.settings.local_files import read_file, write_file
from pa_deploy.settings.reading import RunInputs, read_inputs
from pa_deploy.settings.release import SOURCE_INPUTS
from pa_deploy.settings.report_files import ReportSettings, resolve_report
from pa_deploy.settings.resolve import (
    ACCOUNT_INPUTS,
    LOCK_INPUTS,
    SITE_INPUTS,
    STATUS_INPUTS,
    Settings,
    StatusSettings,
    Target,
    expand_home,
    wsgi_path,
)
from pa_deploy.settings.secrets import (
    find_secrets,
    secret_flags,
    secret_texts,
    secret_variables,
)
from pa_deploy.settings.served import (
    home_mappings,
    mapping_problems,
    release_mappings,
    sharing_problems,
)
from pa_deploy.settings.sources import Given, unknown_inputs
from pa_deploy.settings.watching import Watching, resolve_watching
from pa_deploy.settings.weak import is_short, is_unmistakable
from pa_deploy.settings.webapps import resolve_all, resolve_one, resolve_source
from pa_deploy.settings.workspace import find_workspace, leads_out

__all__ = [
    "ACCOUNT_INPUTS",
    "LOCK_INPUTS",
    "SITE_INPUTS",
    "SOURCE_INPUTS",
    "STATUS_INPUTS",
    "Given",
    "ReportSettings",
    "RunInputs",
    "Settings",
    "StatusSettings",
    "Target",
    "Watching",
    "expand_home",
    "find_secrets",
    "find_workspace",
    "home_mappings",
    "is_short",
    "is_unmistakable",
    "leads_out",
    "mapping_problems",
    "read_file",
    "read_inputs",
    "release_mappings",
    "resolve_all",
    "resolve_one",
    "resolve_report",
    "resolve_source",
    "resolve_watching",
    "secret_flags",
    "secret_texts",
    "secret_variables",
    "sharing_problems",
    "unknown_inputs",
    "write_file",
    "wsgi_path",
]
