"""What the loader has written down on PythonAnywhere."""

from __future__ import annotations

from pa_deploy.api import Api
from pa_deploy.api.files import is_full_disk
from pa_deploy.layout import Layout, insist_on_known
from pa_deploy.model import ReleaseStatus
from pa_deploy.release.protocol import (
    Record,
    layout_in,
    nonce_in,
    record_in,
    status_in,
)

NOTHING = ReleaseStatus()
OUTPUT_LINES = 40


def read_status(api: Api, layout: Layout) -> ReleaseStatus:
    """What the loader did last; NOTHING if it never ran, or if its file is damaged.

    Raises NewerPaDeploy.
    """
    content = api.files.read(layout.status)
    insist_on_known(layout_in(content), layout.domain)
    return status_in(content) or NOTHING


def is_settled(api: Api, layout: Layout, status: ReleaseStatus) -> bool:
    """Whether the loader has done with the pointer, so that a reload changes nothing.

    Raises NewerPaDeploy.
    """
    nonce = _read_pointer(api, layout)
    return nonce == status.nonce and status.state in ("live", "refused")


def insist_on_known_pointer(api: Api, layout: Layout) -> None:
    """Raise NewerPaDeploy if a newer one has said what should be live, and no loader has read it.

    A deploy does not ask, as it costs a request: the status, the WSGI file and the live release's
    record tell it as well, once a newer one has changed anything on the destination.
    """
    _read_pointer(api, layout)


def _read_pointer(api: Api, layout: Layout) -> str | None:
    content = api.files.read(layout.pointer)
    insist_on_known(layout_in(content), layout.domain)
    return nonce_in(content)


def is_disk_full(status: ReleaseStatus) -> bool:
    """Whether the release was refused because nothing more can be written on the destination."""
    return is_full_disk(status.error)


def is_there(api: Api, layout: Layout, release: str, number: int) -> bool:
    """Whether its code and record are on PythonAnywhere; somebody may have deleted them.

    `number` is that of the account's layout. Whether layers are there, the loader sees.
    """
    record = read_record(api, layout, release, number)
    if record is None:
        return False
    there = api.files.entries(layout.release(release)) or {}
    return bool(there) and (record.layout < 2 or "code" in there)


def has_secrets(api: Api, layout: Layout, release: str) -> bool:
    """Whether the values of `env` of a release are on PythonAnywhere."""
    return f"{release}.json" in (api.files.entries(layout.secrets) or {})


def output_lines(status: ReleaseStatus) -> tuple[str, ...]:
    """The end of what the commands printed."""
    return tuple(status.output.decode("utf-8", "replace").splitlines()[-OUTPUT_LINES:])


def read_record(api: Api, layout: Layout, release: str, number: int) -> Record | None:
    """The record of a release; None if it is not there. `number` is that of the account's layout.

    Raises NewerPaDeploy.
    """
    content = api.files.read(layout.record(release, number))
    insist_on_known(layout_in(content), layout.domain)
    return record_in(content)
