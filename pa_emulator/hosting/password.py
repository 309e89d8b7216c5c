"""Basic authentication of a whole site, as the platform does it in front of the web app."""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import TYPE_CHECKING

from pa_emulator.choices import PASSWORD_CHARACTERS

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment


def admits(environ: WSGIEnvironment, password: tuple[str, str]) -> bool:
    """Whether the request carries the site's user name and password."""
    kind, _, credentials = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    if kind.lower() != "basic":
        return False
    try:
        given = base64.b64decode(credentials, validate=True)
    except (binascii.Error, ValueError):
        return False
    wanted = ":".join(password).encode()
    return hmac.compare_digest(_compared(given), _compared(wanted))


def _compared(credentials: bytes) -> bytes:
    """Return the parts that count: the user name, and the password's first characters."""
    name, colon, password = credentials.partition(b":")
    return name + colon + password[:PASSWORD_CHARACTERS]
