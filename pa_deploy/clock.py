"""Time as an argument: code that waits or measures gets a clock, so tests need not wait."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Protocol

from pa_deploy.errors import OutOfTime


class Clock(Protocol):
    """The only source of time for the rest of the program."""

    def now(self) -> float:
        """Seconds since some moment; never goes back."""

    def sleep(self, seconds: float) -> None:
        """Return after `seconds`."""

    def time(self) -> float:
        """Seconds since the epoch."""

    def today(self) -> date:
        """The date in UTC."""


class SystemClock:
    """The clock of this machine."""

    def now(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def time(self) -> float:
        return time.time()

    def today(self) -> date:
        return datetime.now(UTC).date()


class Deadline:
    """The moment at which `timeout` is used up."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self.clock = clock
        self.seconds = seconds
        self._end = clock.now() + seconds
        self._reserved = 0.0

    def remaining(self) -> float:
        """Seconds left, never below zero."""
        return max(0.0, self._end - self._reserved - self.clock.now())

    def reserve(self, seconds: float) -> None:
        """Keep the last `seconds` for work at the end, if more than that are left."""
        self._reserved = seconds if self.remaining() > seconds else 0.0

    def extend(self, seconds: float) -> None:
        """Allow so many in all, if that is more than was allowed so far."""
        more = max(0.0, seconds - self.seconds)
        self.seconds += more
        self._end += more

    @contextmanager
    def reserved(self, seconds: float) -> Iterator[None]:
        """Inside, `seconds` remain, whatever was left: they were reserved."""
        end, self._end, self._reserved = self._end, self.clock.now() + seconds, 0.0
        try:
            yield
        finally:
            self._end = end

    def check(self, doing: str, seconds: float = 0.0) -> None:
        """Raise OutOfTime, which names `doing`, unless more than `seconds` remain."""
        if self.remaining() <= seconds:
            raise self.out_of_time(doing)

    def out_of_time(self, doing: str) -> OutOfTime:
        """The failure for work that has used up the time."""
        return OutOfTime(
            f"The time limit of the run, {self.seconds:g} s, is too short for {doing}.",
            advice="Set `timeout` to more seconds, or see in the log what took so long.",
        )
