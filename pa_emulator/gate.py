"""Receives each API call: delays it, makes it fail if a fault says so, and logs it."""

from __future__ import annotations

import errno
import json
import math
import socket
import time
from dataclasses import dataclass, replace
from email.utils import format_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from pa_emulator.choices import UPLOAD_LIMIT_BYTES
from pa_emulator.faults.rules import Fault
from pa_emulator.hosting import pages
from pa_emulator.hosting.variables import body
from pa_emulator.hosting.wire import BadBody
from pa_emulator.journal import Call

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from pa_emulator.machine import Machine

NO_FAULT = Fault()
HTML = ("Content-Type", "text/html; charset=utf-8")
GATEWAY_TEXT = "The server behind this one did not answer."


@dataclass(frozen=True, slots=True)
class Result:
    """A finished answer of which no byte is sent yet."""

    status: str
    headers: list[tuple[str, str]]
    chunks: Iterable[bytes]

    @property
    def code(self) -> int:
        return int(self.status.split()[0])


def answer(
    machine: Machine,
    app: WSGIApplication,
    environ: WSGIEnvironment,
    start_response: StartResponse,
) -> Iterable[bytes]:
    """Answer one API call through `app`, unless a fault applies."""
    started = time.perf_counter()
    method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
    fault = machine.faults.take(method, path) or NO_FAULT
    time.sleep(machine.config.latency_seconds)
    result = _result(fault, app, environ) if machine.faults.delay(fault) else None
    machine.journal.add(
        Call(
            method=method,
            path=path,
            query=environ["QUERY_STRING"],
            status=result.code if result else 0,
            seconds=round(time.perf_counter() - started, 6),
        )
    )
    if result is None:
        _hang_up(environ)
    elif fault.truncate is not None:
        _send_part(_dated(result, machine), fault.truncate, environ, start_response)
    else:
        start_response(result.status, _dated(result, machine).headers)
        return result.chunks
    return []


def _dated(result: Result, machine: Machine) -> Result:
    """Put the emulator's own time on an answer, in place of the machine's."""
    date = format_datetime(machine.clock.now(), usegmt=True)
    return replace(result, headers=[*result.headers, ("Date", date)])


def _result(fault: Fault, app: WSGIApplication, environ: WSGIEnvironment) -> Result | None:
    """Return the answer; None if the connection is to be dropped."""
    if fault.drop == "before":
        return None
    ordered = _ordered(fault)
    if ordered and not fault.work:
        return ordered
    done = _unreadable(environ) or _work(app, environ)
    if fault.drop == "after":
        return None
    return ordered or done


def _unreadable(environ: WSGIEnvironment) -> Result | None:
    """Return the web server's own answer to a malformed or too large body; it then hangs up."""
    try:
        if _length(environ) <= UPLOAD_LIMIT_BYTES:
            environ["wsgi.input"], length = body(environ)
            environ["CONTENT_LENGTH"] = str(length)
    except BadBody:
        status, text = 400, pages.malformed_body()
    else:
        if _length(environ) <= UPLOAD_LIMIT_BYTES:
            return None
        status, text = 413, pages.too_large()
    environ["pa.request"].close_connection = True
    return _made(status, text, [HTML])


def _length(environ: WSGIEnvironment) -> int:
    return int(environ.get("CONTENT_LENGTH") or 0)


def _ordered(fault: Fault) -> Result | None:
    """Return the answer that a fault gives in place of the real one."""
    if fault.throttle is not None:
        return _throttled(fault)
    if fault.status is None:
        return None
    text, kind = fault.body, fault.content_type
    if fault.html:
        kind = HTML[1]
        text = text or pages.plain(f"{fault.status} {_phrase(fault.status)}", GATEWAY_TEXT)
    return _made(fault.status, text, [("Content-Type", kind)])


def _throttled(fault: Fault) -> Result:
    seconds = math.ceil(fault.throttle or 0)
    noun = "second" if seconds == 1 else "seconds"
    detail = f"Request was throttled. Expected available in {seconds} {noun}."
    headers = [("Content-Type", "application/json")]
    if fault.retry_after:
        headers.append(("Retry-After", str(seconds)))
    return _made(429, fault.body or json.dumps({"detail": detail}), headers)


def _made(status: int, text: str, headers: list[tuple[str, str]]) -> Result:
    content = text.encode()
    length = ("Content-Length", str(len(content)))
    return Result(f"{status} {_phrase(status)}", [*headers, length], [content])


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in list(HTTPStatus) else "Unknown"


def _work(app: WSGIApplication, environ: WSGIEnvironment) -> Result:
    begun: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(
        status: str, headers: list[tuple[str, str]], _error: object = None
    ) -> Callable[[bytes], object]:
        begun[:] = [(status, headers)]
        return _no_write

    chunks = app(environ, start_response)
    return Result(*begun[0], chunks)


def _no_write(_chunk: bytes) -> None:
    """Django does not write; it returns its chunks."""


def _send_part(
    result: Result, size: int, environ: WSGIEnvironment, start_response: StartResponse
) -> None:
    """Promise the whole body, send the first `size` bytes, hang up."""
    content = b"".join(result.chunks)
    headers = [(name, value) for name, value in result.headers if name != "Content-Length"]
    write = start_response(result.status, [*headers, ("Content-Length", str(len(content)))])
    write(content[:size])
    _hang_up(environ)


def _hang_up(environ: WSGIEnvironment) -> None:
    environ["pa.request"].conn.socket.shutdown(socket.SHUT_RDWR)
    raise ConnectionResetError(errno.ECONNRESET, "hung up, as a fault ordered")
