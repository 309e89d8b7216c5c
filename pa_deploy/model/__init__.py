"""The vocabulary: what a web app is, what is wanted of it, and what a run did. No behaviour."""

from pa_deploy.model.console import Console
from pa_deploy.model.exact import Exact
from pa_deploy.model.marks import OUTPUT_PREFIX, RECORDING_MARK, REPORT_MARK, SUMMARY_MARK
from pa_deploy.model.outcome import Failure, Health, HealthCheck, Outcome, Rollback, Run
from pa_deploy.model.plan import (
    DIRECTORIES,
    SETTINGS,
    Change,
    Changeable,
    Create,
    Delete,
    Mode,
    NewWebapp,
    Plan,
    Policy,
    Reload,
    Resource,
    Setting,
    Step,
    Update,
)
from pa_deploy.model.release import (
    Boot,
    Release,
    ReleaseOutcome,
    ReleaseRow,
    ReleaseStatus,
    WantedRelease,
)
from pa_deploy.model.secret import Secret
from pa_deploy.model.state import Actual, WantedWebapp
from pa_deploy.model.webapp import (
    PASSWORD_CHARACTERS,
    PasswordProtection,
    SharedFile,
    StaticFile,
    StaticHeader,
    Webapp,
    WsgiFile,
)

__all__ = [
    "DIRECTORIES",
    "OUTPUT_PREFIX",
    "PASSWORD_CHARACTERS",
    "RECORDING_MARK",
    "REPORT_MARK",
    "SETTINGS",
    "SUMMARY_MARK",
    "Actual",
    "Boot",
    "Change",
    "Changeable",
    "Console",
    "Create",
    "Delete",
    "Exact",
    "Failure",
    "Health",
    "HealthCheck",
    "Mode",
    "NewWebapp",
    "Outcome",
    "PasswordProtection",
    "Plan",
    "Policy",
    "Release",
    "ReleaseOutcome",
    "ReleaseRow",
    "ReleaseStatus",
    "Reload",
    "Resource",
    "Rollback",
    "Run",
    "Secret",
    "Setting",
    "SharedFile",
    "StaticFile",
    "StaticHeader",
    "Step",
    "Update",
    "WantedRelease",
    "WantedWebapp",
    "Webapp",
    "WsgiFile",
]
