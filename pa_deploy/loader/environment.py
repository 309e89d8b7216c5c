"""The packages of a release: an environment, which releases with equal packages share.

It has the shape of a virtual environment, so its own `python` finds all that is in it. How one is
made, `composing.py` tells.
"""

from __future__ import annotations

import os
import site
import sys
from contextlib import suppress
from typing import Any, Dict, Iterable, List, Mapping, Optional, Set

from .files import Home, names_in

NOTE = "environments/%s.json"
"""What an environment is made of. It is written last, so it says that the environment is whole."""
PACKAGES = ("site-packages", "dist-packages")
"""Folders in which a Python has packages."""
Seen = Dict[str, List[int]]
"""Size and time of each file, by its path."""


class Environment:
    """An environment by its id; a release without packages has one whose id is empty."""

    def __init__(self, home: Home, name: str) -> None:
        self.home = home
        self.id = name
        self._note: Optional[Dict[str, Any]] = None

    @property
    def folder(self) -> str:
        return self.home.at("environments", self.id)

    @property
    def scripts(self) -> str:
        """The folder of its programs, `python` among them."""
        return os.path.join(self.folder, "bin")

    @property
    def site_folders(self) -> List[str]:
        """The folders in which Python finds its packages."""
        if not self.id:
            return []
        lib = os.path.join(self.folder, "lib")
        found = [os.path.join(lib, name, PACKAGES[0]) for name in names_in(lib)]
        return [path for path in found if os.path.isdir(path)]

    @property
    def note(self) -> Dict[str, Any]:
        """Its `kind`, `distributions`, `python`, `bytes` and `files`; empty if it is not whole."""
        if self._note is None:
            self._note = self.home.read(NOTE % self.id) if self.id else {}
        return self._note

    def keep(self, note: Mapping[str, Any], lost: Optional[Seen] = None) -> None:
        """Write down what it is made of, and how its files are now; `lost` ones are damaged."""
        seen = {**seen_in(self.folder), **(lost or {})}
        size = sum(row[0] for row in seen.values())
        self._note = {**note, "bytes": size, "files": seen}
        self.home.write(NOTE % self.id, self._note)

    def add(self, **more: object) -> None:
        """Write down more of it, as if its files were as before."""
        self._note = {**self.note, **more}
        self.home.write(NOTE % self.id, self._note)

    @property
    def is_there(self) -> bool:
        """Whether it was made; a look that costs nothing."""
        return not self.id or os.path.isfile(self.home.at(NOTE % self.id))

    @property
    def is_well(self) -> bool:
        """Whether it is as it was made."""
        if not self.id:
            return True
        is_runnable = os.path.exists(os.path.join(self.scripts, "python"))
        return bool(self.note) and is_runnable and not self.damaged()

    def damaged(self) -> List[str]:
        """The files that are missing, or were changed since it was made. New ones do no harm."""
        seen, noted = seen_in(self.folder), self.note.get("files", {})
        return [path for path in noted if seen.get(path) != noted[path]]

    def new_files(self) -> List[str]:
        """The files that were not there when it was made."""
        noted = self.note.get("files", {})
        return [path for path in files_in(self.folder) if path not in noted]

    def activate(self) -> None:
        """Let this process find its packages, after Python's own modules, but before the machine's.

        So does a virtual environment. Its `.pth` files count too.
        """
        if not self.id:
            return
        before = list(sys.path)
        for folder in self.site_folders:
            site.addsitedir(folder)
        new = [each for each in sys.path[len(before) :] if each not in before]
        others = [each for each in sys.path if each not in new]
        at = next((i for i, each in enumerate(others) if _has_packages(each)), len(others))
        sys.path[:] = [*others[:at], *new, *others[at:]]
        sys.prefix = sys.exec_prefix = self.folder
        path = [self.scripts, os.environ.get("PATH", os.defpath)]
        os.environ["PATH"] = os.pathsep.join(path)


def _has_packages(path: str) -> bool:
    return os.path.basename(path) in PACKAGES


def seen_in(folder: str) -> Seen:
    """How the files of a folder are now. Python's caches come and go."""
    found: Seen = {}
    for path in files_in(folder):
        with suppress(OSError):
            found[path] = row_of(os.path.join(folder, path))
    return found


def row_of(path: str) -> List[int]:
    """Size and time of a file."""
    info = os.lstat(path)
    return [info.st_size, info.st_mtime_ns]


def files_in(folder: str) -> List[str]:
    """The files and links in a folder, but for Python's caches."""
    found = []
    for here, folders, names in os.walk(folder):
        below = here[len(folder) + 1 :]
        links = [name for name in folders if os.path.islink(os.path.join(here, name))]
        folders[:] = [name for name in folders if name != "__pycache__" and name not in links]
        found += [os.path.join(below, name) for name in [*names, *links]]
    return found


def kept_packages(
    home: Home, records: Iterable[Mapping[str, Any]], packages: Mapping[str, Any]
) -> Dict[str, Set[str]]:
    """The environments and distributions of these records, and those in a pointer."""
    names = {str(record.get("environment", "")) for record in records}
    notes = [packages, *(Environment(home, name).note for name in names)]
    digests = {digest for note in notes for digest in note.get("distributions", {})}
    return {"environments": names | {str(packages.get("id", ""))}, "distributions": digests}
