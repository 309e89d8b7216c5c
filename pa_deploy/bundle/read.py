"""Read selected files once: their manifest, and what their content says about them."""

from __future__ import annotations

import errno
import hashlib
import os
import posixpath
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pa_deploy.bundle.manifest import HAS_MODES, Entry, Kind, Manifest
from pa_deploy.bundle.patterns import Check, never
from pa_deploy.bundle.private_keys import UTF_16, is_private_key
from pa_deploy.errors import InputError, Problem, reason_of
from pa_deploy.unprintable import is_unprintable

HEAD_BYTES = 1024 * 1024
"""How much is read at a time, and how much of a JSON file is searched for a private key."""
SHORTEST_TOKEN = 8
"""Shorter texts occur in files by chance."""

LONGEST_TARGET = 4096
"""In bytes. Linux has no longer ones."""
PROGRAM_MARKS = (b"#!", b"\x7fELF")
"""So begin scripts, and programs of Linux."""
LFS_POINTER = b"version https://git-lfs.github.com/spec/"
SQLITE = b"SQLite format 3\0"
LFS_POINTER_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Found:
    """A file that was read. `entry` is None if `complaint` says why it cannot be shipped."""

    entry: Entry | None
    complaint: str = ""
    has_token: bool = False
    is_private_key: bool = False
    is_lfs_pointer: bool = False
    is_utf_16: bool = False
    is_database: bool = False


def read_folder(folder: Path) -> Manifest:
    """The manifest of all files and links, without a look at any pattern.

    Raises InputError with all that cannot be shipped.
    """
    paths = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    names = sorted(path.relative_to(folder).as_posix() for path in paths)
    found = {path: read_file(folder, path) for path in names}
    problems = tuple(
        problem_of(path, each.complaint) for path, each in found.items() if each.complaint
    )
    if problems:
        raise InputError(problems)
    return {path: each.entry for path, each in found.items() if each.entry}


def problem_of(path: str, complaint: str) -> Problem:
    advice = "Change it, or add it to `exclude`."
    return Problem("source", f"{path!a} {complaint}.", advice=advice)


def read_file(
    folder: Path,
    path: str,
    needles: Sequence[bytes] = (),
    check: Check = never,
    kind: Kind | None = None,
) -> Found:
    """Read a file or a link once. `needles` are the token's forms, from `needles_of`.

    `kind` is what git says that it is, if the disk cannot tell.
    """
    check()
    if is_unprintable(path):
        return Found(None, "has control characters or invalid bytes in its name")
    file = folder / path
    try:
        status = file.lstat()
        if stat.S_ISLNK(status.st_mode):
            return _link(folder, file, needles)
        if stat.S_ISDIR(status.st_mode):
            return Found(None, "is a junction, which leads to another folder")
        if not stat.S_ISREG(status.st_mode):
            return Found(None, "is neither a file nor a link")
        if kind == "link" and status.st_size <= LONGEST_TARGET:
            return _link_in_text(path, file.read_bytes(), needles)
        known = None if kind == "link" else kind
        return _content(file, known, status.st_mode, needles, check)
    except OSError as error:
        return Found(None, f"cannot be read: {reason_of(error, 'unknown reason')}")


def needles_of(secrets: Sequence[str]) -> tuple[bytes, ...]:
    """The bytes to look for: Windows writes UTF-16 by default."""
    return tuple(
        secret.encode(encoding, "surrogateescape" if encoding == "utf-8" else "replace")
        for secret in secrets
        if len(secret) >= SHORTEST_TOKEN
        for encoding in ("utf-8", *UTF_16.values())
    )


def _content(
    file: Path, kind: Kind | None, mode: int, needles: Sequence[bytes], check: Check
) -> Found:
    digest = hashlib.sha256()
    size = 0
    has_token = False
    overlap = max(map(len, needles), default=1) - 1
    tail = b""
    with file.open("rb") as stream:
        head = piece = stream.read(HEAD_BYTES)
        while piece:
            check()
            digest.update(piece)
            size += len(piece)
            window = tail + piece
            has_token = has_token or any(needle in window for needle in needles)
            tail = window[len(window) - overlap :] if overlap else b""
            piece = stream.read(HEAD_BYTES)
    return Found(
        Entry(kind or _kind(mode, head), size, digest.hexdigest()),
        has_token=has_token,
        is_private_key=is_private_key(file.name, head),
        is_lfs_pointer=size <= LFS_POINTER_BYTES and head.startswith(LFS_POINTER),
        is_utf_16=head.startswith(tuple(UTF_16)),
        is_database=head.startswith(SQLITE),
    )


def _kind(mode: int, head: bytes) -> Kind:
    """Whether it can be run, by its mode, or else by how it begins."""
    can_run = bool(mode & stat.S_IXUSR) if HAS_MODES else head.startswith(PROGRAM_MARKS)
    return "exec" if can_run else "file"


def _link_in_text(path: str, content: bytes, needles: Sequence[bytes]) -> Found:
    """A link that git could not make: the file has its target. Nothing is at its place here."""
    target = content.decode("utf-8", "surrogateescape")
    place = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
    if target.startswith("/") or place.split("/")[0] == "..":
        return Found(None, f"is a link that leads out of the folder, to {target!a}")
    if is_unprintable(target) or not target:
        return Found(None, "is a link whose target has control characters or invalid bytes")
    if place == path:
        return Found(None, f"is a link that leads back to itself, through {target!a}")
    has_token = any(needle in content for needle in needles)
    return Found(Entry("link", 0, target), has_token=has_token)


def _link(folder: Path, file: Path, needles: Sequence[bytes]) -> Found:
    """A link is kept as it is if its target is within the folder."""
    target = file.readlink()
    if _is_circle(file):
        return Found(None, f"is a link that leads back to itself, through {str(target)!a}")
    leads_to = Path(os.path.realpath(file))
    is_inside = leads_to.is_relative_to(os.path.realpath(folder))
    if target.is_absolute() or not is_inside:
        return Found(None, f"is a link that leads out of the folder, to {str(target)!a}")
    has_token = any(needle in os.fsencode(target) for needle in needles)
    return Found(Entry("link", 0, target.as_posix()), has_token=has_token)


def _is_circle(link: Path) -> bool:
    """Whether the link leads back to itself; `realpath` does not tell."""
    try:
        link.stat()
    except OSError as error:
        return error.errno == errno.ELOOP
    return False
