"""Reads, writes and removes files, for many requests at once."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import threading
from typing import TYPE_CHECKING, TypeVar

from pa_emulator.paths import make_folder, remove_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import BinaryIO

    from django.core.files.uploadedfile import UploadedFile

T = TypeVar("T")

UNFINISHED = ".pa-emulator-upload-"
"""Names of uploads that are not complete."""
TRIES = 20
"""How often an upload or a removal is tried again because another one interfered."""
_placing = threading.Lock()


def open_regular(path: Path) -> BinaryIO:
    """Open a file to read. OSError if it is not a file: reading a pipe might never end."""
    file = open(path, "rb", opener=_open_at_once)  # noqa: SIM115 - for the caller
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise FileNotFoundError(path)
    return file


def read_regular(path: Path) -> bytes:
    with open_regular(path) as file:
        return file.read()


def is_unfinished(name: str) -> bool:
    return name.startswith(UNFINISHED)


def write(target: Path, content: UploadedFile) -> bool:
    """Replace the target by the whole content at once; return True if it did not exist."""
    _check_replaceable(target)
    return _persist(lambda: _write(target, content), FileNotFoundError, FileExistsError)


def _write(target: Path, content: UploadedFile) -> bool:
    """Try it once. FileNotFoundError or FileExistsError if someone removes its folder meanwhile."""
    make_folder(target.parent)
    unfinished = target.with_name(UNFINISHED + secrets.token_hex(8))
    try:
        with unfinished.open("xb") as file:
            for chunk in content.chunks():
                file.write(chunk)
        return _place(unfinished, target)
    finally:
        unfinished.unlink(missing_ok=True)


def remove(target: Path) -> None:
    """Remove a file, or a folder with all its content, also what is uploaded meanwhile."""
    if target.is_dir() and not target.is_symlink():
        _persist(lambda: remove_folder(target), OSError)
    else:
        target.unlink()


def _persist(act: Callable[[], T], *errors: type[OSError]) -> T:
    """Act; try again if it fails because another call changes the same folder."""
    for _ in range(TRIES - 1):
        with contextlib.suppress(*errors):
            return act()
    return act()


def _open_at_once(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)


def _check_replaceable(target: Path) -> None:
    """Refuse what a write to the file would: to replace it needs only the folder's permission."""
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return
    is_writable = os.access(target, os.W_OK) or not target.exists()
    if not (stat.S_ISREG(mode) and is_writable):
        raise PermissionError(target)


def _place(unfinished: Path, target: Path) -> bool:
    """Rename, and keep the mode of the old file. One at a time, so that only one is the first."""
    with _placing:
        is_new = not target.exists()
        if not is_new:
            unfinished.chmod(stat.S_IMODE(target.stat().st_mode))
        unfinished.replace(target)
    return is_new
