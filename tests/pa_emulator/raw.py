"""Bytes over a connection, for requests that no HTTP client would send."""

from __future__ import annotations

import contextlib
import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pa_emulator import Emulator

SECONDS = 30


def connected(pa: Emulator) -> socket.socket:
    """Return a new connection to the emulator's port."""
    host, _, port = pa.url.rpartition("/")[2].partition(":")
    return socket.create_connection((host, int(port)), timeout=SECONDS)


def send(pa: Emulator, *lines: str, body: bytes = b"") -> bytes:
    """Send a request's head, its lines given, and body; return all that comes back till the end."""
    head = "".join(f"{line}\r\n" for line in (*lines, "Connection: close", ""))
    with connected(pa) as connection, connection.makefile("rb") as answer:
        connection.sendall(head.encode("latin-1") + body)
        return answer.read()


@contextlib.contextmanager
def dawdling(pa: Emulator, count: int, sent: bytes) -> Iterator[list[socket.socket]]:
    """Open connections that send so much and no more."""
    with contextlib.ExitStack() as stack:
        connections = [stack.enter_context(connected(pa)) for _ in range(count)]
        for connection in connections:
            connection.sendall(sent)
        yield connections
