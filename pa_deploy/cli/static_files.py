"""`pa-deploy static-files …`."""

from __future__ import annotations

from collections.abc import Sequence

import click

from pa_deploy.cli.options import YES_FLAG, insist_on_all
from pa_deploy.cli.parsing import Group
from pa_deploy.cli.session import Session, with_session
from pa_deploy.cli.show import Row
from pa_deploy.errors import InputError, Problem
from pa_deploy.inputs import BadValue, parse_mapping
from pa_deploy.layout import FOLDER
from pa_deploy.model import StaticFile
from pa_deploy.reconcile import find_missing
from pa_deploy.settings import SITE_INPUTS, home_mappings, mapping_problems, release_mappings

RELOAD_HINT = "It takes effect after a reload: pa-deploy reload"


@click.group("static-files", cls=Group)
def static_files() -> None:
    """See and change single static file mappings. `pa-deploy deploy` sets all of them."""


def _row(mapping: StaticFile) -> Row:
    return {"id": mapping.id, "url": mapping.url, "path": mapping.path}


def _checked(session: Session, url: str, path: str) -> StaticFile:
    """The same rules as for the input `static-files`, and a warning if the path is missing."""
    try:
        mapping = parse_mapping(url, path)
    except BadValue as bad:
        raise InputError(
            tuple(
                Problem("static-files", said, advice=advice) for _, said, advice in bad.complaints
            )
        ) from None
    row = StaticFile(mapping.url, session.home(mapping.path))
    username = session.settings.target.username
    problems = (*mapping_problems([row], username), *release_mappings([row], username))
    if problems:
        raise InputError(problems)
    for each in home_mappings([row], username):
        session.show.ci.warning(f"{each.message} {each.advice}")
    # What is in the folder of the releases comes and goes with them.
    if f"/{FOLDER}/" not in row.path and find_missing(session.tools.api, [row.path]):
        session.show.ci.warning(f"{row.path} does not exist on PythonAnywhere.")
    return row


@static_files.command("list")
@with_session(*SITE_INPUTS)
def list_mappings(session: Session) -> None:
    """List the mappings. PythonAnywhere tries them in this order."""
    found = session.tools.api.static_files.list(session.domain)
    nothing = f"{session.domain} has no static file mappings."
    session.show.rows([_row(each) for each in found], nothing=nothing)


@static_files.command("show")
@click.argument("mapping_id", metavar="ID", type=int)
@with_session(*SITE_INPUTS)
def show_mapping(session: Session, mapping_id: int) -> None:
    """Show one mapping."""
    session.show.record(_row(session.tools.api.static_files.show(session.domain, mapping_id)))


@static_files.command("add")
@click.argument("url")
@click.argument("path")
@with_session(*SITE_INPUTS, in_home=True)
def add_mapping(session: Session, url: str, path: str) -> None:
    """Add a mapping, unless it is there already."""
    wanted = _checked(session, url, path)
    table = session.tools.api.static_files
    there = next((row for row in table.list(session.domain) if row == wanted), None)
    if there is None:
        session.show.record(_row(table.create(session.domain, wanted)))
        session.say(RELOAD_HINT)
    else:
        session.show.record(_row(there))
        session.say("It was there already; nothing was changed.")


@static_files.command("set")
@click.argument("mapping_id", metavar="ID", type=int)
@click.argument("url")
@click.argument("path")
@with_session(*SITE_INPUTS, in_home=True)
def set_mapping(session: Session, mapping_id: int, url: str, path: str) -> None:
    """Give a mapping another URL and path."""
    wanted = _checked(session, url, path)
    _insist_on(session, (mapping_id,))
    kept = session.tools.api.static_files.put(session.domain, mapping_id, wanted)
    session.show.record(_row(kept))
    session.say(RELOAD_HINT)


@static_files.command("remove")
@click.argument("mapping_ids", metavar="ID...", type=int, nargs=-1, required=True)
@YES_FLAG
@with_session(*SITE_INPUTS)
def remove_mappings(session: Session, mapping_ids: tuple[int, ...], *, yes: bool) -> None:
    """Remove mappings. The files stay."""
    names = ", ".join(str(number) for number in mapping_ids)
    session.confirm(f"Remove static file mapping {names} of {session.domain}?", yes=yes)
    _insist_on(session, mapping_ids)
    for number in mapping_ids:
        removed = session.tools.api.static_files.delete(session.domain, number)
        said = f"Removed mapping {number}." if removed else f"Mapping {number} is gone already."
        session.say(said)
    session.say(RELOAD_HINT)
    session.show.done({"domain": session.domain, "removed": list(mapping_ids)})


def _insist_on(session: Session, mapping_ids: Sequence[int]) -> None:
    there = [row.id for row in session.tools.api.static_files.list(session.domain) if row.id]
    insist_on_all(mapping_ids, there, f"static file mapping of {session.domain} with the id")
