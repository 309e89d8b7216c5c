"""What is damaged of a release that is to serve again: somebody, or a disk, has changed it."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any, Dict, Iterable, List

from .databases import is_database
from .files import Home
from .inventory import FILES, is_as_noted, noted_of
from .paths import covers
from .releases import Release, live
from .unpack import DATA

MOST_TIMES = 2
"""How often a file of the dependencies is put back. Then it is left as the app has it."""


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


def changed_in_place(release: Release, paths: Iterable[str]) -> List[str]:
    """Of these paths those that are one file with the live release's, whose app has changed it.

    Large files are shared so; see `unpack.py`. Code is none of an app's to write.
    """
    serving = Release(release.home, live(release.home))
    found = []
    for path in paths:
        pair = [os.path.join(each.code, path) for each in (release, serving)]
        is_one = all(map(os.path.isfile, pair)) and os.path.samefile(*pair)
        if is_one and not path.endswith(".py"):
            found.append(path)
    return found


def _is_well(release: Release, path: str, row: List[Any]) -> bool:
    whole = os.path.join(release.code, path)
    if not os.path.lexists(whole):
        return False
    return path.endswith(DATA) or is_database(whole) or is_as_noted(release, path, row)


# --- dependencies


def note_layer(home: Home, digest: str, replaced: Iterable[str] = ()) -> None:
    """Write down what a layer has, when it was unpacked, and when commands have run with it.

    `replaced` are files of it that were damaged, and were put back just now.
    """
    counts = _counts(home, digest)
    for path in replaced:
        counts[path] = counts.get(path, 0) + 1
    noted = {"layer": _seen(home.at("layers", digest)), "replaced": counts}
    home.write(FILES % digest, noted)


def _counts(home: Home, digest: str) -> Dict[str, int]:
    """How often files of a layer were put back."""
    counts = home.read(FILES % digest).get("replaced")
    return dict(counts) if isinstance(counts, dict) else {}


def changed_by_app(home: Home, digest: str) -> List[str]:
    """Files of a layer that are changed after each deploy, so it is the app that does it. They are
    no longer put back.
    """
    counts = _counts(home, digest)
    different = _different(home, digest) if counts else []
    return [path for path in different if counts.get(path, 0) >= MOST_TIMES]


def damaged_in_layer(home: Home, digest: str) -> List[str]:
    """Files of a layer that are not as they were then. Of one that was never noted, all is
    believed.
    """
    counts = _counts(home, digest)
    return [path for path in _different(home, digest) if counts.get(path, 0) < MOST_TIMES]


def _different(home: Home, digest: str) -> List[str]:
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
