"""Back to a release that was live before, or to what was there before all releases."""

from __future__ import annotations

from contextlib import suppress

from pa_deploy.errors import DeployError, DiskFull, NotFound, Refused
from pa_deploy.loader_files import is_loader
from pa_deploy.model import ReleaseRow, ReleaseStatus
from pa_deploy.release.destination import Destination
from pa_deploy.release.protocol import Pointer
from pa_deploy.release.shipping import loader_seconds, new_nonce, rows
from pa_deploy.release.uploads import Uploads


def former(status: ReleaseStatus) -> ReleaseRow | None:
    """The newest release before the live one that nobody has come back from."""
    rows = [row for row in status.releases if row.id != status.live]
    return next((row for row in rows if not row.bad), None)


def choose(status: ReleaseStatus, release: str | None) -> ReleaseRow:
    """The release to go back to: the one whose id begins so, or the former one."""
    there = ", ".join(row.id for row in status.releases if row.id != status.live)
    advice = (
        f"Other releases: {there}." if there else "There is no other release on PythonAnywhere."
    )
    if release is None:
        row = former(status)
        if row is None:
            raise NotFound("There is no release to go back to.", advice=advice)
        return row
    rows = [row for row in status.releases if row.id.startswith(release)]
    if len(rows) != 1:
        many = "more than one release whose id starts with"
        said = f'There is {many if rows else "no release"} "{release}" on PythonAnywhere.'
        raise NotFound(said, advice=advice)
    if rows[0].id == status.live:
        raise Refused(f"Release {rows[0].id} is already live.", advice=advice)
    return rows[0]


def point_back(destination: Destination, row: ReleaseRow, status: ReleaseStatus) -> str:
    """One write: the pointer. No command runs; the nonce that the loader will answer with.

    The release that is left is marked, so that the next step back goes behind it. If the loader
    that ran last was the first edition's, it is asked as well, at the place where it looks.

    On a full disk, room for the pointer is made by deleting archives that no run goes on with.
    """
    pointer = Pointer(
        nonce=new_nonce(),
        id=row.id,
        seconds=loader_seconds(destination),
        releases=rows(status, row, len(status.releases), bad=status.live),
        layers={},
    )
    try:
        _write(pointer, destination, status)
    except DiskFull:
        with suppress(DeployError):
            destination.api.files.delete(destination.layout.incoming)
        _write(pointer, destination, status)
    return pointer.nonce


def _write(pointer: Pointer, destination: Destination, status: ReleaseStatus) -> None:
    uploads = Uploads(destination, status)
    if status.nonce and not status.layout:
        uploads.replace(destination.layout.first_pointer, pointer.encode())
    uploads.replace(destination.layout.pointer, pointer.encode())


def detach(destination: Destination, wsgi_path: str) -> bool:
    """Put back what the WSGI file was before the first release; False if nothing was kept.

    The releases stay where they are, and so does what was kept until the next release.
    """
    files, layout = destination.api.files, destination.layout
    kept = files.read(layout.before)
    if kept is None or is_loader(kept):
        return False
    files.upload(wsgi_path, kept)
    files.delete(layout.before)
    return True
