"""The parts in the order in which they depend on each other: token, account, web app, site."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from pa_deploy.deploy import Tools
from pa_deploy.deploy.room import FREE_CPU_SECONDS
from pa_deploy.doctor import drift, served, webapp
from pa_deploy.doctor.line import Line, failed, tried
from pa_deploy.errors import DeployError, Forbidden, NotFound, Unauthorized
from pa_deploy.model import Webapp
from pa_deploy.settings import Settings, StatusSettings


def examine(
    settings: StatusSettings, tools: Tools, resolve: Callable[[str], Settings | None]
) -> Iterator[Line]:
    """What is found on PythonAnywhere. Nothing is written. It takes about 12 requests.

    `resolve` settles what is wanted of the web app, for the account's name with its capitals; None
    if the inputs do not tell.
    """
    target = settings.target
    try:
        webapps = tools.api.webapps.list()
    except (Unauthorized, Forbidden) as error:
        yield failed("token", error)
        return
    except DeployError as error:
        yield failed("account", error)  # it says nothing of the token
        return
    server = target.host.origin.partition("://")[2]
    yield Line("token", "ok", f"It is valid for {target.username} on {server}.")
    seconds = _cpu_seconds(tools)
    yield _plan(seconds)
    found = next((each for each in webapps if each.domain.lower() == target.domain.lower()), None)
    if found is None:
        yield _no_webapp(target.domain, webapps)
        return
    here = replace(settings, target=replace(target, username=found.account or target.username))
    yield from webapp.lines(found, tools)
    wanted = resolve(here.target.username)
    if wanted:
        yield from tried("config", partial(drift.lines, wanted, tools))
    is_free = seconds is not None and seconds <= FREE_CPU_SECONDS
    yield from served.lines(found, here, tools, is_free=is_free)


def _cpu_seconds(tools: Tools) -> float | None:
    try:
        return tools.api.cpu.daily_limit()
    except DeployError:
        return None


def _plan(seconds: float | None) -> Line:
    if seconds is None:
        return Line("plan", "note", "pa-deploy could not find it out.")
    kind = "free" if seconds <= FREE_CPU_SECONDS else "paid"
    return Line("plan", "ok", f"It is a {kind} account, with {seconds:g} CPU seconds a day.")


def _no_webapp(domain: str, webapps: tuple[Webapp, ...]) -> Line:
    said, advice = f"There is no web app {domain}.", "`pa-deploy deploy` creates it."
    if webapps:
        said += f" The account has {', '.join(each.domain for each in webapps)}."
        advice = f"Check `domain`. {advice}"
    return Line("web app", "wrong", said, advice, NotFound.exit_code)
