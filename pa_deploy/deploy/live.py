"""Make what is configured live: reload, and ask the site until it is healthy."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pa_deploy.deploy.reloading import reload_webapp
from pa_deploy.deploy.tools import Tools
from pa_deploy.errors import ReloadDoubtful, ReloadFailed, Unhealthy
from pa_deploy.model import Actual, Health, HealthCheck
from pa_deploy.report import health_sentence
from pa_deploy.settings import Settings
from pa_deploy.transport import BROKEN, LATE
from pa_deploy.verify import read_log_tail, with_login

if TYPE_CHECKING:
    from pa_deploy.deploy.course import Made
    from pa_deploy.deploy.delivery import Delivery

NOT_LOADED = "The configuration is written, but not loaded: run again with `reload: always`."
DOUBTFUL = (
    "The site may still have the former configuration. Run again with `reload: always`, or reload "
    "on the Web tab."
)
LEAST_OFFER_SECONDS = 120.0
REFUSED_HOST = ("ALLOWED_HOSTS", "Invalid HTTP_HOST header")
"""What Django logs of a request to a host that it does not know, which it answers with 400."""


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


def show_log_tail(health: Health, domain: str, tools: Tools) -> Health:
    """With the end of the error log, which the log of the run shows too."""
    tail = read_log_tail(tools.api, domain)
    if tail:
        with tools.ci.group(
            f"Last lines of the error log of {domain} (older errors may be included)"
        ):
            for line in tail:
                tools.ci.log(f"| {line}")
    return replace(health, log_tail=tail)


def unhealthy(health: Health, check: HealthCheck, waited_seconds: float) -> Unhealthy:
    return Unhealthy(
        f"The site is not healthy: {health_sentence(health)}.",
        cause=likely_cause(health, check, waited_seconds),
        advice="See the last lines of its error log in this log and in the summary."
        if health.log_tail
        else "Its error log is empty.",
    )


def check_of(settings: Settings, actual: Actual) -> HealthCheck | None:
    """How to ask the site: with its login, and for the release that is to be live."""
    check = settings.health_check
    if check is None:
        return None
    release = actual.release.id if actual.release else None
    return replace(with_login(check, actual.webapp), release=release)


def likely_cause(health: Health, check: HealthCheck, waited_seconds: float) -> str:
    """Why the site is not healthy, after it was asked for `waited_seconds`, and what to do."""
    host = urlsplit(check.url).hostname or ""
    if health.status is None:
        return _why_no_answer(health, check, waited_seconds)
    if health.status == 400 and _refuses_host(health):
        return f"The app refuses its own address. Add '{host}' to ALLOWED_HOSTS."
    if health.status == 400:
        return f"The app may refuse its own address. With Django, add '{host}' to ALLOWED_HOSTS."
    if health.status == 401:
        return (
            "The site asks for a login. The health check sends the login of `password-protection` "
            "only over https and only to the web app's own domain. If the app has its own login, "
            "point `health-check` at a public page."
        )
    if health.status >= 500:
        return "The app fails. Common causes: an import error, a missing package or a wrong path."
    if health.status == 404:
        return "The app is running but returned 404. Point `health-check` at a page that exists."
    return (
        "The answer does not fit `health-check`, `health-status` or `health-text`. Correct the app "
        "or these inputs."
    )


def _refuses_host(health: Health) -> bool:
    return any(word in line for word in REFUSED_HOST for line in health.log_tail)


def _why_no_answer(health: Health, check: HealthCheck, waited_seconds: float) -> str:
    if health.detail.endswith(LATE):
        longer = max(LEAST_OFFER_SECONDS, 2 * check.timeout_seconds)
        return (
            f"The site was too slow: no answer within {waited_seconds:.0f} s. Give it longer: "
            f"`health-timeout: {longer:g}`."
        )
    if health.detail.endswith(BROKEN):
        return "The site closed the connection. The app may crash, or need too much memory."
    return "The domain does not point to PythonAnywhere yet, or its certificate is missing."
