"""A package index on this machine: it serves folders, and fails in the ways in which one can."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@dataclass
class Index:
    """`/simple/` has the packages; `/503/…` answers 503, and so on; `/cut/` ends the connection.

    `asked` are the paths in the order of the requests.
    """

    url: str
    asked: list[str] = field(default_factory=list)


@contextmanager
def serving(packages: Mapping[str, Path], tls: ssl.SSLContext | None = None) -> Iterator[Index]:
    """Serve the files of these folders, by the name of the package."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            index.asked.append(self.path)
            first, *rest = self.path.partition("?")[0].strip("/").split("/")
            folder = packages.get(rest[0]) if rest else None
            if first == "cut":
                return
            if first.isdigit():
                self._answer(int(first), b"")
            elif first == "simple" and folder and len(rest) == 1:
                names = sorted(path.name for path in folder.iterdir())
                links = "".join(f'<a href="{name}">{name}</a>' for name in names)
                self._answer(200, links.encode())
            elif first == "simple" and folder:
                self._answer(200, (folder / rest[1]).read_bytes())
            elif first == "json":
                self._answer(200, b"oops", "application/vnd.pypi.simple.v1+json")
            else:
                self._answer(404, b"")

        def _answer(self, status: int, body: bytes, kind: str = "text/html") -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    index = Index(f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield index
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
