"""Large files that are the same in two releases are on the disk once, as far as nobody is likely to
write to them: an app that writes to one changes it in both.

Until the try is over, a release has copies. Then those are replaced by hard links.
"""

from __future__ import annotations

import os
import shutil
import threading
from contextlib import suppress
from filecmp import cmp
from typing import Any, Callable, Iterator, List, Mapping, Sequence

from .caches import CACHE
from .databases import is_database
from .files import FULL_DISK, discard
from .layout import MOST_COPIED_BYTES, may_be_data
from .releases import Release

DATABASES = (".sqlite3", ".sqlite", ".db")
"""An app writes to them in place, whatever their size."""
ASIDE = ".pa-deploy-file"
"""The end of the name of a file that is about to take the place of its copy."""
AT_ONCE = 8
"""How many files are copied or replaced at a time, because a disk may be slow to make and to free
each.
"""


def bring(base: Release, files: Mapping[str, Any], new: str, copied: Sequence[str]) -> None:
    """Have files of an earlier release in the folder `new`: as copies, because what tries this one
    may write to them. A path that ends like one of `copied` never becomes anything else.

    On a full disk all large ones are the same files, so that there is room for the rest.
    """
    size_of = {path: int(row[1]) for path, row in files.items()}
    try:
        _copy(base.code, size_of, new)
    except OSError as error:
        if error.errno not in FULL_DISK:
            raise
        for path in _large(base.code, size_of, copied):
            _link(os.path.join(base.code, path), os.path.join(new, path))
        _copy(base.code, size_of, new)


def _copy(code: str, size_of: Mapping[str, int], new: str) -> None:
    """Have copies of those files of a release that are not there yet, the smallest first."""

    def copy(path: str) -> None:
        if not _is_whole(os.path.join(new, path), size_of[path]):
            shutil.copy2(os.path.join(code, path), os.path.join(new, path))

    _each(copy, sorted(size_of, key=lambda path: size_of[path]))


def _each(work: Callable[[str], None], paths: Sequence[str]) -> None:
    """Do something for each path, several at a time. Raises the first error, and does no more."""
    failed: List[BaseException] = []

    def work_off(share: Sequence[str]) -> None:
        for path in share:
            if failed:
                return
            try:
                work(path)
            except BaseException as error:
                failed.append(error)

    shares = (paths[number::AT_ONCE] for number in range(AT_ONCE))
    threads = [threading.Thread(target=work_off, args=(each,)) for each in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


def _is_whole(path: str, size: int) -> bool:
    return os.path.isfile(path) and os.path.getsize(path) == size


def save_room(release: Release, other: Release) -> None:
    """Have large files once on the disk that both releases have, shipped or made by commands."""
    found = {}
    for path in _files_in(release.code):
        here, there = os.path.join(release.code, path), os.path.join(other.code, path)
        if _are_alike(here, there):
            found[path] = os.path.getsize(here)

    def link_if_equal(path: str) -> None:
        here, there = os.path.join(release.code, path), os.path.join(other.code, path)
        with suppress(OSError):  # it has vanished meanwhile, or cannot be read: so it stays a copy
            if cmp(here, there, shallow=False):
                _link(there, here)

    _each(link_if_equal, list(_large(other.code, found, DATABASES)))


def _link(old: str, here: str) -> None:
    """Have an existing file there, by one step."""
    discard(here + ASIDE)
    os.link(old, here + ASIDE)
    os.replace(here + ASIDE, here)


def _are_alike(here: str, there: str) -> bool:
    """Whether two may be the same file, and are not yet; what is in them was not read."""
    if not os.path.isfile(there) or os.path.islink(there):
        return False
    one, two = os.lstat(here), os.lstat(there)
    is_one = one.st_ino == two.st_ino
    return not is_one and (one.st_size, one.st_mode) == (two.st_size, two.st_mode)


def _files_in(folder: str) -> List[str]:
    """The regular files in a folder, but for Python's caches; it follows no links."""
    found = []
    for here, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != CACHE]
        below = here[len(folder) + 1 :]
        paths = (os.path.join(below, name) for name in names)
        found += [path for path in paths if _is_regular(os.path.join(folder, path))]
    return found


def _is_regular(path: str) -> bool:
    return os.path.isfile(path) and not os.path.islink(path)


def _large(code: str, size_of: Mapping[str, int], copied: Sequence[str]) -> Iterator[str]:
    """All but the smallest, as far as no app is likely to write to them."""
    left = MOST_COPIED_BYTES
    for path in sorted(size_of, key=lambda path: size_of[path]):
        left -= size_of[path]
        if left < 0 and not _may_be_written(os.path.join(code, path), copied):
            yield path


def _may_be_written(old: str, copied: Sequence[str]) -> bool:
    """Whether an app, or a command, may well write to a file of an earlier release in place.

    If the path was shared, a link is there, and this release has a copy.
    """
    is_data = may_be_data(old, os.path.getsize(old))
    return is_data or old.endswith(tuple(copied)) or os.path.islink(old) or is_database(old)
