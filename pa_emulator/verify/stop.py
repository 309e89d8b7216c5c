"""Ctrl-C, SIGTERM and SIGHUP: the first one ends the cases, a second one the undoing."""

from __future__ import annotations

import contextlib
import math
import signal
import time
from typing import TYPE_CHECKING

from pa_emulator.verify.shield import SIGNALS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pa_emulator.verify.progress import Say

TOLD = (
    "Removing what this run made. Press Ctrl-C again to stop; "
    "then you see what is left and how to remove it."
)
READING_SECONDS = 0.5


class Stopped(BaseException):
    """Somebody wants the run to end. Not an Exception, so that no handler of errors catches it."""


class Stop:
    """Raises Stopped once, and only inside of `armed`.

    The undoing is not interrupted by accident. It ends only at a signal that comes after TOLD, late
    enough that somebody can have read it: a closed terminal sends two signals at once.
    """

    def __init__(self, say: Say, now: Callable[[], float] = time.monotonic) -> None:
        self._say = say
        self._now = now
        self._is_armed = False
        self._is_undoing = False
        self._has_come = False
        self._has_told = False
        self._told_at = math.inf
        self.has_given_up = False

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        before = {number: signal.signal(number, self._came) for number in SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextlib.contextmanager
    def armed(self) -> Iterator[None]:
        """Let a signal raise Stopped in this block, also one that has come before."""
        try:
            self._is_armed = True
            if self._has_come:
                self._raise()
            yield
        finally:
            self._is_armed = False

    def undo(self) -> None:
        """Note that the undoing begins."""
        self._is_undoing = True
        if self._has_come:
            self._tell()

    def _came(self, *_: object) -> None:
        if self._now() >= self._told_at + READING_SECONDS:
            self.has_given_up = True
        self._has_come = True
        if self._is_armed:
            self._raise()
        if self._is_undoing:
            self._tell()

    def _raise(self) -> None:
        self._is_armed = False
        raise Stopped

    def _tell(self) -> None:
        if not self._has_told:
            self._has_told = True
            self._say(TOLD)
            self._told_at = self._now()
