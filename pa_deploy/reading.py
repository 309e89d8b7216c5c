"""What may take for ever is read in a thread of its own, so that a signal ends the wait for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

POLL_SECONDS = 0.2
"""A wait without an end could miss a signal that comes just before it begins."""

Value = TypeVar("Value")


class Reading(Generic[Value]):
    """A read under way in a thread. A daemon, so that an interrupted run need not wait for it."""

    def __init__(self, read: Callable[[], Value]) -> None:
        self._read = read
        self._values: list[Value] = []
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._values.append(self._read())
        except BaseException as error:  # raised again where it is awaited
            self._error = error

    def wait(self) -> None:
        while self._thread.is_alive():
            self._thread.join(POLL_SECONDS)

    def result(self) -> Value:
        """What was read, or what went wrong, once it is over."""
        self.wait()
        if self._error is not None:
            raise self._error
        return self._values[0]
