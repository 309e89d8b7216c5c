"""What is in the folder of a release, and what an app has written there since it was made ready."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections import Counter
from contextlib import suppress
from fnmatch import translate
from typing import Any, Callable, Dict, Iterable, Iterator, List, Mapping, Tuple

from .databases import COMPANIONS, MEMORY, is_database, owner_of, without_ending
from .files import names_in
from .paths import covers
from .releases import CODE, Release

FILES = "files/%s.json"
"""What was in the folder of a release when it was made ready."""
ASIDE = ".pa-deploy-link"
"""The end of the name of a link that is about to take the place of a file or a folder."""
CACHES = (
    *("__pycache__", ".cache", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis"),
    *(".webassets-cache", ".sass-cache", ".parcel-cache", ".ipynb_checkpoints"),
    *("CACHE", ".git", ".DS_Store", "*.pyc", "*.pyo", "*.log", "*.log.*", "*.pid", "*.sock"),
    *("*.swp", ".nfs*", "*" + ASIDE),
)
"""Names of files and folders that an app can make anew. docs/releases.md lists them."""
IS_CACHE = re.compile("|".join(map(translate, CACHES)))
MOST_TOLD = 10
"""How many paths a message has."""
BLOCK_BYTES = 1024 * 1024
BESIDE = "../"
"""How a path begins that is beside the code, in the same release's folder: an app may write there,
and no input of shared paths can name it.
"""
CLOSED = "closed"
"""Stands for a folder that cannot be read."""
Noted = Dict[str, List[Any]]
"""Path -> kind, size, time of the last change (ns), inode, and SHA-256 or where a link leads."""


def note_files(release: Release, but: Iterable[str] = ()) -> None:
    """Write down what the app finds in its folder before it serves.

    `but` are files that it has written when it served before: they are as noted then.
    """
    before = release.home.read(FILES % release.id).get("files") or {}
    noted = {path: _told(release, path, *seen) for path, seen in _look(release).items()}
    for path in but:
        noted.pop(path, None)
        if path in before:
            noted[path] = before[path]
    release.home.write(FILES % release.id, {"files": noted})


def written(release: Release) -> List[str]:
    """The files that were added or changed in the folder of a release since it was made ready.

    What is missing there is left out, and so are caches and what is shared. A database counts
    whatever its name.
    """
    noted = release.home.read(FILES % release.id).get("files")
    if not isinstance(noted, dict):
        return _written_to_manifest(release)
    found = _look(release)
    changed = (path for path in found if _is_changed(release, path, found[path], noted.get(path)))
    return _owners(release, changed)


def _written_to_manifest(release: Release) -> List[str]:
    """The same, of a release that an earlier version of the loader has made ready.

    It is not known what its commands have made, so a new file counts only if it is a database. If
    there was a list, and it is damaged, each new file counts: none is lost then.
    """
    is_damaged = os.path.lexists(release.home.at(FILES % release.id))
    shipped = {path: noted_of(row) for path, row in release.record.get("files", {}).items()}
    found = _look(release)
    changed = (
        path
        for path in found
        if (is_damaged or path in shipped or is_database(os.path.join(release.code, path)))
        and _is_changed(release, path, found[path], shipped.get(path))
    )
    return _owners(release, changed)


def noted_of(row: List[Any]) -> List[Any]:
    """A row of a manifest as if it had been noted; its time is not known."""
    kind, size, digest = row
    return ["link" if kind == "link" else "file", size, None, None, digest]


def is_same(release: Release, path: str, row: List[Any]) -> bool:
    """Whether a path of a release has what a row of a manifest says."""
    return is_as_noted(release, path, noted_of(row))


def is_as_noted(release: Release, path: str, row: List[Any]) -> bool:
    """Whether a path of a release is as it was noted."""
    with suppress(OSError):
        info = os.lstat(os.path.join(release.code, path))
        return not _is_changed(release, path, (_kind(info), info), row)
    return False


def to_share(release: Release, paths: Iterable[str]) -> List[str]:
    """What to add to `shared`, so that these written files are kept.

    A folder that was not there before, or one in which several were written and that has no code.
    """
    noted = release.home.read(FILES % release.id).get("files") or release.record.get("files", {})
    paths = list(paths)
    written_in = Counter(map(os.path.dirname, paths))
    there = set(noted) - set(paths)
    before = {folder for path in there for folder in _folders_above(path)}
    code = {folder for path in noted if path.endswith(".py") for folder in _folders_above(path)}

    def choose(path: str) -> str:
        new = [each for each in _folders_above(path) if each not in before | code]
        if new:
            return new[0] + "/"
        folder = os.path.dirname(path)
        is_own = folder and folder + "/" != BESIDE
        return folder + "/" if is_own and written_in[folder] > 1 and folder not in code else path

    chosen = dict.fromkeys(choose(path) for path in paths)
    folders = {path for path in chosen if path.endswith("/")}
    return [path for path in chosen if not covers(folders - {path}, path)]


def _folders_above(path: str) -> List[str]:
    """The folders of the release that it is in, the outermost first."""
    parts = path.split("/")[:-1]
    folders = ["/".join(parts[: number + 1]) for number in range(len(parts))]
    return [each for each in folders if each + "/" != BESIDE]


# --- a look at the folder

Seen = Tuple[str, os.stat_result]


def _look(release: Release) -> Dict[str, Seen]:
    """The kind of each file, link and closed folder that counts, and what Linux says of it."""
    shared = release.record.get("shared", [])
    return {path: seen for path, seen in _walk(release, shared) if seen[0]}


def _walk(release: Release, shared: Iterable[str]) -> Iterator[Tuple[str, Seen]]:
    code = release.code
    folders = [""]
    if release.has_own_folder:
        folders.append(BESIDE)
    while folders:
        folder = folders.pop()
        whole = os.path.join(code, folder)
        if folder and not os.access(whole, os.R_OK | os.X_OK):
            yield folder.rstrip("/"), (CLOSED, os.lstat(whole))
        for name in names_in(whole):
            path = folder + name
            with suppress(OSError):  # it has vanished meanwhile
                info = os.lstat(os.path.join(code, path))
                is_code = path == BESIDE + CODE
                if is_code or covers(shared, path) or _is_beside_shared(code, shared, path):
                    continue
                if stat.S_ISDIR(info.st_mode):
                    folders.append(path + "/")
                elif _counts(code, path, info):
                    yield path, (_kind(info), info)


def _is_beside_shared(code: str, shared: Iterable[str], path: str) -> bool:
    """Whether it is a companion of a database that is shared."""
    owner = without_ending(path)
    is_companion = owner != path and covers(shared, owner)
    return is_companion and is_database(os.path.realpath(os.path.join(code, owner)))


def _counts(code: str, path: str, info: os.stat_result) -> bool:
    """Sockets and the like hold no data."""
    whole = os.path.join(code, path)
    if path.endswith(COMPANIONS) and owner_of(whole) != whole:
        return info.st_size > 0 and not path.endswith(MEMORY)
    if any(map(IS_CACHE.match, path.split("/"))):
        return stat.S_ISREG(info.st_mode) and is_database(whole)
    return stat.S_ISREG(info.st_mode) or stat.S_ISLNK(info.st_mode)


def _kind(info: os.stat_result) -> str:
    return "link" if stat.S_ISLNK(info.st_mode) else "file" if stat.S_ISREG(info.st_mode) else ""


def _told(release: Release, path: str, kind: str, info: os.stat_result) -> List[Any]:
    content = _content(release, path, kind)
    return [kind, info.st_size, info.st_mtime_ns, info.st_ino, content]


def _content(release: Release, path: str, kind: str) -> str:
    """What is in a file, as a digest; where a link leads; "" if it cannot be read."""
    whole = os.path.join(release.code, path)
    with suppress(OSError):
        if kind == "link":
            return os.readlink(whole)
        if kind == "file":
            return digest_of(whole)
    return ""


def digest_of(path: str) -> str:
    """The SHA-256 of a file, which may be larger than the memory."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(_reader(file), b""):
            digest.update(block)
    return digest.hexdigest()


