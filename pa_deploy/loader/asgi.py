"""Serve an ASGI app as WSGI, by the package a2wsgi of the release.

a2wsgi has an event loop in a thread, which does not survive a fork. PythonAnywhere imports in
uWSGI's master and forks the workers then. So each process makes its own at its first request.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import threading
from contextlib import suppress
from typing import Any, Dict, Iterable, Iterator, List, Mapping, Optional

from .traces import show

ENDED = "the app has ended its process"
SHUTDOWN_SECONDS = 2.0
"""How long the end of a worker, and so a reload, waits for the app's own end."""
LIFESPAN = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}}


def of_one_call(app: Any) -> Any:
    """An ASGI app of today, of one of the first form."""

    async def call(scope: Any, receive: Any, send: Any) -> None:
        await app(scope)(receive, send)

    return call


class Translated:
    """A WSGI app, which hands its requests to an ASGI app. `middleware` is that of a2wsgi."""

    def __init__(self, app: Any, middleware: Any) -> None:
        self._app = app
        self._middleware = middleware
        self._lock = threading.Lock()
        self._process = 0
        self._loop: Any = None
        self._state: Mapping[str, Any] = {}

    def __call__(self, environ: Any, start_response: Any) -> Any:
        with self._lock:
            if self._process != os.getpid():
                self._start()
                self._process = os.getpid()
        answer = Answer(start_response)
        app = _well_behaved(self._app, self._state, answer)
        return answer.whole(self._middleware(app, loop=self._loop)(environ, answer.start))

    def _start(self) -> None:
        """Make an event loop, in which the app starts up."""
        loop = asyncio.new_event_loop()
        threading.Thread(target=_run, args=[loop], daemon=True).start()
        lifespan = Lifespan(self._app)
        try:
            asyncio.run_coroutine_threadsafe(lifespan.start(), loop).result()
        except BaseException:
            loop.call_soon_threadsafe(loop.stop)
            raise
        atexit.register(lifespan.end, loop)
        self._loop, self._state = loop, lifespan.state


class Answer:
    """One answer of the app. `error` is the exception by which the app left it unfinished.

    a2wsgi ends such an answer as if it were whole, if it happens to look after the app has ended.
    """

    def __init__(self, start_response: Any) -> None:
        self._start_response = start_response
        self._is_told = False
        self.error: Optional[BaseException] = None

    def start(self, status: str, headers: Any, exc_info: Any = None) -> Any:
        self._is_told = exc_info is not None
        return self._start_response(status, headers, exc_info)

    def whole(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The body. Raises `error` at its end, unless a2wsgi has told it."""
        yield from pieces
        if self.error and not self._is_told:
            raise self.error


def _run(loop: asyncio.AbstractEventLoop) -> None:
    loop.run_forever()
    loop.close()


def _well_behaved(app: Any, state: Mapping[str, Any], answer: Answer) -> Any:
    """The app, which prints its exceptions: a2wsgi tells most of them to nobody.

    It keeps to its turn: a2wsgi would wait for ever for an answer that never ends, or for somebody
    to take what comes after its end.
    """

    async def call(scope: Any, receive: Any, send: Any) -> None:
        last: Dict[str, Any] = {}

        async def heard() -> Any:
            return {"type": "http.disconnect"} if _is_end(last) else await receive()

        async def said(message: Dict[str, Any]) -> None:
            if _is_end(last):
                raise RuntimeError("the app has sent more after the end of its answer")
            last.update({"more_body": False, **message})
            await send(message)

        try:
            await app({**scope, "state": dict(state)}, heard, said)
            _insist_on_end(last)
        except Exception as error:
            show(error)
            answer.error = None if _is_end(last) else error
            raise
        except (SystemExit, KeyboardInterrupt) as error:  # it would end the loop
            show(error)
            answer.error = None if _is_end(last) else error
            raise RuntimeError(ENDED) from error

    return call


def _is_end(message: Mapping[str, Any]) -> bool:
    return message.get("type") == "http.response.body" and not message["more_body"]


def _insist_on_end(last: Mapping[str, Any]) -> None:
    if not _is_end(last):
        raise RuntimeError("the app has returned without completing its answer")


class Lifespan:
    """What an app does before its first request and at the end of the process.

    `state` is what it keeps for all requests.
    """

    def __init__(self, app: Any) -> None:
        self._app = app
        self.state: Dict[str, Any] = {}
        self._asked: List[str] = []
        self._is_failed = False
        self._message = ""

    async def start(self) -> None:
        """Return when the app has started up, or has no such phase; else raise its exception."""
        self._process = os.getpid()
        self._told, self._is_over = asyncio.Event(), asyncio.Event()
        self._task = asyncio.ensure_future(self._run())
        await self._told.wait()
        if self._is_failed:
            await self._task  # raises what the app has raised
            raise RuntimeError("the app's startup failed: %s" % self._message)

    def end(self, loop: asyncio.AbstractEventLoop) -> None:
        """Let it end, in a moment. PythonAnywhere may well kill the process before."""
        if self._process == os.getpid():
            with suppress(Exception):
                asyncio.run_coroutine_threadsafe(self._end(), loop).result(SHUTDOWN_SECONDS)

    async def _end(self) -> None:
        self._is_over.set()
        await self._task

    async def _run(self) -> None:
        try:
            await self._app({**LIFESPAN, "state": self.state}, self._receive, self._send)
        except (SystemExit, KeyboardInterrupt) as error:
            self._is_failed = True
            raise RuntimeError(ENDED) from error
        except Exception as error:
            if self._is_over.is_set():
                show(error)
            elif self._is_failed:  # else the app has no such phase
                raise
        finally:
            self._told.set()

    async def _receive(self) -> Dict[str, Any]:
        if self._asked:
            await self._is_over.wait()
        self._asked.append("lifespan.shutdown" if self._asked else "lifespan.startup")
        return {"type": self._asked[-1]}

    async def _send(self, message: Dict[str, Any]) -> None:
        asked, _, said = message["type"].rpartition(".")
        if asked not in self._asked or said not in ("complete", "failed"):
            raise RuntimeError("%s is not an answer to lifespan.startup" % message["type"])
        if asked == "lifespan.startup":
            self._is_failed = said == "failed"
            self._message = str(message.get("message", ""))
            if not self._is_failed:
                self._told.set()
