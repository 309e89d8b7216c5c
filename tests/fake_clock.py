"""A clock that tests move: sleeping takes no time. And how the real one sleeps in `make test`."""

import time
from datetime import date

SPEED = 5


def sleep_less(_clock: object, seconds: float) -> None:
    """In the place of `SystemClock.sleep`: only the pauses between two looks get shorter."""
    time.sleep(seconds / SPEED)


class FakeClock:
    def __init__(self) -> None:
        self.seconds = 1000.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds

    def time(self) -> float:
        return 1_770_000_000.0 + self.seconds

    def today(self) -> date:
        return date(2026, 3, 1)
