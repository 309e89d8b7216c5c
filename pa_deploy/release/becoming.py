"""Paths that become shared, and that the live release has as its own."""

from __future__ import annotations

from pa_deploy.loader.paths import covers
from pa_deploy.model import WantedRelease
from pa_deploy.release.destination import Destination
from pa_deploy.release.protocol import Record


def find_becoming_shared(
    destination: Destination, live: str, record: Record | None, wanted: WantedRelease
) -> tuple[str, ...]:
    """Those that the loader will move to `shared/`, unless they are as they were shipped.

    It costs two requests for each path that was not shared before; nearly always there is none.
    `record` is that of the release `live`.
    """
    if record is None:
        return ()
    known = (*record.shared, *wanted.discard_changes)
    new = [name for name in wanted.shared if not covers(known, name)]
    below = "/code" if record.layout >= 2 else ""
    code, shared = f"{destination.layout.release(live)}{below}", destination.layout.shared
    return tuple(
        name
        for name in new
        if _is_in(destination, code, name) and not _is_in(destination, shared, name)
    )


def _is_in(destination: Destination, folder: str, name: str) -> bool:
    above, _, base = f"{folder}/{name.rstrip('/')}".rpartition("/")
    return base in (destination.api.files.entries(above) or {})
