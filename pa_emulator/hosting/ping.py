"""The request that ends a reload: the site has 20 seconds to answer it."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

from pa_emulator.choices import PING_SECONDS

from . import wire

if TYPE_CHECKING:
    from pa_emulator.clock import Clock

    from .uwsgi import Uwsgi


def answers(uwsgi: Uwsgi, domain: str, clock: Clock) -> bool:
    """Ask the site for `/`; False if it has not answered in time, whatever the answer is."""
    answered = threading.Event()

    def ask() -> None:
        with contextlib.suppress(OSError, wire.NoAnswerError):
            wire.ask(uwsgi, _variables(domain), None, clock).close()
        answered.set()

    threading.Thread(target=ask, daemon=True).start()
    if not clock.wait(answered, PING_SECONDS):
        return False
    # Under --lazy-apps one worker has answered. The others import at the same time; what changes
    # after the reload must not reach them.
    clock.wait_until(uwsgi.has_settled, PING_SECONDS)
    return True


def _variables(domain: str) -> dict[str, str]:
    return {
        "REQUEST_METHOD": "GET",
        "REQUEST_URI": "/",
        "PATH_INFO": "/",
        "QUERY_STRING": "",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_NAME": domain,
        "SERVER_PORT": "80",
        "HTTP_HOST": domain,
        "REMOTE_ADDR": "127.0.0.1",
    }
