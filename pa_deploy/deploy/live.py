"""Make what is configured live: reload, and ask the site until it is healthy."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pa_deploy.deploy.causes import likely_cause
from pa_deploy.deploy.reloading import reload_webapp
from pa_deploy.deploy.tools import Tools
from pa_deploy.errors import ReloadDoubtful, ReloadFailed, Unhealthy
from pa_deploy.model import Actual, Health, HealthCheck
from pa_deploy.report import health_sentence
from pa_deploy.settings import Settings
from pa_deploy.verify import read_errors, with_login

if TYPE_CHECKING:
    from pa_deploy.deploy.course import Made
    from pa_deploy.deploy.delivery import Delivery

NOT_LOADED = "The configuration is written, but not loaded: run again with `reload: always`."
DOUBTFUL = (
    "The site may still have the former configuration. Run again with `reload: always`, or reload "
    "on the Web tab."
)
LOG_SLACK_SECONDS = 2.0
"""By so much the clock of the error log may be behind that of the API."""


def make_live(
    made: Made, delivery: Delivery | None, check: HealthCheck | None, tools: Tools
) -> str | None:
    """Reload, and have a release put in place if one was shipped; the text of a warning.

    Raises ReloadFailed, ReleaseRefused. How it went with the release decides, not the answer to the
    reload, which may well take too long.
    """
    try:
        if delivery and made.shipped:
            delivery.activate()
            return None
        return reload_webapp(made.plan.domain, tools, check)
    except ReloadFailed as error:
        error.until_undone = DOUBTFUL if isinstance(error, ReloadDoubtful) else NOT_LOADED
        raise


def show_errors(health: Health, domain: str, since: float, tools: Tools) -> Health:
    """With what the error log has since a moment by the server's clock; the run's log shows it."""
    lines = read_errors(tools.api, domain, since - LOG_SLACK_SECONDS, tools.ci.redact)
    if lines:
        with tools.ci.group(f"New lines in the error log of {domain}"):
            for line in lines:
                tools.ci.log(f"| {line}")
    return replace(health, log_tail=lines)


def unhealthy(
    health: Health, check: HealthCheck, waited_seconds: float, app: str | None
) -> Unhealthy:
    """`app` is as in `likely_cause`."""
    return Unhealthy(
        f"The site is not healthy: {health_sentence(health)}.",
        cause=likely_cause(health, check, waited_seconds, app),
        advice="See the new lines of its error log in this log and in the summary."
        if health.log_tail
        else "Its error log has no new lines.",
    )


def check_of(settings: Settings, actual: Actual) -> HealthCheck | None:
    """How to ask the site: with its login, and for the release that is to be live."""
    check = settings.health_check
    if check is None:
        return None
    check = with_login(check, actual.webapp)
    if actual.release is None:
        return check
    mapped = None if actual.static_files is None else tuple(row.url for row in actual.static_files)
    return replace(check, release=actual.release.id, mapped=mapped)
