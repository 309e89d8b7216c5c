"""`pa-deploy status`, `reload` and `logs`: the site of one web app."""

from __future__ import annotations

from dataclasses import replace

import click

from pa_deploy.cli.parsing import Command
from pa_deploy.cli.session import Session, with_session
from pa_deploy.deploy import Warnings, reload_webapp
from pa_deploy.errors import NewerPaDeploy, NotFound
from pa_deploy.loader_files import is_loader
from pa_deploy.model import Actual, HealthCheck, LiveRelease, WantedWebapp, WsgiFile
from pa_deploy.reconcile import observe
from pa_deploy.report import status_json, status_lines
from pa_deploy.settings import SITE_INPUTS, STATUS_INPUTS, StatusSettings, wsgi_path
from pa_deploy.verify import LOG_LINES, LOGS, ask_once, log_path, tail, with_login


@click.command("status", cls=Command)
@with_session(*STATUS_INPUTS)
def status(session: Session) -> None:
    """Show the web app, its release, and its site's answer."""
    tools = session.tools
    file = WsgiFile(path=wsgi_path(session.domain), content=None)
    wanted = WantedWebapp(domain=session.domain, static_files=(), wsgi_file=file)
    actual = observe(tools.api, wanted, tools.deadline.clock)
    if actual.webapp is None:
        raise NotFound(
            f"There is no web app {session.domain} on the account {tools.api.username}.",
            advice="Check `domain`, `username` and `host`. To create it: pa-deploy deploy",
        )
    live = _live_release(session, actual)
    check = _check_of(session.settings, live)
    health = None
    if check:
        health = ask_once(with_login(check, actual.webapp), tools.site, tools.deadline)
    seen = (actual.webapp, actual, health, live)
    session.show.lines(status_lines(*seen), status_json(*seen))


def _check_of(settings: StatusSettings, live: LiveRelease | None) -> HealthCheck | None:
    if live is None:
        return settings.health_check
    from pa_deploy.release import check_to_ask  # noqa: PLC0415 - as in `_live_release`

    return check_to_ask(settings, live.check)


def _live_release(session: Session, actual: Actual) -> LiveRelease | None:
    """The live release, if the WSGI file serves releases."""
    content = actual.wsgi_file.content if actual.wsgi_file else None
    if not is_loader(content or b""):
        return None
    # What knows releases is a tenth of a start, so it is imported if need be.
    from pa_deploy.deploy.reach import make_destination  # noqa: PLC0415
    from pa_deploy.release import read_live  # noqa: PLC0415

    target = session.settings.target
    target = replace(target, username=actual.account or target.username)
    try:
        return read_live(make_destination(target, session.tools, Warnings(session.tools.ci)))
    except NewerPaDeploy as error:
        session.show.ci.warning(f"{error.what} So the live release is not shown.")
        return None


@click.command("reload", cls=Command)
@with_session(*SITE_INPUTS)
def reload(session: Session) -> None:
    """Reload the web app."""
    warning = reload_webapp(session.domain, session.tools, check=None)
    if warning:
        session.show.ci.warning(warning)
    session.show.text(f"Reloaded {session.domain}.", domain=session.domain, reloaded=True)


@click.command("logs", cls=Command)
@click.argument("log", type=click.Choice(LOGS), default=LOGS[0])
@click.option("-n", "count", type=click.IntRange(min=1), default=LOG_LINES, show_default=True,
              help="How many lines to show, from the end.")  # fmt: skip
@with_session(*SITE_INPUTS)
def logs(session: Session, log: str, count: int) -> None:
    """Show the end of a log of the site."""
    path = log_path(session.domain, log)
    content = session.tools.api.files.read(path)
    if content is None:
        raise _no_log(session, path)
    lines = tail(content, count, session.show.ci.redact)
    session.show.rows([{"line": line} for line in lines], nothing=f"{path} is empty.")


def _no_log(session: Session, path: str) -> NotFound:
    domains = [each.domain for each in session.tools.api.webapps.list()]
    if not domains:
        said = "The account has no web app yet, so it has no logs."
        return NotFound(said, advice="To make one: pa-deploy deploy")
    if session.domain not in domains:
        said = f"There is no {path}: the account has no web app {session.domain}."
        return NotFound(
            said, advice=f"Check `domain` and `username`. It has: {', '.join(domains)}."
        )
    return NotFound(
        f"There is no {path}.",
        cause="PythonAnywhere makes it when the web app first starts. It may also have removed it.",
        advice="Visit the site, then run this again.",
    )
