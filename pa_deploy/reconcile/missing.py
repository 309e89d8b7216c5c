"""Which of the paths that a web app uses are missing on PythonAnywhere, found with few requests."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from pa_deploy.api import Api
from pa_deploy.errors import DeployError

MOST_LISTINGS = 10
"""The files' endpoint allows 40 requests a minute, and the end of the error log needs one too."""


def find_missing(api: Api, paths: Iterable[str]) -> tuple[str, ...]:
    """Those of the absolute `paths` in the account's home that are not there.

    A listing of one directory answers for the directory itself, for all paths in it, and for all
    below a name that it does not have. Paths elsewhere, and those that are not absolute, are not
    judged: the API does not reach them.
    Nor is what cannot be looked up, because a look-up must not make a run fail.
    """
    home = f"/home/{api.username}"
    asked = {path: posixpath.normpath(path) for path in paths if path.startswith("/")}
    places = {place for place in asked.values() if place.startswith(f"{home}/")}
    parents = {posixpath.dirname(place) for place in places}
    folders = {posixpath.dirname(place) for place in places if place not in parents}
    seen: dict[str, frozenset[str] | None] = {}
    try:
        for folder in sorted(folders, key=_depth):
            if len(seen) < MOST_LISTINGS and not _is_missing(folder, seen):
                found = api.files.entries(folder)
                seen[folder] = None if found is None else frozenset(found)
    except DeployError:
        pass  # what was found until then is right all the same
    return tuple(path for path, place in asked.items() if _is_missing(place, seen))


def _depth(folder: str) -> tuple[int, str]:
    return folder.count("/"), folder


def _is_missing(place: str, seen: dict[str, frozenset[str] | None]) -> bool:
    """Whether a directory on the way to the place is not there, or has not the name that leads to
    it. `seen` are the names in a directory; None: there is no such directory.
    """
    while place != "/":
        if place in seen and seen[place] is None:
            return True
        place, name = posixpath.split(place)
        names = seen.get(place)
        if names is not None and name not in names:
            return True
    return False
