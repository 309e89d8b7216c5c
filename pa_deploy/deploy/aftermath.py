"""What a run that fails does about the site that it may have changed."""

from __future__ import annotations

from dataclasses import replace

from pa_deploy.deploy.converge import settle
from pa_deploy.deploy.live import check_of
from pa_deploy.deploy.paths import note_missing_paths
from pa_deploy.deploy.progress import Ledger, Progress
from pa_deploy.deploy.rollback import RESERVE_SECONDS, former_webapp, roll_back
from pa_deploy.deploy.tools import Tools
from pa_deploy.errors import (
    DeployError,
    Locked,
    OutOfTime,
    ReleaseRefused,
    ReloadFailed,
    Unhealthy,
)
from pa_deploy.model import Actual, Health, HealthCheck, Plan, Release
from pa_deploy.plan import writes
from pa_deploy.settings import Settings
from pa_deploy.verify import ask_once, wait_until_healthy


def may_be_live(error: DeployError, ledger: Ledger) -> bool:
    """Whether the site may be another one than before, although the run has come to its end.

    PythonAnywhere reloads by itself where a WSGI file was written (help page ReloadWebApp). Who has
    lost the lock leaves all to the run that has it.
    """
    if isinstance(error, ReloadFailed | Unhealthy | ReleaseRefused):
        return True
    return ledger.wrote_wsgi_file() and not isinstance(error, Locked)


def after_failure(
    plan: Plan,
    former: Actual,
    error: DeployError,
    settings: Settings,
    tools: Tools,
    progress: Progress,
) -> str:
    """Roll back if there is something to put back; a sentence about what came of it."""
    if isinstance(error, ReleaseRefused):
        progress.ledger.release_refused()
        return _after_refusal(plan, former, settings, tools, progress)
    check = check_of(settings, progress.actual)
    if check and plan.changes and settings.policy.reload != "never":
        if isinstance(error, ReloadFailed):
            progress.health = ask_once(check, tools.site, tools.deadline)
        elif not isinstance(error, Unhealthy):
            progress.health = _ask_after_upload(check, tools)
    if progress.health is None or progress.health.healthy:
        return "It was not rolled back, as the site is not known to be unhealthy."
    note_missing_paths(settings.wanted, tools, progress)
    if not plan.changes:
        return "This run changed no configuration, so there was nothing to roll back."
    wanted = former_webapp(former, plan)
    if wanted is None:
        return "This run created the web app, so there is no former configuration to go back to."
    if not settings.rollback:
        return "The new configuration was left in place, as `rollback: false` says."
    return roll_back(wanted, settings, tools, progress)


def _ask_after_upload(check: HealthCheck, tools: Tools) -> Health | None:
    """What the site says when it has had a moment to load the new WSGI file; None: no time left."""
    try:
        settle("The WSGI file was written, and is loaded without a reload: asking the site", tools)
    except OutOfTime:
        return None
    reserve = min(RESERVE_SECONDS, tools.deadline.remaining() / 2)
    any_release = replace(check, release=None)
    return wait_until_healthy(any_release, tools.site, tools.deadline, tools.ci.log, reserve)


def _after_refusal(
    plan: Plan, former: Actual, settings: Settings, tools: Tools, progress: Progress
) -> str:
    """What served before serves, but perhaps with a configuration that is for the new release."""
    rest = replace(plan, changes=tuple(each for each in plan.changes if not writes(each, Release)))
    wanted = former_webapp(former, rest)
    if wanted is None or not settings.rollback:
        return ""
    return roll_back(wanted, settings, tools, progress)
