"""What a site that somebody made by hand has written: the first release takes it over.

The folder of that site is not pa-deploy's. So its data is copied, and nothing there is changed.
"""

from __future__ import annotations

import os
import re
import shutil
from contextlib import suppress
from typing import Any, Dict, Iterable, Iterator, List, Mapping

from .backups import move_to_backups
from .before import NAME
from .databases import COMPANIONS, copy_database, databases_in, is_database
from .files import Home, discard, move, names_in, read_bytes
from .inventory import CACHES, digest_of
from .paths import covers
from .releases import Release

IN_HOME = re.compile("(?:/home/([^/'\"]+)|~)/?([^'\"\n]*)")
IN_QUOTES = re.compile("['\"]((?:/home/|~/)[^'\"\n]*)['\"]")
TAKEN = "former.json"
"""What was copied, and how it was then."""
ENOUGH = 0.3
"""So much of the new release's code is in a folder that is taken for that of the former site."""
MOST_FOLDERS = 2000
NOT_OURS = (*CACHES, "node_modules", ".venv", "venv", "env", ".pa-deploy", ".virtualenvs")


class FormerSite:
    """The site that a new one replaces. `told` are folders that the Web tab shows."""

    def __init__(self, home: Home, told: Iterable[str], files: Mapping[str, Any]) -> None:
        self._home = home
        self._files = files
        self.folder = self._find([*told, *_named_in(home)])

    def data(self, names: Iterable[str], leave: Iterable[str]) -> Dict[str, str]:
        """The shared names of which the former site has data, and where. Later ones may be new."""
        if not self.folder:
            return {}
        taken = self._home.read(TAKEN)
        found = {}
        for name in [each for each in names if not covers(leave, each)]:
            here, kept = os.path.join(self.folder, name.rstrip("/")), self._kept(name)
            is_new = not os.path.lexists(kept) or name in taken
            if os.path.exists(here) and is_new and taken.get(name) != _signature(here):
                found[name] = here
        return found

    def forgotten(self, paths: Iterable[str]) -> List[str]:
        """Its databases that are not at one of the paths, nor shipped as they are."""
        if not self.folder or self.folder == self._home.account:
            return []
        found = (os.path.relpath(each, self.folder) for each in _databases_below(self.folder))
        return [each for each in found if not covers(paths, each) and not self._is_shipped(each)]

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

    def _find(self, told: Iterable[str]) -> str:
        """The folder that has most of the new release's code, or an empty text."""
        code = [path for path in self._files if path.endswith(".py")] or list(self._files)
        counted = {folder: _count(folder, code) for folder in _possible(self._home, told)}
        best = max(counted, key=lambda folder: (counted[folder], len(folder)), default="")
        return best if best and counted[best] >= max(1, ENOUGH * len(code)) else ""

    def _is_shipped(self, path: str) -> bool:
        row = self._files.get(path)
        return row is not None and digest_of(os.path.join(self.folder, path)) == row[2]


def start_from_before(home: Home, release: Release) -> None:
    """Have nothing live but the site of before, which has served since that release.

    It may have newer data than `shared/` has.
    """
    names = dict.fromkeys(release.record.get("shared", []))
    home.write(TAKEN, {**names, **home.read(TAKEN)})
    discard(home.at("current"))


def _count(folder: str, code: List[str]) -> float:
    """How much of the code is in the folder. What was moved within the repository counts less."""
    here = sum(os.path.isfile(os.path.join(folder, path)) for path in code)
    moved = sum(os.path.isfile(os.path.join(folder, os.path.basename(path))) for path in code)
    return max(float(here), 0.9 * moved)


def _copy(here: str, new: str) -> None:
    here = os.path.realpath(here)
    if is_database(here):
        copy_database(here, new)
    elif not os.path.isdir(here):
        shutil.copy2(here, new)
    else:
        shutil.copytree(here, new, ignore_dangling_symlinks=True)  # a link may lead out of it
        for each in databases_in(here):
            path = os.path.join(new, os.path.relpath(each, here))
            for ending in ("", *COMPANIONS):
                discard(path + ending)
            copy_database(each, path)


def _signature(path: str) -> List[List[Any]]:
    """Tells whether it was written to: each file's name, size and time."""
    files = [path]
    if os.path.isdir(path):
        files = [os.path.join(top, each) for top, _, names in os.walk(path) for each in names]
    rows: List[List[Any]] = []
    for each in sorted([*files, path + COMPANIONS[0]]):
        with suppress(OSError):
            info = os.stat(each)
            if info.st_size or not each.endswith(COMPANIONS):
                rows.append([os.path.relpath(each, path), info.st_size, info.st_mtime_ns])
    return rows


def _named_in(home: Home) -> List[str]:
    """Folders that the former WSGI file names."""
    with suppress(OSError):
        text = read_bytes(home.at("before", NAME + ".py")).decode("utf-8", "replace")
        return IN_QUOTES.findall(text)
    return []


def _possible(home: Home, told: Iterable[str]) -> List[str]:
    """The folders and those that they are in, as far as they are the account's."""
    top = home.account
    found: Dict[str, None] = {}
    for path in told:
        match = IN_HOME.fullmatch(path)
        if (
            not match
            or (match[1] or os.path.basename(top)).lower() != os.path.basename(top).lower()
        ):
            continue
        folder = os.path.normpath(os.path.join(top, match[2]))
        while (folder + "/").startswith(top + "/"):
            if os.path.isdir(folder) and not folder.startswith(os.path.dirname(home.base)):
                found[folder] = None
            folder = os.path.dirname(folder)
    return list(found)


def _databases_below(folder: str) -> Iterator[str]:
    folders = [folder]
    for _ in range(MOST_FOLDERS):
        if not folders:
            return
        here = folders.pop()
        names = names_in(here)
        if "pyvenv.cfg" in names:
            continue
        for name in names:
            path = os.path.join(here, name)
            if os.path.isdir(path) and not os.path.islink(path):
                folders += [] if name in NOT_OURS else [path]
            elif is_database(path):
                yield path
