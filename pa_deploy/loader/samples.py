"""Find a file in each mapped folder of a release, by which a visit tells that it is served."""

from __future__ import annotations

import filecmp
import hashlib
import os
import re
from contextlib import suppress
from typing import Any, Dict, Iterator, List, Tuple

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


def find_samples(code: str, served: str, mapped: List[str]) -> List[Dict[str, Any]]:
    """A file of each of the `mapped` paths of a release, "" for the whole; none of an empty one.

    `code` is the folder of the release. A file that is not the same in `served`, the folder of the
    live one, is chosen if there is one: by it a visit tells the two apart.
    """
    samples = []
    for path in mapped:
        place = os.path.join(code, path) if path else code
        name = "" if os.path.isfile(place) else _best(place, served and os.path.join(served, path))
        with suppress(OSError):  # it may be nobody's to read
            content = read_bytes(os.path.join(place, name) if name else place)
            digest = hashlib.sha256(content).hexdigest()
            samples.append({"mapped": path, "path": name, "sha256": digest})
    return samples


def _best(folder: str, served: str) -> str:
    """The path of the file that tells most, below the folder; "" if there is none."""
    ranked = sorted(_ranked(folder))
    fit = [path for rank, path in ranked if rank == ranked[0][0]]
    new = (path for path in fit if not _is_same(folder, served, path))
    return next(new, fit[0]) if fit else ""


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


def _is_same(folder: str, served: str, path: str) -> bool:
    with suppress(OSError):
        one, other = os.path.join(folder, path), os.path.join(served, path)
        return bool(served) and filecmp.cmp(one, other, shallow=False)
    return False
