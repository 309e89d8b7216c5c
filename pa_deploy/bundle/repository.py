"""What git knows of a folder: which files it tracks, and which patterns it ignores.

The git program is not needed, and nobody has to own the folder (`safe.directory`). The user's own
ignore file (`core.excludesFile`) does not count: it is not on the machine of a CI.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from pa_deploy.bundle.patterns import Check, Patterns, never, patterns_in_file
from pa_deploy.errors import reason_of

GIT = ".git"
IGNORE_FILE = ".gitignore"
POINTER = b"gitdir:"
SUBMODULE_MODE = 0o160000
SPLIT_INDEX = b"link"
LARGEST_TEXT = 4 * 1024 * 1024
LARGEST_INDEX = 256 * 1024 * 1024
"""In bytes; an entry takes about 100."""


@dataclass(frozen=True, slots=True)
class Repository:
    """A work tree. Paths are relative to its `top`, which has a `.git`.

    `trouble` says why the index could not be read. If it is set, nothing counts as tracked.
    """

    top: Path
    tracked: frozenset[bytes] = frozenset()
    submodules: frozenset[bytes] = frozenset()
    excluded: Patterns = field(default_factory=lambda: Patterns(()))
    is_caseless: bool = False
    trouble: str = ""

    def tracks(self, path: bytes) -> bool:
        return self._same(path) in self.tracked

    def has_submodule(self, path: bytes) -> bool:
        return self._same(path) in self.submodules

    def _same(self, path: bytes) -> bytes:
        return path.lower() if self.is_caseless else path


def find_repository(folder: Path, check: Check = never) -> Repository | None:
    """The repository that the folder is in."""
    top = next((each for each in (folder, *folder.parents) if is_top(each)), None)
    return None if top is None else open_repository(top, check)


def is_top(folder: Path) -> bool:
    return os.path.lexists(folder / GIT)


def open_repository(top: Path, check: Check = never) -> Repository:
    """The repository whose work tree has its top there. Only what `check` raises is raised."""
    try:
        own, common = _git_folders(top)
        caseless, is_sha256 = _configured(common)
        lines = _read_if_there(common / "info" / "exclude")
        excluded = patterns_in_file(lines, caseless=caseless, check=check)
    except (OSError, ValueError) as error:  # ValueError: a text that can be no path
        return Repository(top, trouble=reason_of(error, str(error)))
    try:
        content = _read_if_there(own / "index", LARGEST_INDEX)
        files, submodules = _index(content, is_sha256=is_sha256)
    except (OSError, _Unusable) as error:
        return Repository(
            top, excluded=excluded, is_caseless=caseless, trouble=reason_of(error, str(error))
        )
    if caseless:
        files = {each.lower() for each in files}
        submodules = {each.lower() for each in submodules}
    folders = {parent for each in files | submodules for parent in parents(each)}
    return Repository(
        top=top,
        tracked=frozenset(files | submodules | folders),
        submodules=frozenset(submodules),
        excluded=excluded,
        is_caseless=caseless,
    )


def parents(path: bytes) -> list[bytes]:
    """All folders above a path."""
    parts = path.split(b"/")
    return [b"/".join(parts[:count]) for count in range(1, len(parts))]


def read_ignore_file(folder: Path, *, caseless: bool, check: Check = never) -> Patterns | None:
    """The patterns of the folder's `.gitignore`. Git does not follow a link. Raises OSError."""
    file = folder / IGNORE_FILE
    try:
        if not stat.S_ISREG(file.lstat().st_mode):
            return None
        return patterns_in_file(_read(file, LARGEST_TEXT), caseless=caseless, check=check)
    except FileNotFoundError:
        return None


def _git_folders(top: Path) -> tuple[Path, Path]:
    """The folder of this work tree, which has the index, and the one that all of them share.

    In a submodule and in a second work tree `.git` is a file, which names the folder.
    """
    own = top / GIT
    if not own.is_dir():
        said = _read(own, LARGEST_TEXT)
        if not said.startswith(POINTER):
            raise OSError("the file .git does not name a folder")
        own = top / os.fsdecode(said.removeprefix(POINTER).strip())
    if not own.is_dir():
        raise OSError("the folder that the file .git names does not exist")
    common = _read_if_there(own / "commondir").strip()
    return own, own / os.fsdecode(common) if common else own


def _read(file: Path, most: int) -> bytes:
    """A regular file of so many bytes at most: the repository decides what there is."""
    with open(file, "rb", opener=_open_at_once) as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise OSError(errno.EINVAL, f"{file.name} is not a regular file", file)
        content = stream.read(most + 1)
    if len(content) > most:
        raise OSError(errno.EFBIG, f"{file.name} is larger than {most:,} bytes", file)
    return content


def _open_at_once(path: str, flags: int) -> int:
    """To open a pipe would otherwise wait for its writer."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _read_if_there(file: Path, most: int = LARGEST_TEXT) -> bytes:
    try:
        return _read(file, most)
    except (FileNotFoundError, NotADirectoryError):
        return b""


def _configured(common: Path) -> tuple[bool, bool]:
    """Whether git ignores upper and lower case, and whether hashes are SHA-256."""
    # Imported here only: without a repository it is not needed.
    from dulwich.config import ConfigFile  # noqa: PLC0415

    try:
        content = BytesIO(_read_if_there(common / "config"))
        config = ConfigFile.from_file(content, file_opener=_nothing)  # it may include any file
        is_caseless = config.get_boolean((b"core",), b"ignorecase", default=False)
    except ValueError:  # git would not work here at all
        return False, False
    try:
        hashes = config.get((b"extensions",), b"objectformat")
    except KeyError:
        return is_caseless, False
    return is_caseless, hashes.lower() == b"sha256"


def _nothing(_path: str | os.PathLike[str]) -> BytesIO:
    return BytesIO()


class _Unusable(Exception):
    """An index that cannot be read, or not in full."""


def _index(content: bytes, *, is_sha256: bool) -> tuple[set[bytes], set[bytes]]:
    """The files and the submodules of an index. Raises _Unusable."""
    if not content:
        return set(), set()
    hash_bytes = 32 if is_sha256 else 20
    body, digest = content[:-hash_bytes], content[-hash_bytes:]
    actual = hashlib.new("sha256" if is_sha256 else "sha1", body, usedforsecurity=False).digest()
    if digest not in (actual, bytes(hash_bytes)):  # zeros: `index.skipHash`
        raise _Unusable("the index of git is damaged")
    from dulwich.index import read_index  # noqa: PLC0415
    from dulwich.object_format import get_object_format  # noqa: PLC0415

    stream = BytesIO(body)
    hashes = get_object_format("sha256" if is_sha256 else "sha1")
    try:
        entries = list(read_index(stream, hashes))
    except Exception as error:  # the library has no error of its own for all that may be wrong
        raise _Unusable("pa-deploy does not know this format of git's index") from error
    if SPLIT_INDEX in _extensions(stream.read()):
        raise _Unusable("the index of git is split. Run `git update-index --no-split-index`")
    submodules = {each.name for each in entries if each.mode == SUBMODULE_MODE}
    # A folder outside of a sparse checkout is one entry, which ends in a slash.
    return {each.name.rstrip(b"/") for each in entries} - submodules, submodules


def _extensions(content: bytes) -> list[bytes]:
    """The names of what follows the entries, each with the length of its data."""
    names = []
    at = 0
    while at + 8 <= len(content):
        names.append(content[at : at + 4])
        at += 8 + int.from_bytes(content[at + 4 : at + 8], "big")
    return names
