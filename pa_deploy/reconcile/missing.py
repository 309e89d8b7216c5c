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

    A listing of one directory answers for all paths in it, and for all below a name that it does
    not have. Paths elsewhere are not judged: the API does not reach them. Nor is what cannot be
    looked up, because a look-up must not make a run fail.
    """
    home = f"/home/{api.username}"
    asked = {path: posixpath.normpath(path) for path in paths}
    places = {place for place in asked.values() if place.startswith(f"{home}/")}
    names: dict[str, frozenset[str]] = {}
    try:
        for folder in sorted({posixpath.dirname(place) for place in places}, key=_depth):
            if len(names) < MOST_LISTINGS and not _is_missing(folder, names):
                names[folder] = frozenset(api.files.entries(folder) or ())
    except DeployError:
        pass  # what was found until then is right all the same
    return tuple(path for path, place in asked.items() if _is_missing(place, names))


def _depth(folder: str) -> tuple[int, str]:
    return folder.count("/"), folder


def _is_missing(place: str, names: dict[str, frozenset[str]]) -> bool:
    """Whether a directory that was listed has not the name that leads to the place."""
    while place != "/":
        place, name = posixpath.split(place)
        if place in names and name not in names[place]:
            return True
    return False
