"""Ctrl-C and SIGTERM: the first ends the cases, the next one the undoing."""

from __future__ import annotations

import contextlib
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


class StoppedError(BaseException):
    """Somebody wants the run to end. Not an Exception, so that nothing takes it for a fault."""


class Stop:
    """Raises StoppedError once, and only inside of `armed`: what is undone is not torn apart."""

    def __init__(self) -> None:
        self._is_armed = False
        self._again = 0

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        before = {number: signal.signal(number, self._came) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def arm(self) -> None:
        self._is_armed = True

    def disarm(self) -> None:
        self._is_armed = False

    @property
    def has_given_up(self) -> bool:
        """Tell whether one more signal came after the first."""
        return self._again > 0

    def _came(self, *_: object) -> None:
        if self._is_armed:
            self._is_armed = False
            raise StoppedError
        self._again += 1
