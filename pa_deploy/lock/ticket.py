"""A run's ticket: a file whose name says all that the rules of the lock need to know."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

NAME = re.compile(r"(?P<since>\d{10})-(?P<nonce>[0-9a-f]{16})-(?P<until>\d{10})")


@dataclass(frozen=True, slots=True, order=True)
class Ticket:
    """A run that has the lock or waits for it; the older, the smaller. Seconds since the epoch."""

    since: int
    nonce: str
    until: int

    @property
    def name(self) -> str:
        return f"{self.since}-{self.nonce}-{self.until}"


NOBODYS = Ticket(0, "", 0)


def read_name(name: str) -> Ticket | None:
    """The ticket of that name; None for a file that is no ticket."""
    match = NAME.fullmatch(name)
    if match is None:
        return None
    return Ticket(int(match["since"]), match["nonce"], int(match["until"]))


def clock_time(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, tz=UTC):%Y-%m-%d %H:%M:%S} UTC"
