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
from pa_deploy.model import StaticFile

ADVICE = "Map a folder that contains only static files."
OPEN = r"/[^/]+/(current|shared)(/.*)?"
"""The parts of pa-deploy's folder that may be mapped: the live release and shared paths."""


def mapping_problems(rows: Iterable[StaticFile], username: str) -> Iterator[Problem]:
    """Mappings into pa-deploy's folder, which has the secrets of releases."""
    ours = f"/home/{username}/{FOLDER}"
    for row in rows:
        if _climbs(row.path):
            yield _problem(row, "leads through pa-deploy's folder and out of it by `..`.")
        elif _is_closed(_normal(row.path), ours):
            yield _problem(row, f"is in {ours}, where pa-deploy keeps secrets.")


def home_mappings(rows: Iterable[StaticFile], username: str) -> Iterator[Problem]:
    """Mappings that show the whole home directory, and pa-deploy's folder with it."""
    ours = f"/home/{username}/{FOLDER}"
    for row in rows:
        if ours.startswith(_normal(row.path)):
            yield _problem(row, f"shows all files of the account to every visitor, even {ours}.")


def release_mappings(rows: Iterable[StaticFile], username: str) -> Iterator[Problem]:
    """Mappings of a whole live release, which may have an app: only a deploy of it can tell."""
    ours = f"/home/{username}/{FOLDER}"
    for row in rows:
        if re.fullmatch(re.escape(ours) + r"/[^/]+/current", _normal(row.path)):
            yield _problem(row, "may show the source of an app to every visitor.")


def _is_closed(path: str, ours: str) -> bool:
    """Whether it is below pa-deploy's folder, at a place that nobody else may see."""
    return path.startswith(f"{ours}/") and not re.fullmatch(re.escape(ours) + OPEN, path)


def _climbs(path: str) -> bool:
    """Whether `..` stands behind pa-deploy's folder, which has links: no text tells the target."""
    return ".." in path.partition(f"/{FOLDER}")[2].split("/")


def _normal(path: str) -> str:
    return posixpath.normpath("/" + path.lstrip("/"))


def sharing_problems(paths: Iterable[str], username: str) -> Iterator[Problem]:
    """Paths whose sharing would show pa-deploy's folder to everybody who has the link."""
    ours = f"/home/{username}/{FOLDER}"
    for path in paths:
        is_above = f"{ours}/".startswith(f"{_normal(path).rstrip('/')}/")
        if is_above or _climbs(path) or _is_closed(_normal(path), ours):
            said = f"{path} contains {ours}" if is_above else f"{path} is in {ours}"
            said += ", where pa-deploy keeps secrets."
            advice = "Share another file or folder, one without secrets."
            yield Problem("share-files", said, advice=advice)


def _problem(row: StaticFile, said: str) -> Problem:
    return Problem("static-files", f'the mapping "{row.url} = {row.path}" {said}', advice=ADVICE)
