"""The file of `--json`: it is new, or holds a report of an earlier run."""

from __future__ import annotations

import json
import os
import stat
import tempfile
from pathlib import Path

# More than a report has.
_ROOM = 512 * 1024
_LONGEST = 16 * 1024 * 1024


class ReportFileError(Exception):
    """Why a report cannot be written there."""


def check(path: Path) -> None:
    """Refuse, before a run, what could not be written or is not to be. Raises ReportFileError."""
    if os.path.lexists(path) and not _is_report(path):
        raise ReportFileError(f"{path} is there, and is not a report. Name another file")
    try:
        _write(path, b" " * _ROOM).unlink()
    except OSError as error:
        raise ReportFileError(f"cannot write {path}: {error.strerror}") from error


def write(path: Path, text: str) -> None:
    """Write a report; an earlier one stays if that fails. Raises ReportFileError."""
    try:
        # What a server wrote may be no text that UTF-8 has; in JSON its escape is the same.
        new = _write(path, text.encode("utf-8", "backslashreplace"))
        try:
            if os.path.lexists(path) and not _is_report(path):
                raise ReportFileError(f"{path} is there now, and is not a report")
            new.replace(path)
        finally:
            new.unlink(missing_ok=True)
    except OSError as error:
        raise ReportFileError(f"cannot write {path}: {error.strerror}") from error


def _write(path: Path, content: bytes) -> Path:
    """Return a new file beside the path."""
    number, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name[:100]}-")
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        Path(name).unlink()
        raise
    mask = os.umask(0)
    os.umask(mask)
    Path(name).chmod(0o666 & ~mask)
    return Path(name)


def _is_report(path: Path) -> bool:
    """Look into regular files only: to open another one may wait for ever, or do something."""
    try:
        number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(number, "rb") as file:
            if not stat.S_ISREG(os.fstat(number).st_mode):
                return False
            data = json.loads(file.read(_LONGEST))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(data, dict) and str(data.get("program")).startswith("pa-emulator ")
