"""The file of `record`: a line for each exchange, whole on the disk as soon as it is over."""

from __future__ import annotations

import json
import os
import stat
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from pa_deploy.errors import InputError, Problem, reason_of
from pa_deploy.exchanges.recording import Recording
from pa_deploy.model import RECORDING_MARK
from pa_deploy.transport import Exchange

MODE = 0o600
NEW = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
"""The place was checked with all links followed; one that has come since leads nowhere. A pipe
that has come since is not waited for.
"""


class Recorder:
    """An observer that writes. Trouble with the file is told once, and ends the recording only."""

    def __init__(self, file: int, recording: Recording, warn: Callable[[str], None]) -> None:
        self._file = file
        self._recording = recording
        self._warn = warn
        self._lock = threading.Lock()
        self._is_over = False

    @classmethod
    def open(cls, path: Path, recording: Recording, warn: Callable[[str], None]) -> Self:
        """Begin the file anew. Raises InputError, also if something else has come there."""
        try:
            place = path.resolve()
            place.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(place, NEW | NO_LINK, MODE)
        except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle, before 3.13
            raise _unusable(path, reason_of(error, "it cannot be opened")) from None
        if not _may_be_overwritten(file):
            os.close(file)
            raise _unusable(path, "it exists, and it is not a recording")
        os.ftruncate(file, 0)
        with suppress(OSError):
            _make_readable(file, place.parent)
        recorder = cls(file, recording, warn)
        recorder._write(recording.header())
        return recorder

    def __call__(self, exchange: Exchange) -> None:
        with self._lock:
            if not self._is_over:
                self._write_exchange(exchange)

    def close(self) -> None:
        with self._lock:
            self._is_over = True
            os.close(self._file)

    def _write_exchange(self, exchange: Exchange) -> None:
        try:
            self._write(self._recording.line(exchange))
        except OSError as error:
            self._is_over = True
            self._warn(f"The recording ends here: {error.strerror or error}.")
        except Exception as error:
            kind = type(error).__name__
            self._write({"not_recorded": kind})
            self._warn(f"One exchange is not in the recording ({kind}).")

    def _write(self, value: dict[str, Any]) -> None:
        line = f"{json.dumps(value)}\n".encode()
        while line:
            line = line[os.write(self._file, line) :]


def _make_readable(file: int, folder: Path) -> None:
    """Only its owner may read it. In a container that is root, but a later step of the job has to:
    so it belongs to the owner of its folder.
    """
    if sys.platform == "win32":  # a file has the permissions of its folder there
        return
    os.fchmod(file, MODE)
    if os.geteuid() == 0:
        info = folder.stat()
        os.fchown(file, info.st_uid, info.st_gid)


def _may_be_overwritten(file: int) -> bool:
    info = os.fstat(file)
    if not stat.S_ISREG(info.st_mode):
        return False
    begin = os.read(file, len(RECORDING_MARK))
    return not info.st_size or begin == RECORDING_MARK.encode()


def _unusable(path: Path, reason: str) -> InputError:
    advice = "Set `record` to a file that does not exist yet."
    return InputError((Problem("record", f'"{path}": {reason}.', advice=advice),))
