"""Make what is configured live: reload, and ask the site until it is healthy."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pa_deploy.deploy.progress import Progress
from pa_deploy.deploy.tools import Tools
from pa_deploy.errors import DeployError, ReloadFailed, Unclear, Unhealthy
from pa_deploy.model import Actual, Health, HealthCheck
from pa_deploy.report import health_sentence
from pa_deploy.settings import Settings
from pa_deploy.transport import BROKEN, LATE
from pa_deploy.verify import read_log_tail, wait_until_healthy, with_login

if TYPE_CHECKING:
    from pa_deploy.deploy.delivery import Delivery

RELOAD_SECONDS = 20.0
"""How long a reload without an answer may still be at work: it ends with a ping of the site, which
has 20 s (help page ErrorReloadingWebApp).
"""
LEAST_OFFER_SECONDS = 120.0
REFUSED_HOST = ("ALLOWED_HOSTS", "Invalid HTTP_HOST header")
"""What Django logs of a request to a host that it does not know, which it answers with 400."""


def reload_webapp(domain: str, tools: Tools, check: HealthCheck | None) -> str | None:
    """Reload; the text of a warning, if there is one. Raises ReloadFailed.

    A reload can outlast its time-out and work all the same, and a healthy site does not tell
    whether it is the new one or still the old. So after an unclear answer the site is asked, which
    gives the first reload the time that it needs, and then it is reloaded once more.
    """
    try:
        return tools.api.webapps.reload(domain)
    except Unclear as error:
        tools.ci.log(
            f"{error.what} It may work all the same: asking the site, then reloading again."
        )
    if check:
        limited = replace(check, timeout_seconds=min(check.timeout_seconds, RELOAD_SECONDS))
        health = wait_until_healthy(limited, tools.site, tools.deadline, tools.ci.log)
        tools.ci.log(f"Before the second reload: {health_sentence(health)}")
    try:
        return tools.api.webapps.reload(domain)
    except Unclear as error:
        raise ReloadFailed(
            f"{error.what} It was the second try.",
            cause="PythonAnywhere takes the request, but does not answer; whether the site has "
            "the new configuration, nobody knows.",
            advice="Run again with `reload: always`, or reload on the Web tab.",
        ) from None


def reload_and_note(
    domain: str, check: HealthCheck | None, tools: Tools, progress: Progress
) -> None:
    started = tools.deadline.clock.now()
    progress.reloaded = False
    warning = reload_or_bring_live(domain, progress.delivery, tools, check)
    progress.reloaded = True
    progress.reload_seconds = tools.deadline.clock.now() - started
    tools.ci.log(f"Reload {domain} ({progress.reload_seconds:.1f} s)")
    if warning and warning not in progress.warnings:
        progress.warnings.append(warning)
        tools.ci.warning(warning)


def reload_or_bring_live(
    domain: str, delivery: Delivery | None, tools: Tools, check: HealthCheck | None
) -> str | None:
    """Reload, and have a release put in place if one is under way; the text of a warning.

    Raises ReloadFailed, ReleaseRefused. How it went with the release decides, not the answer to the
    reload, which may well take too long.
    """
    if delivery is None or not delivery.is_under_way:
        return reload_webapp(domain, tools, check)
    warning: str | None = None

    def reload() -> None:
        nonlocal warning
        warning = tools.api.webapps.reload(domain)

    delivery.go_live(reload)
    return warning


def verify(
    domain: str,
    check: HealthCheck,
    tools: Tools,
    progress: Progress,
    reserve_seconds: float,
    early: Health | None = None,
) -> None:
    """Ask the site until it is healthy; else Unhealthy, with the end of the error log.

    `early` is its first answer, if it was asked already.

    Of the time that `timeout` allows, `reserve_seconds` are left for what has to be done then, but
    no more than half of it: a site needs a moment to start.
    """
    reserve = min(reserve_seconds, tools.deadline.remaining() / 2)
    with suppress(DeployError):
        # The lock should last until the end, but asking the site needs none.
        tools.transport.guard(min(check.timeout_seconds, tools.deadline.remaining()))
    started = tools.deadline.clock.now()
    health = wait_until_healthy(check, tools.site, tools.deadline, tools.ci.log, reserve, early)
    waited = tools.deadline.clock.now() - started
    if health.healthy:
        progress.health = health
        tools.ci.log(f"Healthy: {health_sentence(health)}")
        return
    tail = read_log_tail(tools.api, domain)
    progress.health = replace(health, log_tail=tail)
    if tail:
        with tools.ci.group(f"The end of the error log of {domain} (it may hold older errors)"):
            for line in tail:
                tools.ci.log(f"| {line}")
    raise Unhealthy(
        f"The site is not healthy: {health_sentence(health)}.",
        cause=likely_cause(health, check, waited, tail),
        advice="The end of its error log is in the log and the summary."
        if tail
        else "Its error log is empty.",
    )


def check_of(settings: Settings, actual: Actual | None) -> HealthCheck | None:
    """How to ask the site: with its login, and for the release that is to be live."""
    check = settings.health_check
    if check is None or actual is None:
        return check
    release = actual.release.id if actual.release else None
    return replace(with_login(check, actual.webapp), release=release)


def likely_cause(
    health: Health, check: HealthCheck, waited_seconds: float, log_tail: tuple[str, ...]
) -> str:
    """Why the site is not healthy, after it was asked for `waited_seconds`, and what to do."""
    host = urlsplit(check.url).hostname or ""
    if health.status is None:
        return _why_no_answer(health, check, waited_seconds)
    if health.status == 400 and any(word in line for word in REFUSED_HOST for line in log_tail):
        return f"The app refuses its own address. Add '{host}' to ALLOWED_HOSTS."
    if health.status == 400:
        return f"The app may refuse its own address. With Django, add '{host}' to ALLOWED_HOSTS."
    if health.status == 401:
        return (
            "It asks for a login. That of PythonAnywhere's password protection is sent with the "
            "health check, but over https and to the web app's own domain only."
        )
    if health.status >= 500:
        return "The app fails: often an import error, a missing package or a wrong path."
    if health.status == 404:
        return "The app lives, but has no such page; `health-check` names the page to ask for."
    return "`health-check`, `health-status` or `health-text` may not fit the app."


def _why_no_answer(health: Health, check: HealthCheck, waited_seconds: float) -> str:
    if health.detail.endswith(LATE):
        longer = max(LEAST_OFFER_SECONDS, 2 * check.timeout_seconds)
        return (
            f"The site was too slow: no answer within {waited_seconds:.0f} s. Give it longer: "
            f"`health-timeout: {longer:g}`."
        )
    if health.detail.endswith(BROKEN):
        return "The site was reached and hung up: the app may crash, or need too much memory."
    return "The domain does not lead to PythonAnywhere yet, or its certificate is missing."
