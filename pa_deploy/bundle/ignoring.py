"""What git says about the paths in one folder of `source`: tracked, a submodule, or ignored."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pa_deploy.bundle.manifest import Kind
from pa_deploy.bundle.patterns import Check, Patterns, never
from pa_deploy.bundle.repository import (
    IGNORE_FILE,
    Repository,
    find_repository,
    open_repository,
    parents,
    read_ignore_file,
)

EXCLUDE_FILE = ".git/info/exclude"


@dataclass(frozen=True, slots=True)
class _IgnoreFile:
    """Patterns, and the length in bytes of the path to their folder."""

    patterns: Patterns
    depth: int
    name: str


@dataclass(frozen=True, slots=True)
class Ignoring:
    """The rules of one folder. `files` are sorted, the weakest first.

    `prefix` is the path of `source` in the outermost repository. `depth` is the length in bytes of
    the path from there to the innermost repository.
    """

    prefix: bytes = b""
    files: tuple[_IgnoreFile, ...] = ()
    repository: Repository | None = None
    depth: int = 0
    check: Check = never

    @property
    def trouble(self) -> str:
        return self.repository.trouble if self.repository else ""

    def in_folder(self, source: Path, path: str) -> Ignoring:
        """Add the `.gitignore` of a folder of `source`. Raises OSError."""
        caseless = self.repository is not None and self.repository.is_caseless
        patterns = read_ignore_file(source / path, caseless=caseless, check=self.check)
        if patterns is None:
            return self
        file = _IgnoreFile(patterns, self._depth_of(path), path + IGNORE_FILE)
        return replace(self, files=(*self.files, file))

    def in_repository(self, source: Path, path: str) -> Ignoring:
        """With what another repository in the folder knows, a submodule for example."""
        inner = open_repository(source / path, self.check)
        depth = self._depth_of(path)
        file = _IgnoreFile(inner.excluded, depth, path + EXCLUDE_FILE)
        return replace(self, files=(*self.files, file), repository=inner, depth=depth)

    def tracks(self, path: bytes) -> bool:
        return self.repository is not None and self.repository.tracks(self._inner(path))

    def has_submodule(self, path: bytes) -> bool:
        return self.repository is not None and self.repository.has_submodule(self._inner(path))

    def kind_of(self, path: bytes) -> Kind | None:
        """What a tracked file is by git, if the disk cannot tell; else None."""
        return self.repository.kind_of(self._inner(path)) if self.repository else None

    def reason(self, path: bytes, *, is_folder: bool) -> str:
        """Which line ignores the path; empty if none does.

        The last file with a matching line counts, and its last matching line.
        """
        whole = self.prefix + path
        for file in reversed(self.files):
            found = file.patterns.last(whole[file.depth :], is_folder=is_folder)
            if found:
                return "" if found.negated else f"ignored by {file.name}, line {found.line}"
        return ""

    def _inner(self, path: bytes) -> bytes:
        return (self.prefix + path)[self.depth :]

    def _depth_of(self, path: str) -> int:
        return len(self.prefix) + len(os.fsencode(path))


def ignoring_of(source: Path, check: Check = never) -> Ignoring:
    """What holds for `source` itself, by the files above it. Raises OSError."""
    repository = find_repository(source, check)
    if repository is None:
        return Ignoring(check=check)
    inside = os.fsencode(source.relative_to(repository.top).as_posix())
    prefix = b"" if inside == b"." else inside + b"/"
    files = tuple(_files_above(source, repository, inside, check)) if prefix else ()
    outer = _IgnoreFile(repository.excluded, 0, EXCLUDE_FILE)
    if prefix and _ignores_source(outer, inside):
        return Ignoring(prefix, files, repository, check=check)
    return Ignoring(prefix, (outer, *files), repository, check=check)


def _files_above(
    source: Path, repository: Repository, inside: bytes, check: Check
) -> Iterator[_IgnoreFile]:
    """The `.gitignore` files above `source`, the outermost first.

    A file that ignores `source` itself is skipped: if `source` is the output of a build, the user
    wants what is in it.
    """
    ups = len(inside.split(b"/"))
    folders = list(source.parents)[:ups]
    for up, folder in zip(range(ups, 0, -1), reversed(folders), strict=True):
        patterns = read_ignore_file(folder, caseless=repository.is_caseless, check=check)
        if patterns is None:
            continue
        above = os.fsencode(folder.relative_to(repository.top).as_posix())
        depth = 0 if above == b"." else len(above) + 1
        file = _IgnoreFile(patterns, depth, "../" * up + IGNORE_FILE)
        if not _ignores_source(file, inside):
            yield file


def _ignores_source(file: _IgnoreFile, inside: bytes) -> bool:
    """Whether it ignores `source` or a folder above it."""
    steps = (step[file.depth :] for step in (*parents(inside), inside) if len(step) > file.depth)
    return any(file.patterns.takes(step, is_folder=True) for step in steps)
