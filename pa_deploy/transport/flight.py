"""One exchange in a thread of its own, so that waiting for it has an end whatever it hangs in.

A socket's time-out counts from byte to byte, so a server that sends one now and then is waited for
without end; looking up a name has no time-out at all. And a request that was given up while it was
still connecting must not be sent later, behind the back of those who have long gone on.
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

POLL_SECONDS = 0.2
"""A wait without an end could miss a signal that comes just before it begins."""

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
    """`work` under way. The thread is a daemon, so that a run which ends need not wait for it."""

    def __init__(self, work: Callable[[], Result]) -> None:
        self._work = work
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._given_up = False
        self._socket: Any = None
        self._boarded: float | None = None
        self._results: list[Result] = []
        self._error: BaseException | None = None

    def land(self, connect_seconds: float, read_seconds: float, most_seconds: float) -> Result:
        """What `work` returns or raises, or GivenUp: when there is no connection after
        `connect_seconds`, when it then takes more than `read_seconds`, or after `most_seconds`.
        A signal gives it up too.
        """
        threading.Thread(target=self._run, daemon=True).start()
        try:
            ended = self._wait(connect_seconds, read_seconds, most_seconds)
        except BaseException:
            self._give_up()
            raise
        if not ended:
            self._give_up()
            raise GivenUp(sent=self._socket is not None)
        if self._error is not None:
            raise self._error
        return self._results[0]

    def _wait(self, connect_seconds: float, read_seconds: float, most_seconds: float) -> bool:
        start = time.monotonic()
        while not self._ended.is_set():
            boarded = self._boarded
            end = start + connect_seconds if boarded is None else boarded + read_seconds
            left = min(end, start + most_seconds) - time.monotonic()
            if left <= 0:
                return False
            self._ended.wait(min(POLL_SECONDS, left))
        return True

    def board(self, connection: _HasSocket) -> None:
        """Note the connection that is used from now on; nothing is sent for one given up."""
        with self._lock:
            if self._given_up:
                raise ConnectionAbortedError
            if connection.sock is not None:
                self._socket = connection.sock
                self._boarded = time.monotonic()

    def _run(self) -> None:
        _of_thread.flight = self
        try:
            self._results.append(self._work())
        except BaseException as error:  # raised again where it is awaited
            self._error = error
        self._ended.set()

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
