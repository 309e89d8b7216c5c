"""A request by which pa-deploy says that the pointer has changed, so that no reload has to.

It is signed with a key that only the account and pa-deploy know, and has no command. The answer is
the status. Anybody else's request goes to the app as it is.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Any

from .app import App
from .boot import one_boot, work
from .files import REQUEST_KEY, Home, read_bytes
from .start import start_preparer
from .status import is_decided, is_prepared, read_pointer, read_status

VARIABLE = "HTTP_X_PA_DEPLOY"
HEADER = "X-Pa-Deploy"
SIGNED = re.compile("([0-9a-zA-Z]{1,64}):([0-9a-f]{64})")


def answering(home: Home, app: App) -> App:
    """The app, and an answer to that request."""

    def application(environ: Any, start_response: Any) -> Any:
        if VARIABLE not in environ or not _is_ours(home, environ[VARIABLE]):
            return app(environ, start_response)
        state = _begin(home)
        headers = [("Content-Type", "application/json"), ("Cache-Control", "no-store")]
        start_response("202 Accepted", [*headers, (HEADER, state)])
        return [read_bytes(home.at("status.json"))]

    return application


def _is_ours(home: Home, said: str) -> bool:
    """Whether somebody who knows the key speaks of the present pointer."""
    found = SIGNED.fullmatch(said)
    if not found or found[1] != read_pointer(home).get("nonce"):
        return False
    try:
        key = read_bytes(home.at(REQUEST_KEY))
    except OSError:
        return False
    expected = hmac.new(key, found[1].encode(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(found[2], expected)


def _begin(home: Home) -> str:
    """Start the preparer, unless there is one or nothing to do. What is being done, in a word."""
    with one_boot(home), work(home) as lock:
        if lock < 0:
            return "busy"
        status, wanted = read_status(home), read_pointer(home)
        if not wanted or is_decided(status, wanted) or is_prepared(status, wanted):
            return "idle"
        start_preparer(home, wanted, lock, 0.0)
    return "preparing"
