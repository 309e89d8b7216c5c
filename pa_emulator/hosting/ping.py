"""The request that ends a reload: the site has 20 seconds to answer it."""

from __future__ import annotations

import contextlib
import http.client
import io
import threading
from typing import TYPE_CHECKING, Any

from pa_emulator.choices import PING_ADDRESS, PING_AGENT, PING_SECONDS

if TYPE_CHECKING:
    from pa_emulator.clock import Clock
    from pa_emulator.hosting.deployment import Deployment
    from pa_emulator.hosting.front import Front

NOBODY_WAITED = 499
"""nginx logs this status if the client went away before the answer."""


def answers(front: Front, deployment: Deployment, clock: Clock) -> bool:
    """Visit the site's `/`. Return True if any answer comes in time.

    The visit is in the access log like any other.
    """
    environ = _environ(deployment.domain)
    started = clock.timestamp()
    answered = threading.Event()
    log = threading.Lock()  # for whichever comes first: the answer or the time limit

    def write(status: int, sent: int) -> None:
        front.log(environ, deployment, status, sent, clock.timestamp() - started)

    def visit() -> None:
        answer = front.answer(environ, deployment)
        sent = 0
        with contextlib.suppress(OSError, http.client.HTTPException):
            for chunk in answer.chunks:
                sent += len(chunk)
        answer.close()
        if log.acquire(blocking=False):
            write(answer.status, sent)
            answered.set()

    threading.Thread(target=visit, daemon=True).start()
    if clock.wait(answered, PING_SECONDS) or not log.acquire(blocking=False):
        return True
    write(NOBODY_WAITED, 0)
    return False


def _environ(domain: str) -> dict[str, Any]:
    return {
        "wsgi.url_scheme": "https",
        "wsgi.input": io.BytesIO(),
        "REQUEST_METHOD": "GET",
        "REQUEST_URI": "/",
        "PATH_INFO": "/",
        "QUERY_STRING": "",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": domain,
        "HTTP_ACCEPT": "*/*",
        "HTTP_USER_AGENT": PING_AGENT,
        "REMOTE_ADDR": PING_ADDRESS,
        "REMOTE_PORT": "0",
    }
