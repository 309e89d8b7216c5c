"""What git knows of a folder: which files it tracks, and which patterns it ignores.

The git program is not needed, and nobody has to own the folder (`safe.directory`). The user's own
ignore file (`core.excludesFile`) does not count: it is not on the machine of a CI.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from pa_deploy.bundle.manifest import HAS_MODES, Kind
from pa_deploy.bundle.patterns import Check, Patterns, never, patterns_in_file
from pa_deploy.errors import reason_of

GIT = ".git"
IGNORE_FILE = ".gitignore"
POINTER = b"gitdir:"
SUBMODULE_MODE = 0o160000
EXECUTABLE_MODE = 0o100755
LINK_MODE = 0o120000
SPLIT_INDEX = b"link"
LARGEST_TEXT = 4 * 1024 * 1024
LARGEST_INDEX = 256 * 1024 * 1024
"""In bytes; an entry takes about 100."""


@dataclass(frozen=True, slots=True)
class Index:
    """What git tracks. `executables` and `links` are among the files."""

    files: frozenset[bytes] = frozenset()
    submodules: frozenset[bytes] = frozenset()
    executables: frozenset[bytes] = frozenset()
    links: frozenset[bytes] = frozenset()

    def in_small_letters(self) -> Index:
        names = (self.files, self.submodules, self.executables, self.links)
        return Index(*(frozenset(each.lower() for each in some) for some in names))


@dataclass(frozen=True, slots=True)
class Abilities:
    """What git has noted about the disk: on Windows it has no executable bits, and seldom links.

    A link that git could not make is a small text file with its target.
    """

    is_caseless: bool = False
    has_modes: bool = True
    has_links: bool = True


@dataclass(frozen=True, slots=True)
class Repository:
    """A work tree. Paths are relative to its `top`, which has a `.git`.

    `trouble` says why the index could not be read. If it is set, nothing counts as tracked.
    """

    top: Path
    index: Index = field(default_factory=Index)
    folders: frozenset[bytes] = frozenset()
    excluded: Patterns = field(default_factory=lambda: Patterns(()))
    abilities: Abilities = field(default_factory=Abilities)
    trouble: str = ""

    @property
    def is_caseless(self) -> bool:
        return self.abilities.is_caseless

    def tracks(self, path: bytes) -> bool:
        same = self._same(path)
        return same in self.index.files or self.has_submodule(path) or same in self.folders

    def has_submodule(self, path: bytes) -> bool:
        return self._same(path) in self.index.submodules

    def kind_of(self, path: bytes) -> Kind | None:
        """What a tracked file is by the index, if the disk cannot tell; else None."""
        same = self._same(path)
        if same in self.index.links and not self.abilities.has_links:
            return "link"
        if same in self.index.files and not self.abilities.has_modes:
            return "exec" if same in self.index.executables else "file"
        return None

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
        abilities, is_sha256 = _configured(common)
        lines = _read_if_there(common / "info" / "exclude")
        excluded = patterns_in_file(lines, caseless=abilities.is_caseless, check=check)
    except (OSError, ValueError) as error:  # ValueError: a text that can be no path
        return Repository(top, trouble=reason_of(error, str(error)))
    try:
        content = _read_if_there(own / "index", LARGEST_INDEX)
        index = _index(content, is_sha256=is_sha256)
    except (OSError, _Unusable) as error:
        return Repository(
            top, excluded=excluded, abilities=abilities, trouble=reason_of(error, str(error))
        )
    if abilities.is_caseless:
        index = index.in_small_letters()
    folders = (parent for each in index.files | index.submodules for parent in parents(each))
    return Repository(top, index, frozenset(folders), excluded, abilities)


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


def _configured(common: Path) -> tuple[Abilities, bool]:
    """What git has found the disk to be able to, and whether hashes are SHA-256."""
    # Imported here only: without a repository it is not needed.
    from dulwich.config import ConfigFile  # noqa: PLC0415

    try:
        content = BytesIO(_read_if_there(common / "config"))
        config = ConfigFile.from_file(content, file_opener=_nothing)  # it may include any file
        abilities = Abilities(
            is_caseless=config.get_boolean((b"core",), b"ignorecase", default=False),
            has_modes=HAS_MODES and config.get_boolean((b"core",), b"filemode", default=True),
            has_links=config.get_boolean((b"core",), b"symlinks", default=True),
        )
    except ValueError:  # git would not work here at all
        return Abilities(), False
    try:
        hashes = config.get((b"extensions",), b"objectformat")
    except KeyError:
        return abilities, False
    return abilities, hashes.lower() == b"sha256"


def _nothing(_path: str | os.PathLike[str]) -> BytesIO:
    return BytesIO()


class _Unusable(Exception):
    """An index that cannot be read, or not in full."""


def _index(content: bytes, *, is_sha256: bool) -> Index:
    """Read an index. Raises _Unusable."""
    if not content:
        return Index()
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
    # A folder outside of a sparse checkout is one entry, which ends in a slash.
    modes = {each.name.rstrip(b"/"): each.mode for each in entries}
    submodules = _of_mode(modes, SUBMODULE_MODE)
    return Index(
        files=frozenset(modes) - submodules,
        submodules=submodules,
        executables=_of_mode(modes, EXECUTABLE_MODE),
        links=_of_mode(modes, LINK_MODE),
    )


def _of_mode(modes: Mapping[bytes, int], mode: int) -> frozenset[bytes]:
    return frozenset(name for name, each in modes.items() if each == mode)


def _extensions(content: bytes) -> list[bytes]:
    """The names of what follows the entries, each with the length of its data."""
    names = []
    at = 0
    while at + 8 <= len(content):
        names.append(content[at : at + 4])
        at += 8 + int.from_bytes(content[at + 4 : at + 8], "big")
    return names
