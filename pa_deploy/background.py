"""Do work that may never end in its own thread, so that a signal ends the wait for it."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from typing import Generic, Self, TypeVar

POLL_SECONDS = 0.2
"""A wait without an end could miss a signal that comes just before it begins."""

Value = TypeVar("Value")


def _no_end() -> float:
    """The seconds that are left if nothing limits them."""
    return math.inf


class Background(Generic[Value]):
    """`work`, which `start` begins in a thread. A daemon, so that an interrupted run need not wait
    for it.
    """

    def __init__(self, work: Callable[[], Value]) -> None:
        self._work = work
        self._over = threading.Event()
        self._values: list[Value] = []
        self._error: BaseException | None = None

    def start(self) -> Self:
        threading.Thread(target=self._run, daemon=True).start()
        return self

    def _run(self) -> None:
        try:
            self._values.append(self._work())
        except BaseException as error:  # raised again where it is awaited
            self._error = error
        self._over.set()

    def wait(self, left_seconds: Callable[[], float] = _no_end) -> bool:
        """True once it is over; False when no seconds are left, which is asked again and again."""
        while not self._over.is_set():
            left = left_seconds()
            if left <= 0:
                return False
            self._over.wait(min(POLL_SECONDS, left))
        return True

    def finish(self, left_seconds: Callable[[], float], give_up: Callable[[], None]) -> bool:
        """Start it, and wait: True once it is over. If no seconds are left, or a signal is raised
        at any moment, call `give_up` and let it finish.
        """
        try:
            ended = self.start().wait(left_seconds)
            if not ended:
                give_up()
        except BaseException:
            give_up()
            raise
        return ended

    def result(self) -> Value:
        """Wait until it is over; return its value or raise its error."""
        self.wait()
        if self._error is not None:
            raise self._error
        return self._values[0]


def interruptible(work: Callable[[], Value]) -> Value:
    """Return or raise as `work` does; a signal is raised here at once, even if `work` hangs."""
    return Background(work).start().result()
