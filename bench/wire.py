"""A wire with a round-trip time: a relay in front of the emulator that delays and counts bytes."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self, cast

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

CHUNK_BYTES = 64 * 1024


@dataclass(slots=True)
class Traffic:
    """Bytes on the wire, TLS included, and connections that were opened."""

    sent: int = 0
    received: int = 0
    connections: int = 0

    def count_sent(self, size: int) -> None:
        self.sent += size

    def count_received(self, size: int) -> None:
        self.received += size


Lane = asyncio.Queue[tuple[float, bytes]]
"""Bytes on their way, each chunk with the moment at which it is due."""


@dataclass(slots=True)
class Wire:
    """A relay on a port of its own, inside `with`.

    A connection waits one round trip before its first byte, as TCP's handshake does; after that
    each direction lags half a round trip behind. Bytes travel in order, and as many at a time as
    there are: the delay is a distance, not a bandwidth.
    """

    port_behind: int
    round_trip_seconds: float
    port: int = 0
    traffic: Traffic = field(default_factory=Traffic)
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _server: asyncio.Server = field(init=False)
    _thread: threading.Thread = field(init=False)

    def __enter__(self) -> Self:
        # A daemon, as Ctrl-C may come before or in what ends it.
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        starting = asyncio.start_server(self._serve, "127.0.0.1", 0)
        self._server = asyncio.run_coroutine_threadsafe(starting, self._loop).result()
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _close(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = cast("asyncio.Task[None]", asyncio.current_task())
        self._tasks.add(task)
        self.traffic.connections += 1
        try:
            await asyncio.sleep(self.round_trip_seconds)
            await self._relay(reader, writer)
        except* (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            self._tasks.discard(task)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Both directions; if one breaks, so does the other, and neither end waits for ever."""
        behind, answer = await asyncio.open_connection("127.0.0.1", self.port_behind)
        asked, answered = Lane(), Lane()
        async with asyncio.TaskGroup() as both:
            both.create_task(self._take(reader, asked, self.traffic.count_sent))
            both.create_task(self._hand_on(asked, answer))
            both.create_task(self._take(behind, answered, self.traffic.count_received))
            both.create_task(self._hand_on(answered, writer))

    async def _take(
        self, reader: asyncio.StreamReader, lane: Lane, count: Callable[[int], None]
    ) -> None:
        """Take chunks as they come, the end too, and note when each is due."""
        chunk = b"any"
        while chunk:
            try:
                chunk = await reader.read(CHUNK_BYTES)
            except ConnectionError:
                chunk = b""
            count(len(chunk))
            lane.put_nowait((self._loop.time() + self.round_trip_seconds / 2, chunk))

    async def _hand_on(self, lane: Lane, writer: asyncio.StreamWriter) -> None:
        """Hand chunks on when they are due."""
        try:
            while True:
                due, chunk = await lane.get()
                await asyncio.sleep(max(0.0, due - self._loop.time()))
                if not chunk:
                    break
                writer.write(chunk)
                await writer.drain()
        finally:
            writer.close()
