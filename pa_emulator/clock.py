"""The emulator's time: the real one plus what a test has added."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

GLANCE_SECONDS = 0.02


class Clock:
    """Runs with the machine's clock; `advance` moves it forward."""

    def __init__(self) -> None:
        self._offset = 0.0

    def timestamp(self) -> float:
        """Seconds since the epoch."""
        return time.time() + self._offset

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.timestamp(), tz=UTC)

    def advance(self, seconds: float) -> None:
        self._offset += seconds

    def reset(self) -> None:
        self._offset = 0.0

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Wait for an event, no longer than `seconds` of this clock; True if it came."""
        return self.wait_until(event.is_set, seconds, event.wait)

    def wait_until(
        self,
        done: Callable[[], bool],
        seconds: float,
        pause: Callable[[float], object] = time.sleep,
    ) -> bool:
        """Look at `done` again and again for at most `seconds` of this clock."""
        deadline = self.timestamp() + seconds
        while not done():
            if self.timestamp() >= deadline:
                return False
            pause(GLANCE_SECONDS)
        return True
