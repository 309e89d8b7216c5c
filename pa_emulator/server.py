"""Builds the parts of the emulator, serves on one port of 127.0.0.1, and stops without remains."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sys
import threading
from typing import TYPE_CHECKING

from pa_emulator.listener import HttpServer
from pa_emulator.lock import held
from pa_emulator.processes import adopt_orphans, end_all

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from pa_emulator.config import Config
    from pa_emulator.machine import Machine

PRIVATE = 0o700
"""The state has every token, so only this user may read it, whatever the umask is."""
STDIN = 0
CHUNK_BYTES = 4096


def serve(config: Config) -> None:
    """Serve until SIGINT, SIGTERM or, if wanted, the end of stdin.

    Prints the ready line once connections are accepted.

    Raises OSError if the port is in use, and CannotStart if it cannot start with this root or these
    options. Then the state under root is unchanged.
    """
    adopt_orphans()
    stopped, stop = socket.socketpair()
    _stop_at_signals(stop)
    if config.stop_with_stdin:
        threading.Thread(target=_stop_at_end, args=(stop,), daemon=True).start()
    config.state.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    config.state.chmod(PRIVATE)
    with held(config.state):
        server, ca = _bound(config)
        try:
            _run(config, server, ca, stopped)
        finally:
            end_all()
            server.stop()


def _bound(config: Config) -> tuple[HttpServer, str | None]:
    """Return a server with its port but without an app, and the path of its CA's certificate."""
    server = HttpServer(config.port)
    ca = None
    if config.tls:
        from pa_emulator.tls import adapter  # noqa: PLC0415 - slow to import, and rarely wanted

        server.ssl_adapter, ca = adapter(config.state)
    server.prepare()
    return server, ca


def _run(config: Config, server: HttpServer, ca: str | None, stopped: socket.socket) -> None:
    """Serve the app until a signal comes; then end its processes."""
    machine, server.wsgi_app = build(config)
    try:
        machine.open()
        threading.Thread(target=server.serve, daemon=True).start()
        _say_ready(machine.config, server.bind_addr[1], ca)
        stopped.recv(1)
    finally:
        machine.close()


def _stop_at_signals(stop: socket.socket) -> None:
    """Let SIGINT and SIGTERM write to the socket.

    A wait for a lock would miss a signal that comes just before the wait begins.
    """
    stop.setblocking(False)  # noqa: FBT003 - socket takes no keyword
    signal.set_wakeup_fd(stop.fileno())
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)


def _stop_at_end(stop: socket.socket) -> None:
    """Write to the socket when stdin ends: a pipe does when the program at its other end ends.

    `sys.stdin` cannot be used: its lock would still be held when the interpreter ends.
    """
    with contextlib.suppress(OSError):
        while os.read(STDIN, CHUNK_BYTES):
            pass
    stop.send(b"\0")


def build(config: Config) -> tuple[Machine, WSGIApplication]:
    """Make the database and the folders; return the machine and its WSGI application."""
    from pa_emulator.settings import keep_in  # noqa: PLC0415 - Django wants this order

    keep_in(config)
    from pa_emulator.assembly import assemble  # noqa: PLC0415 - models import only after that

    return assemble(config)


def _say_ready(config: Config, port: int, ca: str | None) -> None:
    scheme = "https" if config.tls else "http"
    line = {
        "api": f"{scheme}://127.0.0.1:{port}",
        "username": config.username,
        "token": config.token,
        "root": str(config.root),
        "ca": ca,
    }
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()
