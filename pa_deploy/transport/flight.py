"""One exchange in a thread of its own, so that waiting for it has an end whatever it hangs in.

A socket's time-out counts from byte to byte, so a server that sends one now and then is waited for
without end. The look-up of a name has no time-out at all.

The classes of connections are our own because urllib3 does not tell when a connection is made. Two
things need that: whether a request may have reached the server, which decides if it is sent again;
and that a request given up while connecting is not sent later. Without them, 5 tests of
tests/pa_deploy/transport/test_slow_servers.py fail.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Generic, Protocol, TypeVar

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from pa_deploy.background import Background

Result = TypeVar("Result")
_of_thread = threading.local()


class GivenUp(Exception):
    """The exchange did not end in time. `sent`: the server may have got the request."""

    def __init__(self, *, sent: bool) -> None:
        super().__init__()
        self.sent = sent


class _HasSocket(Protocol):
    sock: Any


class Flight(Generic[Result]):
    """`work`, until it is over or given up."""

    def __init__(self, work: Callable[[], Result]) -> None:
        self._work = work
        self._lock = threading.Lock()
        self._given_up = False
        self._socket: Any = None
        self._boarded: float | None = None

    def land(self, connect_seconds: float, read_seconds: float, most_seconds: float) -> Result:
        """What `work` returns or raises, or GivenUp: when there is no connection after
        `connect_seconds`, when it then takes more than `read_seconds`, or after `most_seconds`.
        A signal gives it up too.
        """
        start = time.monotonic()
        exchange = Background(self._run)

        def left_seconds() -> float:
            boarded = self._boarded
            end = start + connect_seconds if boarded is None else boarded + read_seconds
            return min(end, start + most_seconds) - time.monotonic()

        if not exchange.finish(left_seconds, self._give_up):
            raise GivenUp(sent=self._socket is not None)
        return exchange.result()

    def board(self, connection: _HasSocket) -> None:
        """Note the connection that is used from now on; nothing is sent for one given up."""
        with self._lock:
            if self._given_up:
                raise ConnectionAbortedError
            if connection.sock is not None:
                self._socket = connection.sock
                self._boarded = time.monotonic()

    def _run(self) -> Result:
        _of_thread.flight = self
        return self._work()

    def _give_up(self) -> None:
        with self._lock:
            self._given_up = True
            # Not the method of TLS's own class, which would say goodbye to a server that hangs.
            with suppress(OSError, TypeError):
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


def _board(connection: _HasSocket) -> None:
    flight = getattr(_of_thread, "flight", None)
    if flight is not None:
        flight.board(connection)


class _Watched(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        _board(self)

    def request(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - passed on as they are
        _board(self)
        super().request(*args, **options)


class _Secure(_Watched, HTTPSConnection):
    """With TLS; what `_Watched` calls next is HTTPSConnection's own."""


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Watched


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


POOLS = {"http": _PlainPool, "https": _SecurePool}


class WatchedAdapter(HTTPAdapter):
    """Connections that a Flight can cut, past a proxy or not."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - passed on
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = POOLS

    def proxy_manager_for(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - passed on
        manager = super().proxy_manager_for(*args, **options)
        manager.pool_classes_by_scheme = POOLS
        return manager
