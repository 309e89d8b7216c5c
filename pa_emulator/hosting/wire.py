"""The uwsgi protocol, client side: a WSGI request out, an HTTP response back, streaming."""

from __future__ import annotations

import http.client
import socket
import struct
import tempfile
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from wsgiref.types import InputStream

MAX_VARIABLES_BYTES = 65535
_CHUNK_BYTES = 65536
_SPOOL_BYTES = 1024 * 1024


class HeadersTooLargeError(Exception):
    """The request's variables do not fit into one packet."""


class BadBodyError(Exception):
    """The request's body is not in chunks as it says."""


def packet(variables: Mapping[str, str]) -> bytes:
    """Return the header packet: little-endian lengths before each name and value."""
    body = bytearray()
    for name, value in variables.items():
        for text in (name.encode("latin-1"), value.encode("latin-1", "replace")):
            body += struct.pack("<H", min(len(text), MAX_VARIABLES_BYTES)) + text
    if len(body) > MAX_VARIABLES_BYTES:
        raise HeadersTooLargeError
    return struct.pack("<BHB", 0, len(body), 0) + bytes(body)


def ask(address: str, variables: Mapping[str, str], body: InputStream | None) -> Response:
    """Send a request to the uWSGI at a unix socket; OSError if there is none."""
    head = packet(variables)
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(address)
        _send(connection, head, body)
        return Response(connection, variables["REQUEST_METHOD"])
    except BaseException:
        connection.close()
        raise


def _send(connection: socket.socket, head: bytes, body: InputStream | None) -> None:
    connection.sendall(head)
    try:
        while body and (chunk := body.read(_CHUNK_BYTES)):
            connection.sendall(chunk)
    except (BrokenPipeError, ConnectionResetError):
        """The application answered without reading it all; its answer is still to be read."""


class Response:
    """A response whose status and headers have come and whose body has not."""

    def __init__(self, connection: socket.socket, method: str) -> None:
        self._connection = connection
        self._response = http.client.HTTPResponse(connection, method=method)
        try:
            self._response.begin()
        except http.client.HTTPException as error:
            raise ConnectionResetError(str(error)) from error
        self.status = self._response.status
        self.reason = self._response.reason
        self.headers = self._response.getheaders()

    def __iter__(self) -> Iterator[bytes]:
        """Return the body's bytes as soon as they are there."""
        while chunk := self._response.read1(_CHUNK_BYTES):
            yield chunk

    def close(self) -> None:
        self._response.close()
        self._connection.close()


def spooled(stream: InputStream) -> tuple[IO[bytes], int]:
    """Return a body of unknown length, read whole, and its length.

    Raises BadBodyError for one that is cut short or malformed.
    """
    file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_SPOOL_BYTES)  # noqa: SIM115 - the caller's
    try:
        while chunk := stream.read(_CHUNK_BYTES):
            file.write(chunk)
    except ValueError as error:  # the server's, about the size of a chunk or what ends it
        file.close()
        raise BadBodyError from error
    size = file.tell()
    file.seek(0)
    return file, size
