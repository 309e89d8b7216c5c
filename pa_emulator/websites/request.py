"""A visitor's request as HTTP/1.1 bytes for a website's server."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_to_bytes

from pa_emulator.hosting.variables import forwarded

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

NOT_PASSED_ON = {
    "HTTP_CONNECTION",
    "HTTP_EXPECT",
    "HTTP_KEEP_ALIVE",
    "HTTP_TRANSFER_ENCODING",
    "HTTP_UPGRADE",
}
"""These are about one connection, not about visitor and app. A body is sent with its length."""
PLAIN = "/!$&'()*+,:;=@"
"""nginx does not encode these in a path that it has made normal."""


def is_websocket(environ: WSGIEnvironment) -> bool:
    return str(environ.get("HTTP_UPGRADE", "")).lower() == "websocket"


def head(environ: WSGIEnvironment, length: int | None) -> bytes:
    """Return the request line and the headers; `length` is the body's, None without a body."""
    headers = _headers(environ)
    if length is not None:
        headers.append(("Content-Length", str(length)))
    if is_websocket(environ):
        headers += [("Connection", "Upgrade"), ("Upgrade", environ["HTTP_UPGRADE"])]
    else:
        headers.append(("Connection", "close"))
    lines = [f"{environ['REQUEST_METHOD']} {_target(environ)} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode("latin-1", "replace")


def _target(environ: WSGIEnvironment) -> str:
    """Return path and query. The path is unchanged, unless the front has resolved it."""
    came, mark, query = environ["REQUEST_URI"].partition("?")
    if not came.startswith("/"):  # the absolute form, as sent to proxies
        came = "/" + came.partition("://")[2].partition("/")[2]
    path = environ["PATH_INFO"].encode("latin-1")
    if unquote_to_bytes(came.encode("latin-1")) != path:
        came = quote(path, safe=PLAIN)
    return f"{came}{mark}{query}"


def _headers(environ: WSGIEnvironment) -> list[tuple[str, str]]:
    headers = [
        (name.removeprefix("HTTP_").replace("_", "-").title(), value)
        for name, value in (environ | forwarded(environ)).items()
        if name.startswith("HTTP_") and name not in NOT_PASSED_ON
    ]
    kind = environ.get("CONTENT_TYPE")
    return [*headers, ("Content-Type", kind)] if kind else headers
