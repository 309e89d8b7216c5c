"""Back to a release that was live before, or to what was there before all releases."""

from __future__ import annotations

from contextlib import suppress

from pa_deploy.errors import DeployError, DiskFull, NotFound, Refused, ReloadFailed, Unclear
from pa_deploy.loader_files import is_loader
from pa_deploy.model import ReleaseRow, ReleaseStatus
from pa_deploy.release.destination import Destination
from pa_deploy.release.protocol import Pointer, status_in
from pa_deploy.release.request import ask_site
from pa_deploy.release.shipping import loader_seconds, new_nonce, rows
from pa_deploy.release.uploads import Uploads

HURRY_SECONDS = 4.0
"""How long a signal leaves for the preparation of the former release."""
HURRY_PAUSE = 0.2
UNKNOWN = ("", "")


def former(status: ReleaseStatus, release: str) -> ReleaseRow | None:
    """The newest other release that was healthy and that nobody came back from."""
    rows = [row for row in status.releases if row.id != release]
    return next((row for row in rows if row.is_target and not row.bad), None)


def choose(status: ReleaseStatus, release: str | None) -> ReleaseRow:
    """The release to go back to: the one whose id begins so, or the former one.

    Raises NotFound, or Refused for one that is live or was never healthy.
    """
    others = [row for row in status.releases if row.id != status.live and row.is_target]
    there = ", ".join(row.id for row in others)
    advice = f"You can go to: {there}." if there else "No other release was healthy. Deploy again."
    if release is None:
        row = former(status, status.live)
        if row is None:
            raise _no_former(status, others)
        return row
    rows = [row for row in status.releases if row.id.startswith(release)]
    if len(rows) != 1:
        many = "more than one release whose id starts with"
        said = f'There is {many if rows else "no release"} "{release}" on PythonAnywhere.'
        raise NotFound(said, advice=advice)
    if rows[0].id == status.live:
        raise Refused(f"Release {rows[0].id} is already live.", advice=advice)
    if not rows[0].is_target:
        raise Refused(
            f"Release {rows[0].id} was never seen healthy, so the site does not go back to it.",
            cause="It was rolled back, or its run ended before the site was healthy.",
            advice=f"{advice} To try that version again, deploy it.",
        )
    return rows[0]


def _no_former(status: ReleaseStatus, others: list[ReleaseRow]) -> NotFound:
    if not others:
        if not status.releases:
            said = "There is no release to go back to: nothing was deployed yet."
            return NotFound(said, advice="To deploy: pa-deploy deploy")
        is_any = any(row.id != status.live for row in status.releases)
        why = "no other one was seen healthy" if is_any else "no other one is on PythonAnywhere"
        return NotFound(
            f"There is no release to go back to: {why}.",
            advice="Deploy the version of your code that you want.",
        )
    return NotFound(
        "There is no older release to go back to. The others were live after this one, and were "
        "rolled back.",
        advice=f"To go to one of them: pa-deploy rollback --to {others[0].id}",
    )


def point_back(
    destination: Destination,
    row: ReleaseRow,
    status: ReleaseStatus,
    interpreter: tuple[str, str] = UNKNOWN,
) -> str:
    """One write: the pointer. No command runs; the nonce that the loader will answer with.

    `interpreter` are the Python version and the virtualenv that the web app will have.

    The release that is left is marked, so that the next step back goes behind it. If the loader
    that ran last was the first edition's, it is asked as well, at the place where it looks.

    On a full disk, room for the pointer is made by deleting archives that no run goes on with.
    """
    pointer = Pointer(
        nonce=new_nonce(),
        id=row.id,
        seconds=loader_seconds(destination),
        releases=rows(status, row, len(status.releases), bad=status.live),
        python=interpreter[0],
        virtualenv=interpreter[1],
    )
    try:
        _write(pointer, destination, status)
    except DiskFull:
        with suppress(DeployError):
            destination.api.files.delete(destination.layout.incoming)
        _write(pointer, destination, status)
    return pointer.nonce


def hurry_back(
    destination: Destination,
    row: ReleaseRow,
    status: ReleaseStatus,
    interpreter: tuple[str, str] = UNKNOWN,
) -> None:
    """Point back and reload, without waiting for what comes of it; as `point_back`.

    A release is switched to by the first reload if it was prepared before, which the site can do.
    """
    nonce = point_back(destination, row, status, interpreter)
    deadline = destination.deadline
    with deadline.reserved(HURRY_SECONDS):
        while deadline.remaining() > HURRY_PAUSE:
            told = status_in(ask_site(destination, nonce))
            if told is None or told.state != "preparing":
                break
            deadline.clock.sleep(HURRY_PAUSE)
    with suppress(ReloadFailed, Unclear):  # it was asked for, and there is no time for more
        destination.api.webapps.reload(destination.layout.domain)


def _write(pointer: Pointer, destination: Destination, status: ReleaseStatus) -> None:
    uploads = Uploads(destination, status)
    if status.nonce and not status.layout:
        uploads.replace(destination.layout.first_pointer, pointer.encode())
    uploads.replace(destination.layout.pointer, pointer.encode())


def site_of_before(destination: Destination) -> bytes | None:
    """What the WSGI file was before the first release; None if nothing was kept."""
    kept = destination.api.files.read(destination.layout.before)
    return None if kept is None or is_loader(kept) else kept


def detach(destination: Destination, wsgi_path: str) -> bool:
    """Put back what the WSGI file was before the first release; False if nothing was kept.

    The releases stay where they are, and so does what was kept until the next release.
    """
    files, layout = destination.api.files, destination.layout
    kept = site_of_before(destination)
    if kept is None:
        return False
    files.upload(wsgi_path, kept)
    files.delete(layout.before)
    return True
