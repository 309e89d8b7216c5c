"""Local files that inputs name. A text that cannot be a path is an OSError like any other."""

from __future__ import annotations

import errno
import os
import stat
import sys
from pathlib import Path

from pa_deploy.errors import Problem, reason_of

LARGEST_BYTES = 100 * 1024 * 1024
"""PythonAnywhere's limit (help page UploadingAndDownloadingFiles)."""


def find_mode(path: Path) -> int | None:
    """The mode of what is there; None if nothing is. OSError if the text cannot be a path."""
    try:
        return path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None
    except ValueError:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL)) from None


def resolved(path: Path) -> Path:
    """The absolute path, with all links followed. ValueError if the text cannot be a path.

    OSError if a link leads back to itself. Path.resolve raises RuntimeError for such a link before
    Python 3.13, and nothing since.
    """
    found = Path(os.path.realpath(path))
    # Path.is_symlink raises an error for a name that is too long, which is another problem.
    if any(os.path.islink(each) for each in (found, *found.parents)):  # noqa: PTH114
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    return found


def is_file(path: Path) -> bool:
    """Whether a regular file is there. False too for a text that can be no path."""
    return _is_kind(path, stat.S_IFREG)


def is_directory(path: Path) -> bool:
    """Whether a directory is there. False too for a text that can be no path."""
    return _is_kind(path, stat.S_IFDIR)


def _is_kind(path: Path, kind: int) -> bool:
    try:
        mode = find_mode(path)
    except OSError:
        return False
    return mode is not None and stat.S_IFMT(mode) == kind


def read_file(path: Path) -> bytes:
    """The content of a regular file: a device or a pipe may have no end."""
    mode = find_mode(path)
    if mode is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(mode) or path.stat().st_size > LARGEST_BYTES:
        raise OSError(errno.EINVAL, "It is not a file, or it is larger than 100 MiB")
    return path.read_bytes()


def unreadable(input_name: str, given: str, error: OSError, workspace: Path) -> Problem:
    """The problem of an input whose file cannot be read."""
    said = f'"{given}": {reason_of(error, "it cannot be read")}.'
    return Problem(input_name, said, advice=relative_to(workspace))


def relative_to(workspace: Path) -> str:
    """What to check if a file is not where an input names it."""
    return f"The path is relative to the workspace, {workspace}. Was the code checked out?"


def write_file(path: Path, text: str) -> None:
    """Write it, and the directories that it needs. A pipe that nobody reads is an OSError.

    The lines end alike on each system: a shell may read them.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="\n", opener=_open_at_once) as file:
        file.write(text)


def _open_at_once(path: str, flags: int) -> int:
    """To open a pipe would otherwise wait for its reader."""
    file = os.open(path, flags | getattr(os, "O_NONBLOCK", 0), 0o666)
    if sys.platform != "win32":
        os.set_blocking(file, True)
    return file