def _reader(file: Any) -> Callable[[], bytes]:
    return lambda: bytes(file.read(BLOCK_BYTES))


def _is_changed(release: Release, path: str, seen: Seen, noted: Any) -> bool:
    """Whether it is not as noted. A file that was only touched is not."""
    kind, info = seen
    if not noted or kind != noted[0]:
        return True
    if [info.st_size, info.st_mtime_ns, info.st_ino] == noted[1:4]:
        return False
    return kind != CLOSED and (not noted[4] or _content(release, path, kind) != noted[4])


def _owners(release: Release, paths: Iterable[str]) -> List[str]:
    """Each once, databases first; a database instead of its companion."""
    found = {
        os.path.relpath(owner_of(os.path.join(release.code, path)), release.code) for path in paths
    }
    return sorted(found, key=lambda path: (not is_database(os.path.join(release.code, path)), path))


def left_behind(release: Release, new: Mapping[str, Any], leave: Iterable[str]) -> List[str]:
    """Of what was written in a release, what a new one with the manifest `new` would not have.

    `leave` are paths that may be left behind.
    """
    leave = list(leave)
    found = (path for path in written(release) if not covers(leave, path))
    return [path for path in found if not (path in new and is_same(release, path, new[path]))]


def told_of(release: Release, paths: List[str], shared: Iterable[str]) -> Dict[str, Any]:
    """What pa-deploy is told of these written paths: some of them, how many there are, what to add
    to `shared`, and which are in `shared` already, but not in this release.
    """
    if not paths:
        return {}
    twice = [name for name in shared if any(covers([name], path) for path in paths)]
    share = to_share(release, [path for path in paths if not covers(twice, path)])
    return {
        "paths": paths[:MOST_TOLD],
        "count": len(paths),
        "share": share[:MOST_TOLD],
        "twice": twice[:MOST_TOLD],
    }
