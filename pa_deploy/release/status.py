"""What the loader has written down on PythonAnywhere."""

from __future__ import annotations

from pa_deploy.api.files import is_full_disk
from pa_deploy.errors import IsFolder
from pa_deploy.layout import insist_on_known
from pa_deploy.model import Boot, LiveRelease, ReleaseRow, ReleaseStatus
from pa_deploy.release.destination import Destination
from pa_deploy.release.output import shortened
from pa_deploy.release.protocol import (
    OVER,
    Record,
    boot_in,
    layout_in,
    nonce_in,
    record_in,
    status_in,
)

NOTHING = ReleaseStatus()
OUTPUT_LINES = 40


def read_status(destination: Destination, *, has_run: bool = False) -> ReleaseStatus:
    """What the loader did last; NOTHING if it never ran.

    If the file is damaged, the last settled status counts, and also if it is missing and it is
    known that the loader `has_run`: to look for that one costs a request. Raises NewerPaDeploy.
    """
    layout = destination.layout
    content = _read(destination, layout.status)
    said = status_in(content)
    if said is None and (has_run or content is not None):
        said = status_in(_read(destination, layout.settled))
    return said or NOTHING


def read_boot(destination: Destination) -> Boot:
    """The last import of the WSGI file."""
    return boot_in(read_own(destination, destination.layout.boot)) or Boot()


def live_row(status: ReleaseStatus) -> ReleaseRow | None:
    """The row of the live release."""
    return next((row for row in status.releases if row.id == status.live), None)


def read_live(destination: Destination) -> LiveRelease | None:
    """The release that the loader serves. Raises NewerPaDeploy."""
    status = read_status(destination, has_run=True)
    if not status.live:
        return None
    record = read_record(destination, status.live, status.layout)
    row = live_row(status) or ReleaseRow(status.live, "")
    return LiveRelease(row.id, row.created, record.commit if record else "", row.check)


def is_settled(destination: Destination, status: ReleaseStatus) -> bool:
    """Whether the loader has done with the pointer, so that a reload changes nothing.

    Raises NewerPaDeploy.
    """
    nonce = nonce_in(_read(destination, destination.layout.pointer))
    return nonce == status.nonce and status.state in OVER


def insist_on_known_pointer(destination: Destination) -> None:
    """Raise NewerPaDeploy if a newer one has said what should be live, and no loader has read it.

    A deploy does not ask, as it costs a request: the status, the WSGI file and the live release's
    record tell it as well, once a newer one has changed anything on the destination.
    """
    _read(destination, destination.layout.pointer)


def read_own(destination: Destination, path: str) -> bytes | None:
    """A file that pa-deploy or the loader keeps; None if it is not there.

    A folder in its place is as good as none: the next import moves it away.
    """
    try:
        return destination.api.files.read(path)
    except IsFolder:
        return None


def _read(destination: Destination, path: str) -> bytes | None:
    content = read_own(destination, path)
    insist_on_known(layout_in(content), destination.layout.domain)
    return content


def is_disk_full(status: ReleaseStatus) -> bool:
    """Whether the release was refused because nothing more can be written on the destination."""
    return is_full_disk(status.error)


def is_there(destination: Destination, release: str, number: int) -> bool:
    """Whether its code and record are on PythonAnywhere; somebody may have deleted them.

    `number` is that of the account's layout. Whether its packages are there, the loader sees.
    """
    record = read_record(destination, release, number)
    if record is None:
        return False
    there = destination.api.files.entries(destination.layout.release(release)) or {}
    return bool(there) and (record.layout < 2 or "code" in there)


def has_secrets(destination: Destination, release: str) -> bool:
    """Whether the values of `env` of a release are on PythonAnywhere."""
    return f"{release}.json" in (destination.api.files.entries(destination.layout.secrets) or {})


def output_lines(status: ReleaseStatus) -> tuple[str, ...]:
    """The end of what the commands and the app printed, with short tracebacks."""
    lines = shortened(status.output.decode("utf-8", "replace").splitlines())
    return tuple(lines)[-OUTPUT_LINES:]


def read_record(destination: Destination, release: str, number: int) -> Record | None:
    """The record of a release; None if it is not there. `number` is that of the account's layout.

    Raises NewerPaDeploy.
    """
    return record_in(_read(destination, destination.layout.record(release, number)))
