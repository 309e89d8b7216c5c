"""Static file mappings of what the release does not have, found before anything is written."""

from __future__ import annotations

import difflib
import posixpath
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Literal

from pa_deploy.bundle import Manifest
from pa_deploy.detect import folders_of, likely
from pa_deploy.errors import DeployError, Problem
from pa_deploy.layout import Layout
from pa_deploy.model import StaticFile, WantedRelease
from pa_deploy.release.attempt import mapped_folders
from pa_deploy.release.destination import Destination
from pa_deploy.release.exposed import follow_links


def unfilled_mappings(
    rows: Iterable[StaticFile], wanted: WantedRelease, layout: Layout, manifest: Manifest
) -> Iterator[Problem]:
    """A problem for each mapping of a path that the release does not have. If it has commands, they
    may make the path: only PythonAnywhere can tell then.
    """
    if wanted.run or wanted.first_run:
        return
    for row, path in _mapped(rows, wanted, layout):
        if not _is_shipped(path, wanted, manifest):
            yield _missing(row, path, "The release", folders_of(manifest))


def unfilled_live(
    rows: Iterable[StaticFile],
    wanted: WantedRelease,
    manifest: Manifest,
    destination: Destination,
    live: str,
) -> Iterator[Problem]:
    """A problem for each mapping of a path that the release `live` does not have, though it is what
    the inputs want. No preparer looks at it then. A mapping costs up to two requests, unless a file
    of `manifest` is there.
    """
    listings = _Listings(destination, f"{destination.layout.release(live)}/code")
    for row, path in _mapped(rows, wanted, destination.layout):
        if _is_shipped(path, wanted, manifest):
            continue
        with suppress(DeployError):  # the health check follows; a look-up fails no run
            state = listings.state_of(path)
            if state == "missing":
                yield _missing(row, path, "The live release", listings.folders(manifest))
            elif state == "empty":
                yield _empty(row, path)


def _mapped(
    rows: Iterable[StaticFile], wanted: WantedRelease, layout: Layout
) -> Iterator[tuple[StaticFile, str]]:
    for row in rows:
        for path in mapped_folders(wanted, layout, (row,)):
            yield row, path


def _is_shipped(path: str, wanted: WantedRelease, manifest: Manifest) -> bool:
    """Whether something of the release is there, or a link leads out of it."""
    place = follow_links(path, manifest)
    if place.startswith(("/", "..")) or place == "":
        return True
    below = f"{place}/"
    is_there = place in manifest or any(each.startswith(below) for each in manifest)
    return is_there or any(each.startswith(below) for each in wanted.shared)


class _Listings:
    """What the API lists of the code of a release; each folder is asked for once."""

    def __init__(self, destination: Destination, code: str) -> None:
        self._files = destination.api.files
        self._code = code
        self._seen: dict[str, Mapping[str, Any] | None] = {}

    def state_of(self, path: str) -> Literal["missing", "empty", ""]:
        """What is wrong with it; "" if something is there."""
        above, _, name = path.rpartition("/")
        row = (self._list(above) or {}).get(name)
        if row is None:
            return "missing"
        return "empty" if _is_folder(row) and self._list(path) == {} else ""

    def folders(self, manifest: Manifest) -> frozenset[str]:
        """Those of the release that are known."""
        listed = (
            f"{above}/{name}".lstrip("/")
            for above, rows in self._seen.items()
            for name, row in (rows or {}).items()
            if _is_folder(row)
        )
        return folders_of(manifest).union(listed)

    def _list(self, path: str) -> Mapping[str, Any] | None:
        if path not in self._seen:
            self._seen[path] = self._files.entries(f"{self._code}/{path}".rstrip("/"))
        return self._seen[path]


def _is_folder(row: object) -> bool:
    return isinstance(row, Mapping) and row.get("type") == "directory"


def _missing(row: StaticFile, path: str, what: str, folders: frozenset[str]) -> Problem:
    near = _near(path, folders)
    advice = f'There is {near}. Write "{row.url} = {near}".' if near else _advice(path)
    mapping = f'the mapping "{row.url} = {path}"'
    said = f"{what} has no {path}, so {mapping} would show visitors nothing."
    return Problem("static-files", said, advice=advice)


def _empty(row: StaticFile, path: str) -> Problem:
    mapping = f'the mapping "{row.url} = {path}"'
    said = f"{path} of the live release has no files, so {mapping} would show visitors nothing."
    return Problem("static-files", said, advice=_advice(path))


def _advice(path: str) -> str:
    return (
        f"Correct the folder, commit its files, or have a command of `run` fill {path}. If it may "
        "be empty, set `static-check: false`."
    )


def _near(path: str, folders: frozenset[str]) -> str:
    """The folder that was most likely meant: one of that name elsewhere, or one much alike."""
    name = posixpath.basename(path)
    same = likely(each for each in folders if posixpath.basename(each) == name)
    if same:
        return same[0]
    found = difflib.get_close_matches(path, sorted(folders), n=1)
    return found[0] if found else ""
