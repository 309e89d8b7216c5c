"""What is damaged of a release that is to serve again: somebody, or a disk, has changed it."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any, Dict, List

from .databases import is_database
from .files import Home
from .inventory import FILES, is_as_noted, noted_of
from .paths import covers
from .releases import Release
from .unpack import DATA


def damaged_files(release: Release) -> List[str]:
    """Shipped files that are missing, and code that is another than when it was made ready.

    What an app may have written is no damage: databases, data files, and what is shared.
    """
    noted = release.home.read(FILES % release.id).get("files") or {}
    shared = release.record.get("shared", [])
    shipped: Dict[str, Any] = release.record.get("files", {})
    return [
        path
        for path in shipped
        if not covers(shared, path)
        and not _is_well(release, path, noted.get(path) or noted_of(shipped[path]))
    ]


def _is_well(release: Release, path: str, row: List[Any]) -> bool:
    whole = os.path.join(release.code, path)
    if not os.path.lexists(whole):
        return False
    return path.endswith(DATA) or is_database(whole) or is_as_noted(release, path, row)


# --- dependencies


def note_layer(home: Home, digest: str) -> None:
    """Write down what a layer has, when it was unpacked, and when commands have run with it."""
    home.write(FILES % digest, {"layer": _seen(home.at("layers", digest))})


def damaged_in_layer(home: Home, digest: str) -> List[str]:
    """Files of a layer that are not as they were then. Of one that was never noted, all is
    believed.
    """
    noted = home.read(FILES % digest).get("layer")
    if not isinstance(noted, dict):
        return []
    seen = _seen(home.at("layers", digest))
    return [path for path, row in noted.items() if seen.get(path) != row]


def is_layer_well(home: Home, digest: str) -> bool:
    return os.path.isdir(home.at("layers", digest)) and not damaged_in_layer(home, digest)


def _seen(folder: str) -> Dict[str, List[int]]:
    """Size and time of each file, by its path. Python's caches come and go."""
    found: Dict[str, List[int]] = {}
    for here, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        for name in names:
            with suppress(OSError):
                info = os.lstat(os.path.join(here, name))
                path = os.path.relpath(os.path.join(here, name), folder)
                found[path] = [info.st_size, info.st_mtime_ns]
    return found
