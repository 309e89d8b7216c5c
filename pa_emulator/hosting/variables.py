"""A visitor's request as the variables that uWSGI gets."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from pa_emulator.hosting import wire

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

INTERNAL_ADDRESS = "10.0.0.46"
"""To a web app, PythonAnywhere's own web server is the peer (help pages)."""


def forwarded(environ: WSGIEnvironment) -> dict[str, str]:
    """Return what the front says about the visitor; the visitor's own headers do not count."""
    client, before = environ["REMOTE_ADDR"], environ.get("HTTP_X_FORWARDED_FOR")
    return {
        # A request here stands for one to the live site, which is behind https.
        "HTTP_X_FORWARDED_PROTO": "https",
        "HTTP_X_REAL_IP": client,
        "HTTP_X_FORWARDED_FOR": f"{before}, {client}" if before else client,
    }


def variables(environ: WSGIEnvironment, domain: str, length: int) -> dict[str, str]:
    plain = {name: value for name, value in environ.items() if name.startswith("HTTP_")}
    return plain | {
        "REQUEST_METHOD": environ["REQUEST_METHOD"],
        "REQUEST_URI": environ["REQUEST_URI"],
        "PATH_INFO": environ["PATH_INFO"],
        "QUERY_STRING": environ["QUERY_STRING"],
        "SERVER_PROTOCOL": environ["SERVER_PROTOCOL"],
        "SERVER_NAME": domain,
        "SERVER_PORT": "443" if environ["wsgi.url_scheme"] == "https" else "80",
        "UWSGI_SCHEME": environ["wsgi.url_scheme"],
        "CONTENT_TYPE": environ.get("CONTENT_TYPE", ""),
        "CONTENT_LENGTH": str(length) if length or "CONTENT_LENGTH" in environ else "",
        "REMOTE_ADDR": INTERNAL_ADDRESS,
        "REMOTE_PORT": environ["REMOTE_PORT"],
        **forwarded(environ),
    }


def body(environ: WSGIEnvironment) -> tuple[IO[bytes], int]:
    """Return the body and its length in bytes. Raises BadBody."""
    is_in_chunks = environ.get("wsgi.input_terminated")
    length = None if is_in_chunks else int(environ.get("CONTENT_LENGTH") or 0)
    return wire.spooled(environ["wsgi.input"], length)
