"""The uwsgi protocol, client side: a WSGI request out, an HTTP response back, streaming."""

from __future__ import annotations

import http.client
import select
import socket
import struct
import tempfile
from typing import IO, TYPE_CHECKING

from pa_emulator.choices import HARAKIRI_SECONDS
from pa_emulator.hosting.place import VISIT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from wsgiref.types import InputStream

    from pa_emulator.clock import Clock
    from pa_emulator.hosting.uwsgi import Uwsgi

MAX_VARIABLES_BYTES = 65535
CHUNK_BYTES = 65536
SPOOL_BYTES = 1024 * 1024
GLANCE_SECONDS = 0.2
"""A moved clock or a failed site is noticed this soon; an answer, at once."""


class HeadersTooLarge(Exception):
    """The request's variables do not fit into one packet."""


class BadBody(Exception):
    """The request's body is not in chunks as it says, or ends too soon."""


class NoAnswer(Exception):
    """The site did not answer within the time that a request may take."""


class Dropped(Exception):
    """A reload came before a worker had begun the request (help pages)."""


def packet(variables: Mapping[str, str]) -> bytes:
    """Return the header packet: little-endian lengths before each name and value."""
    body = bytearray()
    for name, value in variables.items():
        for text in (name.encode("latin-1"), value.encode("latin-1", "replace")):
            body += struct.pack("<H", min(len(text), MAX_VARIABLES_BYTES)) + text
    if len(body) > MAX_VARIABLES_BYTES:
        raise HeadersTooLarge
    return struct.pack("<BHB", 0, len(body), 0) + bytes(body)


def ask(
    uwsgi: Uwsgi, variables: Mapping[str, str], body: InputStream | None, clock: Clock
) -> Response:
    """Send a request to a uWSGI.

    Raises OSError if it is gone or cannot load, NoAnswer if it does not answer in time,
    Dropped if it was retired before it had begun.
    """
    head = packet(variables)
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(HARAKIRI_SECONDS)
    try:
        connection.connect(uwsgi.address)
        _send_all(connection, head, body)
        _await_answer(connection, uwsgi, clock, variables[VISIT])
        return Response(connection, variables["REQUEST_METHOD"])
    except BaseException:
        connection.close()
        raise


def _send_all(connection: socket.socket, head: bytes, body: InputStream | None) -> None:
    _send(connection, head)
    try:
        while body and (chunk := body.read(CHUNK_BYTES)):
            _send(connection, chunk)
    except (BrokenPipeError, ConnectionResetError):
        """The application answered before it read all of the body. Its answer can still be read."""


def _send(connection: socket.socket, data: bytes) -> None:
    try:
        connection.sendall(data)
    except TimeoutError as error:
        raise NoAnswer from error


def _await_answer(connection: socket.socket, uwsgi: Uwsgi, clock: Clock, visit: str) -> None:
    poll = select.poll()
    poll.register(connection, select.POLLIN)

    def has_come() -> bool:
        # It may answer and end at the same moment. So look at its state first, then for an answer.
        has_dropped, has_failed = uwsgi.has_dropped(visit), uwsgi.has_failed
        if poll.poll(0):
            return True
        if has_dropped:
            raise Dropped
        if has_failed:
            raise ConnectionRefusedError("no worker will take the request")
        return False

    if not clock.wait_until(has_come, HARAKIRI_SECONDS, lambda _: poll.poll(GLANCE_SECONDS * 1000)):
        raise NoAnswer


class Response:
    """A response: its status and headers are read, its body is not yet."""

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
        while chunk := self._response.read1(CHUNK_BYTES):
            yield chunk

    def close(self) -> None:
        self._response.close()
        self._connection.close()


def spooled(stream: InputStream, length: int | None) -> tuple[IO[bytes], int]:
    """Read a whole body and return it with its length. `length` is None if no header has it.

    The web server does so too: a request begins only when its body is complete. Raises BadBody if
    the body is cut short or malformed.
    """
    file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115 - the caller's
    try:
        size = _poured(stream, file, length)
    except BadBody:
        file.close()
        raise
    file.seek(0)
    return file, size


def _poured(stream: InputStream, file: IO[bytes], length: int | None) -> int:
    try:
        while chunk := stream.read(CHUNK_BYTES):
            file.write(chunk)
    except (ValueError, TimeoutError) as error:  # the server's, about a chunk's size or its end
        raise BadBody from error
    if length is not None and file.tell() < length:
        raise BadBody
    return file.tell()
