"""A proxy to which every host is the local PythonAnywhere: `python -m tests.connect_proxy FROM TO`.

So a container without a way out reaches it by PythonAnywhere's own names, over TLS.
"""

from __future__ import annotations

import selectors
import socket
import socketserver
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

Address = tuple[str, int]


class Proxy(socketserver.ThreadingTCPServer):
    """Takes CONNECT alone; `asked` are the places that were asked for."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, listen: Address, target: Address) -> None:
        self.target = target
        self.asked: list[str] = []
        super().__init__(listen, _Tunnel)


class _Tunnel(socketserver.StreamRequestHandler):
    server: Proxy

    def handle(self) -> None:
        method, place, *_ = self.rfile.readline().decode().split()
        while self.rfile.readline().strip():
            pass
        if method != "CONNECT":
            self.wfile.write(b"HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n")
            return
        self.server.asked.append(place)
        with socket.create_connection(self.server.target) as other:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
            _pass_on(self.connection, other)


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    """Until either side has ended."""
    with selectors.DefaultSelector() as ready:
        ready.register(one, selectors.EVENT_READ, other)
        ready.register(other, selectors.EVENT_READ, one)
        while True:
            for key, _ in ready.select():
                data = key.fileobj.recv(65536)  # type: ignore[union-attr]
                if not data:
                    return
                key.data.sendall(data)


@contextmanager
def proxy(target: Address) -> Iterator[Proxy]:
    with Proxy(("127.0.0.1", 0), target) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def _address(text: str) -> Address:
    host, _, port = text.rpartition(":")
    return host, int(port)


if __name__ == "__main__":
    with Proxy(_address(sys.argv[1]), _address(sys.argv[2])) as server:
        server.serve_forever()
