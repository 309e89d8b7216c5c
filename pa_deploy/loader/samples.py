"""Find files in each mapped folder of a release, by which a visit tells that it is served."""

from __future__ import annotations

import filecmp
import hashlib
import os
import re
from contextlib import suppress
from itertools import islice
from typing import Any, Dict, Iterable, Iterator, List, Sequence, Tuple

from .files import read_bytes

MOST_FILES = 2000
"""How many files of a folder are looked at."""
MOST_BYTES = 256 * 1024
LARGEST_BYTES = 16 * 1024 * 1024
LEAST_BYTES = 16
"""What is smaller may well be the same as another file."""
PLAIN = re.compile(r"[\w./-]+", re.ASCII)
"""Names that are the same when they are quoted in a URL."""
ENCODED = (".gz", ".svgz", ".br")
"""Servers may send these with another encoding."""


class Samples:
    """Finds them in the folder `code` of a release.

    `served` is the folder of the live one, "" if there is none, `account` the home directory.
    """

    def __init__(self, code: str, served: str, account: str) -> None:
        self._code = code
        self._served = served
        self._account = account

    def find(self, mapped: Iterable[str], rivals: Iterable[Sequence[str]]) -> List[Dict[str, Any]]:
        """A file of each of the `mapped` paths, "" for the whole release; none of an empty one.

        And one for each of the `rivals`, which another mapping may hide: these are a mapped path,
        what the paths of such files begin with, and what those of the other begin with.
        """
        found = [(path, self._usual(path)) for path in mapped]
        found += [(path, name) for path, *rest in rivals for name in self._hidden(path, *rest)]
        return [each for pair in dict.fromkeys(found) for each in self._told(*pair)]

    def _told(self, path: str, name: str) -> Iterator[Dict[str, Any]]:
        with suppress(OSError):  # it may be nobody's to read
            content = read_bytes(os.path.join(self._code, path, name).rstrip("/"))
            yield {"mapped": path, "path": name, "sha256": hashlib.sha256(content).hexdigest()}

    def _usual(self, path: str) -> str:
        """Of a folder the path of the file that tells most, "" if there is none.

        One that is not the same in the live release, if there is one: by it a visit tells the two
        apart.
        """
        folder = os.path.join(self._code, path)
        ranked = sorted(_ranked(folder))
        fit = [name for rank, name in ranked if rank == ranked[0][0]]
        new = iter(fit)
        if self._served:
            served = os.path.join(self._served, path)
            new = (
                name
                for name in fit
                if not _is_same(os.path.join(folder, name), os.path.join(served, name))
            )
        return next(new, fit[0]) if fit else ""

    def _hidden(self, path: str, own: str, other: str) -> Iterator[str]:
        """A file that another mapping has too, and that is not the same there.

        If it has none of them, any file: how PythonAnywhere treats such URLs is not certain.
        """
        here, there = os.path.join(self._code, own), self._place(other)
        both = [rest for rest in _rests(here) if os.path.isfile(there + rest)]
        both = both or [rest for rest in _rests(there) if _is_own_file(here + rest)]
        different = (rest for rest in both if not _is_same(here + rest, there + rest))
        is_part = own.rstrip("/") != path or os.path.isfile(there.rstrip("/"))
        chosen = iter(_rests(here)) if is_part and not both else different
        folder = os.path.join(self._code, path).rstrip("/")
        for each in [here + rest for rest in islice(chosen, 1)]:
            if (each + "/").startswith(folder + "/"):
                yield each[len(folder) + 1 :]

    def _place(self, folder: str) -> str:
        if folder.startswith("~/"):
            return os.path.join(self._account, folder[2:])
        return os.path.join(self._code, folder)


def has_files(folder: str) -> bool:
    """Whether it has a file to serve. Those whose name begins with a dot, such as `.gitkeep`, only
    keep a folder. What a link leads to counts.
    """
    for top, folders, names in os.walk(folder):
        links = [name for name in folders if os.path.islink(os.path.join(top, name))]
        if links or any(not name.startswith(".") for name in names):
            return True
    return False


def _ranked(folder: str) -> Iterator[Tuple[int, str]]:
    """Its files, with 0 for one that is fit to be asked for, and more for others."""
    count = 0
    for top, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = os.path.join(top, name)
            if name.startswith(".") or os.path.islink(path) or not os.path.isfile(path):
                continue
            count += 1
            size = os.path.getsize(path)
            if count > MOST_FILES:
                return
            if size <= LARGEST_BYTES:
                relative = os.path.relpath(path, folder)
                is_odd = not PLAIN.fullmatch(relative) or name.endswith(ENCODED)
                is_fit = LEAST_BYTES <= size <= MOST_BYTES
                yield 2 * is_odd + (not is_fit), relative


def _rests(beginning: str) -> List[str]:
    """How the paths of files go on that begin so; those that are fit to be asked for come first."""
    top = os.path.dirname(beginning)
    paths = (os.path.join(top, name) for _, name in sorted(_ranked(top)))
    return [path[len(beginning) :] for path in paths if path.startswith(beginning)]


def _is_own_file(path: str) -> bool:
    return os.path.isfile(path) and not os.path.islink(path)


def _is_same(one: str, other: str) -> bool:
    with suppress(OSError):
        return filecmp.cmp(one, other, shallow=False)
    return False
