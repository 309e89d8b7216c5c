"""Reload a web app without releases; if the answer is not clear, find out whether it has worked."""

from __future__ import annotations

from dataclasses import replace

from pa_deploy.deploy.tools import Tools
from pa_deploy.errors import DeployError, ReloadDoubtful, ReloadUnexplained, Unclear
from pa_deploy.model import HealthCheck
from pa_deploy.report import health_sentence
from pa_deploy.verify import log_path, wait_until_healthy

RELOAD_SECONDS = 20.0
"""How long a reload without an answer may still be at work: it ends with a ping of the site, which
has 20 s (help page ErrorReloadingWebApp).
"""
START = b"spawned uWSGI master process"
"""What uWSGI writes into the server log at each start (server log of a live account)."""


def reload_webapp(domain: str, tools: Tools, check: HealthCheck | None) -> str | None:
    """Reload; the text of a warning, if there is one. Raises ReloadFailed.

    A reload can outlast its time-out, or be answered with an error, and work all the same. A
    healthy site does not tell whether it is the new one or still the old. So the site is asked,
    which gives the first reload the time that it needs, and then it is reloaded once more. If the
    answer to that is not clear either, the server log tells whether the site has started anew. If
    it does not tell, one of PythonAnywhere's own errors is only a warning, and the health check
    decides.
    """
    try:
        return tools.api.webapps.reload(domain)
    except (Unclear, ReloadDoubtful) as error:
        first = error
    tools.ci.log(f"{_sentence(first)} The reload may have worked. Reloading again.")
    before = _server_log(domain, tools)
    if check:
        limited = replace(check, timeout_seconds=min(check.timeout_seconds, RELOAD_SECONDS))
        health = wait_until_healthy(
            limited, tools.site, tools.deadline, tools.ci.log, thorough=False
        )
        tools.ci.log(f"Before the second reload: {health_sentence(health)}")
    try:
        warning = tools.api.webapps.reload(domain)
    except (Unclear, ReloadDoubtful) as error:
        started = _has_started(before, _server_log(domain, tools))
        return _judge(error, started=started, asks=bool(check))
    if isinstance(first, Unclear):
        return warning
    return warning or f"{_sentence(first)} The second reload has worked."


def _judge(error: Unclear | ReloadDoubtful, *, started: bool | None, asks: bool) -> str:
    """A warning, if the second reload may count as one that has worked; else raise ReloadDoubtful.

    `asks`: the site will be asked whether it is healthy.
    """
    what = _sentence(error)
    if started:
        return f"{what} But the server log shows that the site was started anew."
    is_known = isinstance(error, ReloadDoubtful) and not isinstance(error, ReloadUnexplained)
    if started is None and asks and is_known:
        return (
            f"{what} {error.cause} The health check decides whether the site works, but it may "
            f"still have the former configuration. {error.advice}"
        )
    no_start = "" if started is None else " The server log shows no start of the site since."
    if isinstance(error, ReloadDoubtful):
        raise ReloadDoubtful(f"{what}{no_start}", cause=error.cause, advice=error.advice) from None
    raise ReloadDoubtful(
        f"{what} This was the second try.{no_start}",
        cause="PythonAnywhere accepted the request, but did not answer.",
    ) from None


def _has_started(before: bytes | None, after: bytes | None) -> bool | None:
    """Whether the site was started between two looks at its server log; None if it does not tell.

    A log that does not begin as before is a new one.
    """
    old, new = before or b"", after or b""
    if not new.startswith(old):
        old = b""
    if START in new[len(old) :]:
        return True
    return False if START in old else None


def _server_log(domain: str, tools: Tools) -> bytes | None:
    try:
        return tools.api.files.read(log_path(domain, "server"))
    except DeployError:
        return None


def _sentence(error: DeployError) -> str:
    return error.what if error.what.endswith(".") else f"{error.what}."
