"""Paths that the live release shares and the next one would not."""

from __future__ import annotations

import posixpath

from pa_deploy.errors import ReleaseRefused
from pa_deploy.loader.paths import covers, shown
from pa_deploy.model import WantedRelease
from pa_deploy.release.destination import Destination
from pa_deploy.release.protocol import Record


def insist_on_shared(
    destination: Destination, record: Record | None, wanted: WantedRelease
) -> None:
    """Raise ReleaseRefused if the next release would have no access to data in `shared/`.

    It costs a request or two for each path that is no longer shared; nearly always there is none.
    """
    known = record.shared if record else ()
    named = (*wanted.shared, *wanted.discard_changes)
    gone = [name for name in known if not covers(named, name) and _has_data(destination, name)]
    if not gone:
        return
    names = ", ".join(map(shown, gone))
    places = ", ".join(shown(f"{destination.layout.shared}/{name}") for name in gone)
    raise ReleaseRefused(
        f"The live release shares {names}, and the new one would not.",
        cause="`shared` no longer names this data, so the new release would start without it.",
        advice=f"Nothing was changed. To keep the data, add to `shared`: {names}. To go on without "
        f"it, add the same to `discard-changes`. pa-deploy does not delete the data: {places}.",
    )


def _has_data(destination: Destination, name: str) -> bool:
    """Whether there is a file, or a folder that is not empty."""
    folder, _, base = f"{destination.layout.shared}/{name.rstrip('/')}".rpartition("/")
    found = (destination.api.files.entries(folder) or {}).get(base)
    if found is None:
        return False
    if not name.endswith("/"):
        return True
    return bool(destination.api.files.entries(posixpath.join(folder, base)))
