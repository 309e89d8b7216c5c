"""Copies bytes both ways between two sockets, for websockets."""

from __future__ import annotations

import selectors
import socket
import ssl

CHUNK_BYTES = 65536


def join(visitor: socket.socket, website: socket.socket) -> tuple[int, int]:
    """Copy bytes until either side ends; return the answer's status and the bytes sent."""
    first, sent = b"", 0
    with selectors.DefaultSelector() as selector:
        selector.register(visitor, selectors.EVENT_READ, website)
        selector.register(website, selectors.EVENT_READ, visitor)
        while True:
            for source, target in _ready(selector, visitor, website):
                chunk = source.recv(CHUNK_BYTES)
                if not chunk:
                    return _status(first), sent
                target.sendall(chunk)
                if target is visitor:
                    first = first or chunk
                    sent += len(chunk)


def _ready(
    selector: selectors.BaseSelector, visitor: socket.socket, website: socket.socket
) -> list[tuple[socket.socket, socket.socket]]:
    """Return (readable socket, its target) pairs. TLS may hold bytes that no selector sees."""
    if isinstance(visitor, ssl.SSLSocket) and visitor.pending():
        return [(visitor, website)]
    keys = [key for key, _ in selector.select()]
    return [(key.fileobj, key.data) for key in keys if isinstance(key.fileobj, socket.socket)]


def _status(first: bytes) -> int:
    """Return the number in `HTTP/1.1 101 …`; 502 if no answer came."""
    words = first.split(b" ", 2)
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else 502
