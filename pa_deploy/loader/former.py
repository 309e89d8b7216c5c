"""What a site that somebody made by hand has written: the first release takes it over.

The folder of that site is not pa-deploy's. So its data is copied, and nothing there is changed.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from typing import Any, Dict, Iterable, List, Mapping

from .backups import move_to_backups
from .databases import (
    COMPANIONS,
    content_of,
    copy_database,
    databases_reached,
    files_reached,
    is_database,
    owner_of,
)
from .files import Home, discard, move, names_in, read_bytes
from .inventory import digest_of
from .paths import covers
from .releases import Release

TAKEN = "former.json"
"""What was copied, and how it was then."""
MOST_FOLDERS = 2000


class FormerSite:
    """The site that a new one replaces. `told` are folders that the Web tab shows."""

    def __init__(self, home: Home, told: Iterable[str], files: Mapping[str, Any]) -> None:
        # Only the first release needs it, and the site's start compiles what is imported.
        from .former_folder import find_former, folders_below  # noqa: PLC0415

        self._home = home
        self._files = files
        self._below = folders_below
        self.where = find_former(home, told, files)
        self.folder = self.where.folder
        self._working = [each for each in self.where.working if each != self.folder]

    def data(self, names: Iterable[str], leave: Iterable[str]) -> Dict[str, str]:
        """The shared names of which the former site has data, and where. Later ones may be new."""
        taken = self._home.read(TAKEN)
        found = {}
        for name in [each for each in names if not covers(leave, each)]:
            here = next(iter(self._places_of(name)), "")
            is_new = not os.path.lexists(self._kept(name)) or name in taken
            if here and is_new and not _is_as_taken(here, taken.get(name)):
                found[name] = here
        return found

    def forgotten(self, paths: Iterable[str]) -> List[str]:
        """Its databases that are not at one of the paths, nor shipped as they are."""
        if not self.folder:
            return []
        is_alone = self.folder != self._home.account  # else other sites may be below
        own = self._databases_in(self.folder, paths) if is_alone else []
        return [*own, *self._named_in_code(paths)]

    def doubtful(self, names: Iterable[str], leave: Iterable[str]) -> List[str]:
        """The folders one of which may be the site's, if one of them has data."""
        paths = [name.rstrip("/") for name in names if not covers(leave, name)]
        possible = [] if self.folder else self.where.possible
        for folder in possible:
            if self._databases_in(folder, leave) or any(self._has(folder, each) for each in paths):
                return possible
        return []

    def left(self, leave: Iterable[str]) -> List[str]:
        """The databases in a folder that was named, but that has no code of the new release."""
        leave, folders = list(leave), [] if self.folder else self.where.others
        found = ((each, path) for each in folders for path in self._databases_in(each, leave))
        return list(dict.fromkeys(os.path.join(*pair) for pair in found))

    def twice(self, names: Iterable[str], leave: Iterable[str]) -> List[str]:
        """The places of a database, if it cannot be told which of them the former site uses."""
        places = (self._places_of(name) for name in names if not covers(leave, name))
        return next((each for each in places if len(each) > 1), [])

    def copy(self, name: str, here: str) -> None:
        """Copy the data to `shared/`; what a release has made of it goes to `backups/`."""
        kept = self._kept(name)
        signature = _signature(here)
        os.makedirs(os.path.dirname(kept), exist_ok=True)
        aside = self._home.at("unpacking", ".former")
        discard(aside)
        _copy(here, aside)
        if os.path.lexists(kept):
            move_to_backups(self._home, kept, name.rstrip("/"))
        move(aside, kept)
        self._home.write(TAKEN, {**self._home.read(TAKEN), name: signature})

    def _kept(self, name: str) -> str:
        return self._home.at("shared", name.rstrip("/"))

    def _places_of(self, name: str) -> List[str]:
        """Where the former site may have what is to be shared.

        An app that opens a database by a relative path has it in the folder in which it runs.
        """
        if not self.folder:
            return []
        path = name.rstrip("/")
        own = os.path.join(self.folder, path)
        others = [os.path.join(folder, path) for folder in self._working]
        found = [each for each in others if is_database(os.path.realpath(each))]
        if os.path.exists(own) and not (found and self._ships(self.folder, path)):
            found.insert(0, own)
        one_each = {os.path.realpath(each): each for each in reversed(found)}
        return [each for each in found if each in one_each.values()]

    def _databases_in(self, folder: str, paths: Iterable[str]) -> List[str]:
        """The databases of a folder that are not at one of the paths, nor shipped as they are."""
        paths = list(paths)
        below = (
            os.path.relpath(os.path.join(each, name), folder)
            for each in self._below(folder, MOST_FOLDERS)
            for name in names_in(each)
        )
        found = (each for each in below if is_database(os.path.join(folder, each)))
        return [each for each in found if not (covers(paths, each) or self._ships(folder, each))]

    def _named_in_code(self, paths: Iterable[str]) -> List[str]:
        """The same, in the folders in which its app may run, which may have those of others too."""
        paths, is_top = list(paths), self.folder == self._home.account
        folders = [*self._working, self.folder] if is_top else self._working
        names = [
            name
            for folder in folders
            for name in names_in(folder)
            if is_database(os.path.join(folder, name)) and not covers(paths, name)
        ]
        code = [os.path.join(self.folder, path) for path in self._files if path.endswith(".py")]
        return [name for name in dict.fromkeys(names) if any(_says(each, name) for each in code)]

    def _has(self, folder: str, path: str) -> bool:
        """Whether a folder has something at a path that the release does not bring."""
        found = files_reached(os.path.join(folder, path))
        names = (os.path.relpath(each, folder) for each in found if os.path.exists(each))
        return any(not self._ships(folder, each) for each in names)

    def _ships(self, folder: str, path: str) -> bool:
        """Whether the release brings a file as it is in a folder."""
        row, whole = self._files.get(path), os.path.join(folder, path)
        return row is not None and os.path.isfile(whole) and digest_of(whole) == row[2]


