"""Sends a file with the length that it had when it was opened: a log grows while it is read."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, Any, BinaryIO

from django.http import FileResponse

from pa_emulator.files.store import open_regular

if TYPE_CHECKING:
    from pathlib import Path


class Snapshot(io.RawIOBase):
    """The bytes that an open file has now, `length` in all; fewer if somebody cuts it meanwhile."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file
        self.length = os.fstat(file.fileno()).st_size
        self._left = self.length

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - as RawIOBase has it
        chunk = self._file.read(min(len(buffer), self._left))
        self._left -= len(chunk)
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()


def download(path: Path) -> FileResponse:
    """Return the file's bytes. Raises OSError if the path is not a file."""
    snapshot = Snapshot(open_regular(path))
    response = FileResponse(snapshot, content_type="application/octet-stream")
    response["Content-Length"] = str(snapshot.length)
    return response
