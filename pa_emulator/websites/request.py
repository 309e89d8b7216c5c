"""A visitor's request as HTTP/1.1 bytes for a website's server."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

# They are between two machines, not between visitor and app; a body is sent with its length.
_NOT_PASSED_ON = {
    "HTTP_CONNECTION",
    "HTTP_EXPECT",
    "HTTP_KEEP_ALIVE",
    "HTTP_TRANSFER_ENCODING",
    "HTTP_UPGRADE",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_REAL_IP",
}


def is_websocket(environ: WSGIEnvironment) -> bool:
    return str(environ.get("HTTP_UPGRADE", "")).lower() == "websocket"


def head(environ: WSGIEnvironment, length: int | None) -> bytes:
    """Return the request line and the headers; `length` is the body's, None for none."""
    headers = [*_own(environ), *_forwarded(environ)]
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
    target: str = environ["REQUEST_URI"]
    if target.startswith("/"):
        return target
    return "/" + target.partition("://")[2].partition("/")[2]


def _own(environ: WSGIEnvironment) -> list[tuple[str, str]]:
    headers = [
        (name.removeprefix("HTTP_").replace("_", "-").title(), value)
        for name, value in environ.items()
        if name.startswith("HTTP_") and name not in _NOT_PASSED_ON
    ]
    kind = environ.get("CONTENT_TYPE")
    return [*headers, ("Content-Type", kind)] if kind else headers


def _forwarded(environ: WSGIEnvironment) -> list[tuple[str, str]]:
    client, before = environ["REMOTE_ADDR"], environ.get("HTTP_X_FORWARDED_FOR")
    return [
        ("X-Real-IP", client),
        ("X-Forwarded-For", f"{before}, {client}" if before else client),
        ("X-Forwarded-Proto", "https"),
    ]
