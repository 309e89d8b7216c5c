"""Static file mappings and shared files that would show secrets to others.

uWSGI reads with the rights of the account, and serves each file whose path begins with the mapped
one (`uwsgi_file_serve` of its core/static.c). So a mapped home directory shows everything in it.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

from pa_deploy.errors import Problem
from pa_deploy.layout import FOLDER
from pa_deploy.model import StaticFile, WantedWebapp

ADVICE = "Map a folder that holds nothing but static files."
OPEN = r"/[^/]+/(current|shared)(/.*)?"
"""The parts of pa-deploy's folder that may be mapped: the live release and shared paths."""


def mapping_problems(wanted: WantedWebapp, username: str) -> Iterator[Problem]:
    """Mappings into pa-deploy's folder, which has the secrets of releases."""
    ours = f"/home/{username}/{FOLDER}"
    for row in wanted.static_files or ():
        path = _normal(row.path)
        if path.startswith(f"{ours}/") and not re.fullmatch(re.escape(ours) + OPEN, path):
            yield _problem(row, f"is in {ours}, where pa-deploy keeps secrets.")


def home_mappings(wanted: WantedWebapp, username: str) -> Iterator[Problem]:
    """Mappings that show the whole home directory, and pa-deploy's folder with it."""
    ours = f"/home/{username}/{FOLDER}"
    for row in wanted.static_files or ():
        if ours.startswith(_normal(row.path)):
            yield _problem(row, f"shows all files of the account to every visitor, also {ours}.")


def _normal(path: str) -> str:
    return posixpath.normpath("/" + path.lstrip("/"))


def sharing_problems(paths: Iterable[str], username: str) -> Iterator[Problem]:
    """Paths whose sharing would show pa-deploy's folder to everybody who has the link."""
    ours = f"/home/{username}/{FOLDER}"
    for path in paths:
        place = _normal(path).rstrip("/")
        is_above = f"{ours}/".startswith(f"{place}/")
        is_in = place.startswith(f"{ours}/") and not re.fullmatch(re.escape(ours) + OPEN, place)
        if is_above or is_in:
            said = f"{path} contains {ours}" if is_above else f"{path} is in {ours}"
            said += ", where pa-deploy keeps secrets."
            yield Problem(
                "share-files",
                said,
                advice="Share another file or folder, which has no secrets in it.",
            )


def _problem(row: StaticFile, said: str) -> Problem:
    return Problem("static-files", f'the mapping "{row.url} = {row.path}" {said}', advice=ADVICE)
