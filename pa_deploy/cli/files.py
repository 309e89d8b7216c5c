"""`pa-deploy files …`."""

from __future__ import annotations

import click

from pa_deploy.cli.options import YES_FLAG
from pa_deploy.cli.parsing import Group
from pa_deploy.cli.session import Session, with_session
from pa_deploy.errors import InputError, NotFound
from pa_deploy.settings import ACCOUNT_INPUTS, sharing_problems


@click.group("files", cls=Group)
def files() -> None:
    """See files on PythonAnywhere and share them by link. `~` is your home there."""


@files.command("tree")
@click.argument("path", default="~")
@with_session(*ACCOUNT_INPUTS, in_home=True)
def tree(session: Session, path: str) -> None:
    """List what is below a directory.

    It shows two levels, at most 1000 paths, and no dotfiles.
    """
    found = session.tools.api.files.tree(session.home(path))
    session.show.rows([{"path": each} for each in found], nothing="Nothing is there.")


@files.command("share")
@click.argument("path")
@with_session(*ACCOUNT_INPUTS, in_home=True)
def share(session: Session, path: str) -> None:
    """Share a file with anyone who has the link. Print the link."""
    place = session.home(path)
    problems = tuple(sharing_problems([place], session.settings.target.username))
    if problems:
        raise InputError(problems)
    url = session.url(session.tools.api.files.share(place))
    session.show.text(url, path=place, url=url)


@files.command("shared")
@click.argument("path")
@with_session(*ACCOUNT_INPUTS, in_home=True)
def shared(session: Session, path: str) -> None:
    """Print the link of a shared file. Exit code 5 if it is not shared."""
    place = session.home(path)
    link = session.tools.api.files.shared(place)
    if link is None:
        raise NotFound(f"{place} is not shared.", advice=f"Share it: pa-deploy files share {place}")
    session.show.text(session.url(link), path=place, url=session.url(link))


@files.command("unshare")
@click.argument("path")
@YES_FLAG
@with_session(*ACCOUNT_INPUTS, in_home=True)
def unshare(session: Session, path: str, *, yes: bool) -> None:
    """Stop sharing a file. Its link stops working. Exit code 5 if it is not shared."""
    place = session.home(path)
    session.confirm(f"Stop sharing {place}? Its link will no longer work.", yes=yes)
    if not session.tools.api.files.unshare(place):
        raise NotFound(f"{place} was not shared; nothing was changed.", advice="Check the path.")
    session.say(f"{place} is no longer shared.")
    session.show.done({"path": place, "shared": False})
