"""`pa-deploy status`, `reload` and `logs`: the site of one web app."""

from __future__ import annotations

import click

from pa_deploy.cli.parsing import Command
from pa_deploy.cli.session import Session, with_session
from pa_deploy.deploy import reload_webapp
from pa_deploy.errors import NotFound
from pa_deploy.model import WantedWebapp
from pa_deploy.reconcile import observe
from pa_deploy.report import status_json, status_lines
from pa_deploy.settings import SITE_INPUTS, STATUS_INPUTS
from pa_deploy.verify import LOG_LINES, LOGS, ask_once, log_path, tail, with_login


@click.command("status", cls=Command)
@with_session(*STATUS_INPUTS)
def status(session: Session) -> None:
    """Show the web app as it is, its static file mappings, and what its site answers."""
    tools = session.tools
    wanted = WantedWebapp(domain=session.domain, static_files=())
    actual = observe(tools.api, wanted, tools.deadline.clock)
    if actual.webapp is None:
        raise NotFound(
            f"There is no web app {session.domain} on the account {tools.api.username}.",
            advice="Check `domain`, `username` and `host`. To create it: pa-deploy deploy",
        )
    check = session.settings.health_check
    health = None
    if check:
        health = ask_once(with_login(check, actual.webapp), tools.site, tools.deadline)
    webapp = actual.webapp
    session.show.lines(status_lines(webapp, actual, health), status_json(webapp, actual, health))


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
              help="How many lines of the end to show.")  # fmt: skip
@with_session(*SITE_INPUTS)
def logs(session: Session, log: str, count: int) -> None:
    """Show the end of a log of the site."""
    path = log_path(session.domain, log)
    content = session.tools.api.files.read(path)
    if content is None:
        raise NotFound(f"There is no {path}.", advice="Check `domain` and `username`.")
    lines = tail(content, count)
    session.show.rows([{"line": line} for line in lines], nothing=f"{path} is empty.")
