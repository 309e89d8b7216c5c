"""Go through `source` and decide by names, patterns and git which files are shipped."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pa_deploy.bundle.ignoring import Ignoring, ignoring_of
from pa_deploy.bundle.manifest import Kind
from pa_deploy.bundle.names import (
    CONFIG_FILE,
    VIRTUALENV_MARKS,
    is_of_ci,
    is_secret,
    never_shipped,
)
from pa_deploy.bundle.patterns import Check, Pattern, Patterns, never
from pa_deploy.bundle.repository import GIT, IGNORE_FILE
from pa_deploy.errors import Problem, reason_of

SECRET = "named like a secret"  # noqa: S105


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file or a whole folder that is not shipped, and why. A folder's path ends in a slash.

    `is_secret`: its name or its content is that of a secret. `is_token`: it contains the API token.
    """

    path: str
    reason: str
    is_secret: bool = False
    is_token: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules from the inputs. `own` are the paths of the run's own files."""

    include: Patterns
    exclude: Patterns
    own: frozenset[str] = frozenset()

    def names(self, path: bytes, *, is_folder: bool) -> bool:
        """Whether `include` names the path exactly, so that even a secret is shipped.

        The last part of the pattern must have no wildcard.
        """
        for each in self.include.matching(path, is_folder=is_folder):
            if each.negated or each.names_one:
                return not each.negated
        return False

    def may_include_in(self, folder: bytes) -> bool:
        return any(not each.negated and each.may_match_in(folder) for each in self.include.all)


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder to go through. `path` is empty or ends in a slash.

    `is_secret`: only what `include` names is shipped. `ignored` says by which line, or is empty.
    """

    path: str
    ignoring: Ignoring
    is_included: bool = False
    is_secret: bool = False
    ignored: str = ""


@dataclass(slots=True)
class Walk:
    """A walk through `source`, and what it has found. `walk()` makes one."""

    source: Path
    rules: Rules
    check: Check = never
    paths: list[str] = field(default_factory=list)
    kinds: dict[str, Kind] = field(default_factory=dict)
    """Of some paths: what git says that they are, because the disk cannot tell."""
    problems: list[Problem] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    empty_submodules: list[str] = field(default_factory=list)
    unmet_include: list[Pattern] = field(default_factory=list)
    unmet_exclude: list[Pattern] = field(default_factory=list)
    _left_out: list[LeftOut] = field(default_factory=list)
    _searched: set[str] = field(default_factory=set)
    """Folders that are left out, but may contain files that `include` matches."""

    def go(self) -> None:
        self.unmet_include = list(self.rules.include.all)
        self.unmet_exclude = list(self.rules.exclude.all)
        try:
            ignoring = ignoring_of(self.source, self.check)
        except OSError as error:
            self._complain(error)
            ignoring = Ignoring(check=self.check)
        if ignoring.trouble:
            self.troubles.append(ignoring.trouble)
        waiting = deque([_Folder("", ignoring)])
        while waiting:
            waiting += self._enter(waiting.popleft())

    def left_out(self, shipped: Iterable[str]) -> list[LeftOut]:
        """All that is not shipped, sorted. If nothing of a folder is shipped, it has one row."""
        parts = {part for path in shipped for part in _folders_above(path)}
        whole = self._searched - parts
        partly = self._searched & parts
        return sorted(
            (
                row
                for row in self._left_out
                if row.path not in partly and not whole.intersection(_folders_above(row.path))
            ),
            key=lambda row: row.path,
        )

    def _enter(self, place: _Folder) -> list[_Folder]:
        """Decide about all that is in a folder; the folders to go through next."""
        self.check()
        try:
            with os.scandir(self.source / place.path) as found:
                entries = sorted(found, key=lambda entry: entry.name)
            names = {entry.name for entry in entries}
            if place.path and self._is_virtualenv(place.path, names):
                if place.path not in self._searched:  # else it has a row already
                    self._leave_out(place.path, "a virtualenv")
                return []
            ignoring = self._ignoring(place, names)
        except OSError as error:
            if place.path not in self._searched:
                self._complain(error)
            return []
        next_folders = (self._decide(entry, place, ignoring) for entry in entries)
        return [each for each in next_folders if each]

    def _is_virtualenv(self, path: str, names: set[str]) -> bool:
        """Look on the disk only for marks whose folder is there."""
        return any(
            mark.partition("/")[0] in names
            and ("/" not in mark or (self.source / path / mark).exists())
            for mark in VIRTUALENV_MARKS
        )

    def _ignoring(self, place: _Folder, names: set[str]) -> Ignoring:
        """The rules of git in the folder. In an ignored folder, no ignore file is read."""
        ignoring = place.ignoring
        if place.ignored:
            return ignoring
        if GIT in names and place.path:
            ignoring = ignoring.in_repository(self.source, place.path)
            if ignoring.trouble:
                self.troubles.append(ignoring.trouble)
        # If the disk tells no capitals apart, git reads a file of any spelling.
        has_file = IGNORE_FILE in {name.lower() for name in names}
        return ignoring.in_folder(self.source, place.path) if has_file else ignoring

    def _decide(
        self, entry: os.DirEntry[str], place: _Folder, ignoring: Ignoring
    ) -> _Folder | None:
        """Ship the file, leave it out, or give back the folder to go through."""
        self.check()
        is_folder = entry.is_dir(follow_symlinks=False)
        bare = place.path + entry.name
        path = f"{bare}/" if is_folder else bare
        raw = os.fsencode(bare)
        reason = self._kept_by_us(bare, raw, is_folder=is_folder)
        if reason:
            self._leave_out(path, reason)
            return None
        secret = (place.is_secret or is_secret(bare, is_folder=is_folder)) and not self.rules.names(
            raw, is_folder=is_folder
        )
        if secret:
            self._leave_out(path, SECRET, is_secret=True)
            if not is_folder or not self.rules.may_include_in(raw):
                return None
            self._searched.add(path)
            return _Folder(path, ignoring, place.is_included, is_secret=True)
        reason = never_shipped(bare, is_folder=is_folder)
        if reason:
            self._leave_out(path, reason)
            return None
        found = self._decide_by_git(path, raw, place, ignoring, is_folder=is_folder)
        if found and _is_junction(entry):
            if not found.ignored:
                self.paths.append(bare)  # to be complained of
            return None
        return found

    def _kept_by_us(self, path: str, raw: bytes, *, is_folder: bool) -> str:
        """Why it is not shipped even if `include` matches it; else empty."""
        _meet(self.unmet_exclude, raw, is_folder=is_folder)
        if self.rules.exclude.takes(raw, is_folder=is_folder):
            return "in `exclude`"
        if path == CONFIG_FILE:
            return "the config file"
        if path in self.rules.own:
            return "a file of this run"
        return "a file of the CI" if is_of_ci(path, is_folder=is_folder) else ""

    def _decide_by_git(
        self, path: str, raw: bytes, place: _Folder, ignoring: Ignoring, *, is_folder: bool
    ) -> _Folder | None:
        _meet(self.unmet_include, raw, is_folder=is_folder)
        asked = self.rules.include.last(raw, is_folder=is_folder)
        is_included = place.is_included if asked is None else not asked.negated
        is_tracked = ignoring.tracks(raw)
        ignored = place.ignored or ignoring.reason(raw, is_folder=is_folder)
        if not is_folder:
            if ignored and not is_included and not is_tracked:
                self._leave_out(path, ignored)
                return None
            self.paths.append(path)
            kind = ignoring.kind_of(raw)
            if kind:
                self.kinds[path] = kind
            return None
        if ignoring.has_submodule(raw):
            ignored = ""
            self._look_into_submodule(path)
        if ignored and not is_included and not is_tracked:
            self._leave_out(path, ignored)
            if not self.rules.may_include_in(raw):
                return None
            self._searched.add(path)
        return _Folder(path, ignoring, is_included, ignored=ignored)

    def _look_into_submodule(self, path: str) -> None:
        """Note an empty submodule. If the folder cannot be read, `_enter` complains."""
        try:
            if not any((self.source / path).iterdir()):
                self.empty_submodules.append(path)
        except OSError:
            return

    def _leave_out(self, path: str, reason: str, *, is_secret: bool = False) -> None:
        self._left_out.append(LeftOut(path, reason, is_secret))

    def _complain(self, error: OSError) -> None:
        path = _relative(os.fsdecode(error.filename or self.source), self.source)
        said = f"{path!a} cannot be read: {reason_of(error, 'unknown reason')}."
        is_large = error.errno == errno.EFBIG
        advice = "Shorten it." if is_large else "Make it readable, or add it to `exclude`."
        self.problems.append(Problem("source", said, advice=advice))


def walk(source: Path, rules: Rules, check: Check = never) -> Walk:
    found = Walk(source, rules, check)
    found.go()
    return found


def _relative(path: str, source: Path) -> str:
    """The path from `source`; on Windows there is none from one drive to another."""
    try:
        return Path(os.path.relpath(path, source)).as_posix()
    except ValueError:
        return path


def _is_junction(entry: os.DirEntry[str]) -> bool:
    """Whether a folder is a link of Windows that leads to another one, perhaps above itself."""
    if sys.platform != "win32":
        return False
    tag = entry.stat(follow_symlinks=False).st_reparse_tag
    return tag == stat.IO_REPARSE_TAG_MOUNT_POINT


def _folders_above(path: str) -> Sequence[str]:
    parts = path.rstrip("/").split("/")
    return [f"{'/'.join(parts[:count])}/" for count in range(1, len(parts))]


def _meet(unmet: list[Pattern], path: bytes, *, is_folder: bool) -> None:
    """Take out the patterns that match."""
    if unmet:
        unmet[:] = [each for each in unmet if not each.matches(path, is_folder=is_folder)]
