"""A package index on this machine: it serves folders, and fails in the ways in which one can."""

from __future__ import annotations

import base64
import json
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@dataclass
class Index:
    """`/simple/` has the packages; `/sized/` too, and tells their sizes, wrongly; `/503/…` answers
    503, and so on; `/cut/` ends the connection.
    """

    url: str
    authorizations: set[str]
    """All values of that header which it was sent."""


class _Server(ThreadingHTTPServer):
    packages: Mapping[str, Path]
    href: str
    password: str
    authorizations: set[str]


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        given = self.headers.get("Authorization", "")
        self.server.authorizations.add(given)
        expected = base64.b64encode(self.server.password.encode()).decode()
        if self.server.password and given != f"Basic {expected}":
            self._answer(401, b"")
            return
        first, *rest = self.path.partition("?")[0].strip("/").split("/")
        folder = self.server.packages.get(rest[0]) if rest else None
        if first == "simple" and folder:
            self._answer(
                200,
                _page(folder, self.server.href)
                if len(rest) == 1
                else (folder / rest[1]).read_bytes(),
            )
        elif first == "sized" and folder:
            self._answer(200, _rows(folder, rest[0]), "application/vnd.pypi.simple.v1+json")
        elif first == "json":
            self._answer(200, b"oops", "application/vnd.pypi.simple.v1+json")
        elif first != "cut":
            self._answer(int(first) if first.isdigit() else 404, b"")

    def do_HEAD(self) -> None:
        self.do_GET()

    def _answer(self, status: int, body: bytes, kind: str = "text/html") -> None:
        with suppress(ConnectionError):  # uv has left
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _page(folder: Path, href: str) -> bytes:
    names = sorted(path.name for path in folder.iterdir())
    return "".join(f'<a href="{href or name}">{name}</a>' for name in names).encode()


def _rows(folder: Path, name: str) -> bytes:
    """A page that tells of each file a hundred million bytes more than it has."""
    files = [
        {
            "filename": path.name,
            "url": f"/simple/{name}/{path.name}",
            "hashes": {},
            "size": path.stat().st_size + 100_000_000,
        }
        for path in sorted(folder.iterdir())
    ]
    return json.dumps({"meta": {"api-version": "1.1"}, "name": name, "files": files}).encode()


@contextmanager
def serving(
    packages: Mapping[str, Path],
    tls: ssl.SSLContext | None = None,
    *,
    href: str = "",
    password: str = "",
) -> Iterator[Index]:
    """Serve the files of these folders, by the package's name; `href`: where all links lead."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.packages = packages
    server.href = href
    server.password = password
    server.authorizations = set()
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield Index(
            f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}",
            server.authorizations,
        )
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
