"""`pa-deploy consoles …`."""

from __future__ import annotations

import click

from pa_deploy.cli.options import YES_FLAG, insist_on_all
from pa_deploy.cli.parsing import Group
from pa_deploy.cli.session import Session, with_session
from pa_deploy.cli.show import Row
from pa_deploy.model import Console
from pa_deploy.settings import ACCOUNT_INPUTS


@click.group("consoles", cls=Group)
def consoles() -> None:
    """See and end consoles."""


def _row(session: Session, console: Console) -> Row:
    return {
        "id": console.id,
        "name": console.name,
        "user": console.user,
        "executable": console.executable,
        "working_directory": console.working_directory,
        "url": session.url(console.url),
    }


@consoles.command("list")
@with_session(*ACCOUNT_INPUTS)
def list_consoles(session: Session) -> None:
    """List your consoles."""
    found = session.tools.api.consoles.list()
    session.show.rows([_row(session, each) for each in found], nothing="You have no consoles.")


@consoles.command("shared")
@with_session(*ACCOUNT_INPUTS)
def shared_consoles(session: Session) -> None:
    """List the consoles that others share with you."""
    found = session.tools.api.consoles.shared_with_you()
    rows = [_row(session, each) for each in found]
    session.show.rows(rows, nothing="No consoles are shared with you.")


@consoles.command("show")
@click.argument("console_id", metavar="ID", type=int)
@with_session(*ACCOUNT_INPUTS)
def show_console(session: Session, console_id: int) -> None:
    """Show one console."""
    session.show.record(_row(session, session.tools.api.consoles.show(console_id)))


@consoles.command("kill")
@click.argument("console_ids", metavar="ID...", type=int, nargs=-1, required=True)
@YES_FLAG
@with_session(*ACCOUNT_INPUTS)
def kill_consoles(session: Session, console_ids: tuple[int, ...], *, yes: bool) -> None:
    """End consoles, and what runs in them."""
    names = ", ".join(str(number) for number in console_ids)
    session.confirm(f"Kill console {names}, and all that runs there?", yes=yes)
    there = [console.id for console in session.tools.api.consoles.list()]
    insist_on_all(console_ids, there, "console")
    for number in console_ids:
        session.tools.api.consoles.kill(number)
        session.say(f"Killed console {number}.")
    session.show.done({"killed": list(console_ids)})
