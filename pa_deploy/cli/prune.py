"""`pa-deploy releases prune`: remove what no release needs. It works on a full disk."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import click

from pa_deploy.cli.parsing import Command
from pa_deploy.cli.releases import destination_of, lock, read_status_of, releases, with_logins
from pa_deploy.cli.session import Session, with_session
from pa_deploy.errors import DeployError, Locked, Refused, Unreachable
from pa_deploy.loader.layout import BUSY
from pa_deploy.model import Space
from pa_deploy.plan import count
from pa_deploy.release import Destination, see_to_disk
from pa_deploy.release.disk import Word
from pa_deploy.settings import LOCK_INPUTS, SITE_INPUTS
from pa_deploy.sizes import shown_size

DEFAULT_KEEP = 2
MOST_KEPT = 50
PATIENCE_SECONDS = 120.0


@releases.command("prune", cls=Command)
@click.option("--keep", type=click.IntRange(1, MOST_KEPT), default=DEFAULT_KEEP,
              show_default=True, metavar="N", help="How many releases stay, the live one included. "
              "With 1, there is no release to go back to.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Say what would be removed, and remove nothing.")
@with_session(*SITE_INPUTS, *LOCK_INPUTS, in_home=True)
def prune(session: Session, *, keep: int, dry_run: bool) -> None:
    """Remove old releases, and what no release needs.

    That includes packages that no other release needs, and files of interrupted runs. Releases that
    stay keep all that they need. What an app wrote in a removed release is moved to backups/. This
    also works on a full disk.
    """
    destination = destination_of(session)
    status = read_status_of(destination)
    if session.settings.lock and not dry_run:
        lock(session)
        status = read_status_of(destination)
    if not status.nonce:
        session.show.lines(["There are no releases."], _as_data(Space(), dry_run=dry_run))
        return
    webapp = session.tools.api.webapps.show(session.domain)
    destination = with_logins(destination, webapp)
    word: Word = "usage" if dry_run else "prune"
    space = see_to_disk(destination, status, word, keep, PATIENCE_SECONDS)
    if space is None:
        raise _no_answer(session, destination, is_told=not dry_run)
    if not space.ended:
        raise Unreachable(
            "PythonAnywhere is still measuring the disk, or removing files.",
            cause="The disk is slow, or the process was killed.",
            advice="Wait a minute, then run again. `pa-deploy releases` shows what is left.",
        )
    if space.error == BUSY:
        raise Locked(
            "Another deploy is preparing a release, so nothing was removed.",
            advice="Run again when that deploy has ended.",
        )
    if space.error:
        raise Refused(
            f"PythonAnywhere could not make room: {destination.redact(space.error)}",
            advice="On the Files page, delete what you do not need.",
        )
    session.show.lines(_sentences(space, dry_run=dry_run), _as_data(space, dry_run=dry_run))


def _no_answer(session: Session, destination: Destination, *, is_told: bool) -> DeployError:
    """The site does that; without it, only files of interrupted runs can be deleted."""
    deleted = False
    if is_told:
        with suppress(DeployError):
            deleted = destination.api.files.delete(destination.layout.incoming)
    said = f" What interrupted runs had left in {destination.layout.incoming} was deleted."
    return Unreachable(
        f"The site of {session.domain} did not answer pa-deploy, so no release was removed."
        f"{said if deleted else ''}",
        cause="No release is live, the site is down, or a static file mapping covers all of it.",
        advice="Reload the site with `pa-deploy reload`, and run again. If it is down, go back "
        "with `pa-deploy rollback`.",
    )


def _sentences(space: Space, *, dry_run: bool) -> list[str]:
    parts = [
        *([f"releases {', '.join(space.releases)}"] if space.releases else []),
        *([count(space.packages, "package")] if space.packages else []),
        *([count(space.environments, "environment")] if space.environments else []),
        *([count(space.left, "file") + " of interrupted runs"] if space.left else []),
    ]
    used = f"pa-deploy uses {shown_size(space.own)} for this web app"
    used += f", and the account {shown_size(space.used)} in all." if space.is_all else "."
    if not space.frees:
        return ["There is nothing to remove.", used]
    verb = "Would remove" if dry_run else "Removed"
    freed = "This would free" if dry_run else "This freed"
    what = ", ".join(parts) or "files that nothing uses"
    return [f"{verb} {what}.", f"{freed} {shown_size(space.frees)}. {used}"]


def _as_data(space: Space, *, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "freed_bytes": space.frees,
        "releases": list(space.releases),
        "packages": space.packages,
        "environments": space.environments,
        "left_files": space.left,
        "kept_releases": list(space.stay),
        "used_bytes": space.own,
        "account_bytes": space.used if space.is_all else None,
    }
