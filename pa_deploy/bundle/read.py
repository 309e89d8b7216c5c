"""From selected files to their manifest."""

from __future__ import annotations

import hashlib
import os
import stat
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from pa_deploy.bundle.manifest import Entry, Manifest
from pa_deploy.errors import InputError, Problem

UNFIT = ("Cc", "Cs")
"""Control characters, and what is no text. Odd blanks are common, in screenshots of macOS say."""


def read_folder(folder: Path, paths: Sequence[str], input_name: str = "source") -> Manifest:
    """The manifest of the files; raises InputError with all that cannot be shipped."""
    problems: list[Problem] = []
    manifest: dict[str, Entry] = {}
    for path in paths:
        entry = _entry(folder, path)
        if isinstance(entry, Entry):
            manifest[path] = entry
        else:
            advice = "Change it, or name it in `exclude`."
            problems.append(Problem(input_name, f"{path!a} {entry}.", advice=advice))
    if problems:
        raise InputError(tuple(problems))
    return manifest


def _entry(folder: Path, path: str) -> Entry | str:
    """The entry, or why there can be none."""
    if any(unicodedata.category(character) in UNFIT for character in path):
        return "has characters in its name that cannot be shipped"
    file = folder / path
    try:
        status = file.lstat()
        if stat.S_ISLNK(status.st_mode):
            return _link(folder, file)
        if not stat.S_ISREG(status.st_mode):
            return "is neither a file nor a link"
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
            size = os.fstat(stream.fileno()).st_size
    except OSError as error:
        return f"cannot be read: {(error.strerror or 'unknown reason').lower()}"
    return Entry("exec" if status.st_mode & stat.S_IXUSR else "file", size, digest)


def _link(folder: Path, file: Path) -> Entry | str:
    """A link is kept as it is, if it and where it leads are both within the folder."""
    target = file.readlink()
    if target.is_absolute() or not file.resolve().is_relative_to(folder.resolve()):
        return f"is a link that leads out of the folder, to {str(target)!a}"
    return Entry("link", 0, target.as_posix())
