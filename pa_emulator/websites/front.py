"""The web server in front of a website: passes requests on, and writes the access log."""

from __future__ import annotations

import contextlib
import errno
import socket
import time
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, NoReturn

from pa_emulator.choices import HARAKIRI_SECONDS
from pa_emulator.hosting import pages, wire
from pa_emulator.hosting.answers import Answer, page
from pa_emulator.hosting.logs import access_line, hit_of, write_access
from pa_emulator.hosting.normal import resolve
from pa_emulator.hosting.variables import body
from pa_emulator.websites.request import head, is_websocket
from pa_emulator.websites.tunnel import join

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from wsgiref.types import StartResponse, WSGIEnvironment

    from pa_emulator.clock import Clock
    from pa_emulator.websites.hosting import Hosts

INTERNAL = {"connection", "keep-alive", "transfer-encoding", "upgrade"}
CHUNK_BYTES = 65536


@dataclass(frozen=True, slots=True, kw_only=True)
class WebsiteFront:
    """The web server in front of the websites."""

    root: Path
    clock: Clock
    raw_paths: bool
    hosts: Hosts

    def serve(
        self, environ: WSGIEnvironment, start_response: StartResponse, domain: str
    ) -> Iterator[bytes]:
        """Answer one request. A websocket has no answer: it lasts until the connection ends."""
        begun = time.perf_counter()
        refusal = None if self.raw_paths else resolve(environ)
        if refusal is None and is_websocket(environ) and self.hosts.is_hosting:
            self._tunnel(environ, domain, begun)
        answer = refusal or self._answer(environ, domain)
        start_response(f"{answer.status} {answer.reason}", answer.headers)
        return answer.send(lambda sent: self._log(environ, domain, (answer.status, sent), begun))

    def _answer(self, environ: WSGIEnvironment, domain: str) -> Answer:
        if not self.hosts.is_hosting:
            return page(503, pages.no_hosting())
        try:
            stream, length = body(environ)
        except wire.BadBody:
            environ["pa.request"].close_connection = True
            return page(400, pages.malformed_body())
        has_length = length > 0 or "CONTENT_LENGTH" in environ
        try:
            with stream:
                return self._asked(environ, domain, stream, length if has_length else None)
        except TimeoutError:
            return page(504, pages.no_answer())
        except OSError:
            return page(502, pages.something_wrong("502-backend"))

    def _asked(
        self, environ: WSGIEnvironment, domain: str, stream: IO[bytes], length: int | None
    ) -> Answer:
        connection = self.hosts.connect(domain)
        connection.settimeout(HARAKIRI_SECONDS)
        try:
            _send(connection, head(environ, length), stream)
            response = wire.Response(connection, environ["REQUEST_METHOD"])
        except BaseException:
            connection.close()
            raise
        headers = [pair for pair in response.headers if pair[0].lower() not in INTERNAL]
        return Answer(response.status, response.reason, headers, response, response.close)

    def _tunnel(self, environ: WSGIEnvironment, domain: str, begun: float) -> NoReturn:
        """Connect visitor and website until one of them ends; then hang up."""
        visitor: socket.socket = environ["pa.request"].conn.socket
        try:
            with self.hosts.connect(domain) as website:
                website.sendall(head(environ, None))
                outcome = join(visitor, website)
        except OSError:
            outcome = (502, 0)
        self._log(environ, domain, outcome, begun)
        with contextlib.suppress(OSError):
            visitor.shutdown(socket.SHUT_RDWR)
        raise ConnectionResetError(errno.ECONNRESET, "the websocket has ended")

    def _log(
        self, environ: WSGIEnvironment, domain: str, outcome: tuple[int, int], begun: float
    ) -> None:
        """Write the line of the access log; `outcome` is status and bytes sent."""
        status, sent = outcome
        hit = hit_of(environ, status, sent, time.perf_counter() - begun)
        write_access(self.root, domain, access_line(hit, self.clock.now()))


def _send(connection: socket.socket, start: bytes, stream: IO[bytes]) -> None:
    connection.sendall(start)
    # A server may answer before it reads the body. Its answer can still be read.
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        while chunk := stream.read(CHUNK_BYTES):
            connection.sendall(chunk)
