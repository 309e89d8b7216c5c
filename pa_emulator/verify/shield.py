"""Delays signals while a call makes something, because its answer says what it made."""

from __future__ import annotations

import contextlib
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SIGNALS = {
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
}
"""The signals that end a run."""
CAN_WAIT = hasattr(signal, "pthread_sigmask")  # not on Windows


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Delay signals until the end of the block."""
    with _masked("SIG_BLOCK"):
        yield


@contextlib.contextmanager
def disturbed() -> Iterator[None]:
    """Let signals come at once: no call is on its way."""
    with _masked("SIG_UNBLOCK"):
        yield


@contextlib.contextmanager
def _masked(how: str) -> Iterator[None]:
    if not CAN_WAIT:
        yield
        return
    before = signal.pthread_sigmask(getattr(signal, how), SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def is_wanted() -> bool:
    """Tell whether a signal is waiting."""
    return CAN_WAIT and bool(signal.sigpending() & SIGNALS)
