"""A real HTTP server in front of an emulator that forwards every request and lies about some.

Each of `LIES` stands for one kind of difference that a real server could show.
"""

from __future__ import annotations

import http.client
import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

_WEBAPP = r"webapps/[^/]+/$"
_ROWS = r"webapps/[^/]+/static_files/"
# What this server writes itself, or what ends at each of the two connections.
_OWN_HEADERS = {
    "connection",
    "content-length",
    "content-type",
    "transfer-encoding",
    "date",
    "server",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """A request; `path` has its query."""

    method: str
    path: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; `headers` are those beside the content's type and length."""

    status: int
    content_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def data(self) -> Any:  # noqa: ANN401 - JSON of any shape
        return json.loads(self.body)

    def saying(self, data: object) -> Reply:
        return replace(self, body=json.dumps(data).encode())


Lie = Callable[[Seen, Reply], Reply]


@dataclass(frozen=True, slots=True)
class About:
    """Lies about the answers of one status to one kind of request; the rest is as it was."""

    method: str
    path: str
    status: int
    change: Callable[[Reply], Reply]

    def __call__(self, seen: Seen, reply: Reply) -> Reply:
        return self.change(reply) if self._is_meant(seen, reply) else reply

    def _is_meant(self, seen: Seen, reply: Reply) -> bool:
        return reply.status == self.status and _is(seen, self.method, self.path)


@dataclass(frozen=True, slots=True)
class Undone:
    """Claims that a request was carried out, which never reaches the server behind."""

    method: str
    path: str
    claim: Reply

    def __call__(self, _seen: Seen, reply: Reply) -> Reply:
        return reply

    def keeps(self, seen: Seen) -> bool:
        return _is(seen, self.method, self.path)


def _is(seen: Seen, method: str, path: str) -> bool:
    """Tell whether it is such a request; `path` is a pattern, and begins behind the user's name."""
    found = re.search(r"^/api/v\d/user/[^/]+/+(.*)", seen.path)
    return bool(found and seen.method == method and re.match(path, found[1]))


def _with_status(status: int) -> Callable[[Reply], Reply]:
    return lambda reply: replace(reply, status=status)


def _with_key(key: str, value: object) -> Callable[[Reply], Reply]:
    return lambda reply: reply.saying({**reply.data, key: value})


def _with_another_error_type(reply: Reply) -> Reply:
    has_it = "error_type" in reply.data
    return reply.saying({**reply.data, "error_type": "too_many"}) if has_it else reply


def _without_key(key: str) -> Callable[[Reply], Reply]:
    return lambda reply: reply.saying(
        {name: reply.data[name] for name in reply.data if name != key}
    )


def _as_text(key: str) -> Callable[[Reply], Reply]:
    return lambda reply: reply.saying({**reply.data, key: str(reply.data[key])})


def _conflict(reply: Reply) -> Reply:
    body = {"status": "error", "error": "generic_error"}
    return replace(reply, status=409).saying(body)


def _without_types(reply: Reply) -> Reply:
    if "json" not in reply.content_type:  # a file
        return reply
    return reply.saying({name: {"url": entry["url"]} for name, entry in reply.data.items()})


def _elsewhere(reply: Reply) -> Reply:
    headers = (*reply.headers, ("Location", "/login/"))
    return replace(reply, status=302, body=b"", headers=headers)


def _with_other_words(reply: Reply) -> Reply:
    return reply.saying({"detail": "There is no such thing."})


_DELETED = Reply(204, "", b"")

LIES: dict[str, Lie] = {
    "creation of a web app is 201": About("POST", "webapps/$", 200, _with_status(201)),
    "a web app lacks a key": About("GET", _WEBAPP, 200, _without_key("virtualenv_path")),
    "a web app has a key more": About("GET", _WEBAPP, 200, _with_key("plan", "free")),
    "null in place of text": About("GET", _WEBAPP, 200, _with_key("source_directory", None)),
    "a list in place of an object": About(
        "GET", _WEBAPP, 200, lambda reply: reply.saying([reply.data])
    ),
    "an object in place of a list": About(
        "GET",
        "consoles/shared_with_you/",
        200,
        lambda reply: reply.saying({"consoles": reply.data}),
    ),
    "a number as text": About("GET", "cpu/", 200, _as_text("daily_cpu_limit_seconds")),
    "ids are texts": About("POST", _ROWS, 201, _as_text("id")),
    "JSON is called text/html": About(
        "GET", "webapps/$", 200, lambda reply: replace(reply, content_type="text/html")
    ),
    "another error_type": About("POST", "webapps/$", 400, _with_another_error_type),
    "a reload is 409": About("POST", r"webapps/[^/]+/reload/", 200, _conflict),
    "a new file is 200": About("POST", "files/path/", 201, _with_status(200)),
    "a listing without types": About("GET", "files/path/home/", 200, _without_types),
    "a missing web app is 403": About("GET", _WEBAPP, 404, _with_status(403)),
    "an empty body": About("POST", "files/sharing/", 201, lambda reply: replace(reply, body=b"")),
    "a redirect": About("GET", "files/tree/", 200, _elsewhere),
    "other words in an error": About("GET", "files/path/", 404, _with_other_words),
    "a deletion that did nothing": Undone("DELETE", _ROWS, _DELETED),
}


class Liar:
    """Serves at `url` what is at `behind`, altered by `lie`; without one it is honest."""

    def __init__(self, behind: str, lie: Lie | None) -> None:
        self._behind = urlsplit(behind).netloc
        self._lie = lie
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def answer(self, seen: Seen, headers: dict[str, str]) -> Reply:
        if isinstance(self._lie, Undone) and self._lie.keeps(seen):
            return self._lie.claim
        reply = self._forward(seen, headers)
        return self._lie(seen, reply) if self._lie else reply

    def _forward(self, seen: Seen, headers: dict[str, str]) -> Reply:
        connection = http.client.HTTPConnection(self._behind, timeout=60)
        try:
            connection.request(seen.method, seen.path, seen.body or None, headers)
            answer = connection.getresponse()
            others = tuple(
                (name, value)
                for name, value in answer.getheaders()
                if name.lower() not in _OWN_HEADERS
            )
            kind = answer.getheader("Content-Type", "")
            return Reply(answer.status, kind, answer.read(), others)
        finally:
            connection.close()


def _handler(liar: Liar) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # headers and body in one piece: the second would wait for an acknowledgement

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            reply = liar.answer(Seen(self.command, self.path, body), dict(self.headers.items()))
            self.send_response(reply.status)
            if reply.content_type:
                self.send_header("Content-Type", reply.content_type)
            for name, value in reply.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.body)

        do_GET = do_HEAD = do_OPTIONS = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    return Handler