def _says(path: str, name: str) -> bool:
    with suppress(OSError):
        return name.encode("utf-8", "surrogateescape") in read_bytes(path)
    return False


def has_taken_data(home: Home) -> bool:
    """Whether the site is one that was made by hand, with data of its own."""
    rows = home.read(TAKEN).values()
    return any(isinstance(each, dict) and each.get("files") for each in rows)


def start_from_before(home: Home, release: Release) -> None:
    """Have nothing live but the site of before, which has served since that release.

    It may have newer data than `shared/` has.
    """
    names = dict.fromkeys(release.record.get("shared", []))
    home.write(TAKEN, {**names, **home.read(TAKEN)})
    discard(home.at("current"))


def _copy(here: str, new: str) -> None:
    here = os.path.realpath(here)
    if is_database(here):
        copy_database(here, new)
    elif not os.path.isdir(here):
        shutil.copy2(here, new)
    else:
        os.makedirs(new)
        for each in files_reached(here):  # a link may lead out of it, or back, or nowhere
            path, real = os.path.join(new, os.path.relpath(each, here)), os.path.realpath(each)
            if os.path.isfile(real) and owner_of(real) == real:
                os.makedirs(os.path.dirname(path), exist_ok=True)
                _copy(real, path)


# --- whether it was written to


def _signature(path: str) -> Dict[str, Any]:
    """Each file's name, size and time; of databases the content, which tells more: SQLite moves
    pages from one file to another whenever an app closes a database.
    """
    content = {_named(each, path): content_of(each) for each in databases_reached(path)}
    return {"files": _stats(path), "content": content}


def _is_as_taken(path: str, taken: Any) -> bool:
    """Whether nothing was written since it was copied. Only what has changed outwardly is read."""
    if not isinstance(taken, dict):  # it was never copied, or by an earlier loader
        return False
    now = _stats(path)
    if now == taken["files"]:
        return True
    owned = {name + ending for name in taken["content"] for ending in ("", *COMPANIONS)}
    others, before = (
        [row for row in rows if row[0] not in owned] for rows in (now, taken["files"])
    )
    return others == before and _signature(path)["content"] == taken["content"]


def _stats(path: str) -> List[List[Any]]:
    rows: List[List[Any]] = []
    for each in [*files_reached(path), *(os.path.realpath(path) + end for end in COMPANIONS)]:
        with suppress(OSError):
            info = os.stat(each)
            if info.st_size or not each.endswith(COMPANIONS):
                rows.append([_named(each, path), info.st_size, info.st_mtime_ns])
    return rows


def _named(each: str, path: str) -> str:
    """How a file of what was copied is called, whatever it is in."""
    real = os.path.realpath(path)
    return os.path.basename(path) + each[len(real if each.startswith(real) else path) :]
