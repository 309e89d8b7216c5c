"""The web server for all requests: cheroot's, with what it lacks."""

from __future__ import annotations

import logging
import ssl
import sys
import threading
from typing import Any

from cheroot.server import HTTPConnection, HTTPRequest
from cheroot.workers.threadpool import ThreadPool
from cheroot.wsgi import Gateway_10, Server

LOG = logging.getLogger("pa_emulator")
THREADS = 40
MORE_THREADS = 20
QUEUE = 128
CHUNK_BYTES = 65536
SHUTDOWN_SECONDS = 1
GLANCE_SECONDS = 0.05
"""Idle connections are looked at this often; a stop waits as long."""


class Request(HTTPRequest):
    """Cheroot's answers 500 to some malformed requests, and 400 to some valid ones."""

    def __init__(self, server: HttpServer, conn: Connection) -> None:
        # Cheroot takes `//path` and `http://host/path` only as a proxy; nginx takes both.
        super().__init__(server, conn, proxy_mode=True)

    def read_request_line(self) -> bool:
        scheme = self.scheme
        try:
            if not super().read_request_line():  # type: ignore[no-untyped-call]
                return False
        except ValueError:  # from the standard library, about brackets in something like a host
            self.simple_response("400 Bad Request", "Malformed Request-URI")
            return False
        self.scheme = scheme  # the scheme of the connection, whatever the URL says
        if self.method == b"CONNECT":
            self.simple_response("405 Method Not Allowed", "This is not a proxy.")
        return bool(self.method != b"CONNECT")

    def read_request_headers(self) -> bool:
        if not super().read_request_headers():  # type: ignore[no-untyped-call]
            return False
        if self.inheaders.get(b"Content-Length", b"0").isdigit():
            return True
        self.simple_response("400 Bad Request", "Malformed Content-Length Header.")
        return False

    def send_headers(self) -> None:
        """First read the rest of a body in chunks, or it would be taken for a request."""
        if self.chunked_read and not self.close_connection:
            try:
                while self.rfile.read(CHUNK_BYTES):
                    pass
            except (ValueError, OSError):  # malformed, or incomplete
                self.close_connection = True
        super().send_headers()


class Connection(HTTPConnection):
    """Cheroot's, of such requests; its TLS begins in the thread that serves it."""

    RequestHandlerClass = Request
    _has_begun = False

    def communicate(self) -> bool:
        try:
            return self._begin() and bool(super().communicate())  # type: ignore[no-untyped-call]
        finally:
            self.server.requests.done()

    def _begin(self) -> bool:
        """Do the TLS handshake on the first call; False if the client does not finish it in time.

        A client that speaks plain http, or does not trust the authority, gets no answer: so stderr
        has the reason.
        """
        if self._has_begun:
            return True
        self._has_begun = True
        try:
            if isinstance(self.socket, ssl.SSLSocket):
                self.socket.do_handshake()
        except OSError as error:
            if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError):
                LOG.warning("No TLS with %s: %s", self.remote_addr, error)
            return False
        return True


class Pool(ThreadPool):
    """Cheroot's, with a thread for each active connection.

    A fixed number of threads could all wait for a site that hangs.
    """

    def __init__(self, server: HttpServer) -> None:
        super().__init__(server, min=THREADS)
        self._lock = threading.Lock()
        self._served = 0
        self._size = THREADS

    def put(self, obj: Connection) -> None:
        with self._lock:
            self._served += 1
            more = MORE_THREADS if self._served > self._size else 0
            self._size += more
        self.grow(more)
        super().put(obj)

    def done(self) -> None:
        """Count a connection as served: its thread is free for another."""
        with self._lock:
            self._served -= 1


class Gateway(Gateway_10):
    """Cheroot's, plus the request, for answers that end the connection."""

    # Cheroot's types say that it returns nothing.
    def get_environ(self) -> dict[str, Any]:  # type: ignore[override]
        environ: dict[str, Any] = super().get_environ()  # type: ignore[no-untyped-call]
        environ["pa.request"] = self.req
        return environ


class HttpServer(Server):
    """Cheroot's server in PythonAnywhere's name."""

    ConnectionClass = Connection

    def __init__(self, port: int) -> None:
        super().__init__(
            ("127.0.0.1", port),
            None,
            server_name="PythonAnywhere",
            request_queue_size=QUEUE,
            shutdown_timeout=SHUTDOWN_SECONDS,
        )
        self.requests = Pool(self)
        self.gateway = Gateway
        self.expiration_interval = GLANCE_SECONDS
        self.keep_alive_conn_limit = sys.maxsize

    def process_conn(self, conn: Connection) -> None:
        """Let a new connection wait for its first byte like an idle one, not in a thread."""
        if conn.last_used is None:
            self.put_conn(conn)
        else:
            super().process_conn(conn)

    def error_log(
        self,
        msg: str = "",
        level: int = logging.INFO,
        traceback: bool = False,  # noqa: FBT001, FBT002 - cheroot's signature
    ) -> None:
        """Write cheroot's messages to stderr, except those about connections that a client broke.

        With TLS cheroot logs tracebacks about them, without TLS nothing.
        """
        if not isinstance(sys.exception(), ssl.SSLError | ConnectionError):
            LOG.log(level, msg, exc_info=traceback)
