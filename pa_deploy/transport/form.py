"""A form with one file, read while it is sent: what is uploaded needs no memory."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CHUNK_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Piece:
    """`size` bytes of a file on this machine, from `offset` on."""

    file: Path
    offset: int
    size: int

    def __len__(self) -> int:
        return self.size

    def chunks(self) -> Iterator[bytes]:
        with self.file.open("rb") as file:
            file.seek(self.offset)
            left = self.size
            while chunk := file.read(min(CHUNK_BYTES, left)):
                left -= len(chunk)
                yield chunk


Content = bytes | Piece


class FileForm:
    """multipart/form-data with the part `content`; iterated once, by whoever sends it."""

    def __init__(self, content: Content) -> None:
        boundary = secrets.token_hex(16)
        self.content_type = f"multipart/form-data; boundary={boundary}"
        self._head = (
            f"--{boundary}\r\n"
            'Content-Disposition: form-data; name="content"; filename="content"\r\n\r\n'
        ).encode()
        self.content = content
        self._tail = f"\r\n--{boundary}--\r\n".encode()

    def __len__(self) -> int:
        return len(self._head) + len(self.content) + len(self._tail)

    def __iter__(self) -> Iterator[bytes]:
        if isinstance(self.content, bytes):
            yield self._head + self.content + self._tail
            return
        yield self._head
        yield from self.content.chunks()
        yield self._tail
