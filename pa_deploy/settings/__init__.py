"""From flags and environment to frozen Settings: what to do, where, and under which policy."""

from pa_deploy.settings.resolve import (
    STATUS_INPUTS,
    ReportSettings,
    Settings,
    StatusSettings,
    Target,
    expand_home,
    resolve,
    resolve_report,
    resolve_status,
)
from pa_deploy.settings.secrets import secret_texts
from pa_deploy.settings.sources import from_environment, unknown_inputs

__all__ = [
    "STATUS_INPUTS",
    "ReportSettings",
    "Settings",
    "StatusSettings",
    "Target",
    "expand_home",
    "from_environment",
    "resolve",
    "resolve_report",
    "resolve_status",
    "secret_texts",
    "unknown_inputs",
]
