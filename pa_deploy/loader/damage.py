"""What is damaged of a release that is to serve again: somebody, or a disk, has changed it."""

from __future__ import annotations

import os
from typing import Any, Dict, Iterable, List

from .databases import is_database
from .environment import seen_in
from .files import Home
from .inventory import FILES, is_as_noted, noted_of
from .layout import DATA
from .paths import covers
from .releases import Release, live

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


def written_by_app(release: Release, paths: Iterable[str]) -> List[str]:
    """Of these paths the files that a deploy was allowed to leave behind, changed by the app."""
    home = release.home
    names = [each.partition(".")[0] for each in home.names_in("records")]
    leave = [path for each in names for path in Release(home, each).record.get("discard", [])]
    here = (path for path in paths if covers(leave, path))
    return [path for path in here if os.path.isfile(os.path.join(release.code, path))]


def changed_in_place(release: Release, paths: Iterable[str]) -> List[str]:
    """Of these paths those that are one file with the live release's, whose app has changed it.

    Large files are shared so; see `saving.py`. Code is none of an app's to write.
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


# --- packages


def are_layers_well(release: Release) -> bool:
    """Whether the packages that an earlier pa-deploy has shipped are as they were."""
    return all(_is_layer_well(release.home, each) for each in release.record.get("layers", []))


def _is_layer_well(home: Home, digest: str) -> bool:
    """Of a layer that was never noted, all is believed."""
    folder = home.at("layers", digest)
    noted = home.read(FILES % digest).get("layer")
    if not isinstance(noted, dict) or not os.path.isdir(folder):
        return os.path.isdir(folder)
    seen = seen_in(folder)
    return all(seen.get(path) == noted[path] for path in noted)
