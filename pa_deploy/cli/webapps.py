"""`pa-deploy webapps …`."""

from __future__ import annotations

import click

from pa_deploy.cli.options import YES_FLAG
from pa_deploy.cli.parsing import Group
from pa_deploy.cli.session import Session, with_session
from pa_deploy.report import webapp_json
from pa_deploy.settings import ACCOUNT_INPUTS, SITE_INPUTS


@click.group("webapps", cls=Group)
def webapps() -> None:
    """See and delete web apps. `pa-deploy deploy` creates and changes them."""


@webapps.command("list")
@with_session(*ACCOUNT_INPUTS)
def list_webapps(session: Session) -> None:
    """List the web apps of the account."""
    found = session.tools.api.webapps.list()
    session.show.rows([webapp_json(each) for each in found], nothing="There are no web apps.")


@webapps.command("show")
@with_session(*SITE_INPUTS)
def show_webapp(session: Session) -> None:
    """Show one web app's settings."""
    session.show.record(webapp_json(session.tools.api.webapps.show(session.domain)))


@webapps.command("delete")
@YES_FLAG
@with_session(*SITE_INPUTS)
def delete_webapp(session: Session, *, yes: bool) -> None:
    """Delete a web app. The site goes offline, your code stays."""
    session.confirm(f"Delete the web app {session.domain}? Its site goes offline.", yes=yes)
    session.tools.api.webapps.delete(session.domain)
    session.say(f"Deleted {session.domain}. Its configuration is backed up in /var/www.")
    session.show.done({"domain_name": session.domain, "deleted": True})
