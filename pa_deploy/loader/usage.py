"""How many bytes of the disk are used, and how many a removal would give back.

A file counts with its size, and once if it has several hard links; a folder as a block.
"""

from __future__ import annotations

import os
import stat
import time
from contextlib import suppress
from typing import Any, Dict, Iterable, Iterator, List, Set, Tuple

from .files import Home
from .layout import FOLDER_BYTES

MOST_SECONDS = 8.0
"""After it, what was not counted is left out."""
Inode = Tuple[int, int]


def measure(home: Home) -> Dict[str, Any]:
    """What `used` bytes there are in the account's home, and that of these are this folder's `own`.

    `is_all`: there was time to count everything.
    """
    end = time.monotonic() + MOST_SECONDS
    seen: Set[Inode] = set()
    own = _used_below(home.base, "", seen, end)
    others = _used_below(home.account, home.base, seen, end) if home.is_account_s else 0
    return {"own": own, "used": own + others, "is_all": time.monotonic() < end}


def given_back(paths: Iterable[str]) -> int:
    """How many bytes are free again once all of these files and folders are removed.

    Of a file with several hard links, those that are elsewhere keep it.
    """
    size = 0
    links: Dict[Inode, List[int]] = {}
    for path in paths:
        for info in _infos(path):
            if stat.S_ISDIR(info.st_mode):
                size += FOLDER_BYTES
            elif stat.S_ISREG(info.st_mode):
                row = links.setdefault((info.st_dev, info.st_ino), [0, info.st_nlink, info.st_size])
                row[0] += 1
    return size + sum(row[2] for row in links.values() if row[0] >= row[1])


def _used_below(folder: str, but: str, seen: Set[Inode], end: float) -> int:
    used = 0
    for info in _infos(folder, but, end):
        if stat.S_ISDIR(info.st_mode):
            used += FOLDER_BYTES
        elif stat.S_ISREG(info.st_mode) and (info.st_dev, info.st_ino) not in seen:
            used += info.st_size
            if info.st_nlink > 1:
                seen.add((info.st_dev, info.st_ino))
    return used


def _infos(path: str, but: str = "", end: float = float("inf")) -> Iterator[os.stat_result]:
    """What Linux says of a path and all below it; the folder `but` is left out."""
    left = [path]
    while left and time.monotonic() < end:
        here = left.pop()
        with suppress(OSError):  # it has vanished meanwhile, or cannot be read
            info = os.lstat(here)
            yield info
            if stat.S_ISDIR(info.st_mode):
                left += (each.path for each in os.scandir(here) if each.path != but)
