"""Keeps to the rate limit: 40 calls a minute of each endpoint (API page)."""

from __future__ import annotations

import math
import re
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pa_emulator.verify import progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from pa_emulator.verify.cases import Request
    from pa_emulator.verify.match import Reply
    from pa_emulator.verify.progress import Say

CALLS = 40
WINDOW_SECONDS = 62.0
"""A minute by the server's clock, plus some time for a call on its way."""
AGAIN = re.compile("available in ([0-9]{1,6}) second")
VIEWS = {"sharing", "tree", "path", "shared_with_you", "mysql"}
"""Words at the place where other paths have the name or id of a thing."""


def family(request: Request) -> str:
    """Return the endpoint to which a call counts.

    `webapps/DOMAIN/static_files/7/` -> `webapps/*/static_files/*`. Methods share one limit.
    """
    parts = request.parts
    if parts[:2] == ("files", "path"):
        return "files/path"
    return "/".join(
        "*" if at % 2 and part not in VIEWS and parts[0] != "user_perms" else part
        for at, part in enumerate(parts)
    )


def pause_asked_for(reply: Reply) -> float | None:
    """Return the seconds until a throttled call may be repeated; None if it was not throttled.

    PythonAnywhere has another 429, the page of the console limit, which names no time.
    """
    if reply.status != 429:
        return None
    header = reply.headers.get("retry-after", "")
    match = AGAIN.search(reply.text)
    if re.fullmatch("[0-9]{1,6}", header):
        return float(header)
    return float(match[1]) if match else None


@dataclass(frozen=True, slots=True)
class Clock:
    """The time that a run goes by."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class Pace:
    """The last calls of each endpoint. If `calls` is 0 there is no limit. `say` reports waits."""

    calls: int
    clock: Clock
    say: Say = progress.nothing
    _made: defaultdict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def wait(self, request: Request) -> None:
        """Wait until the endpoint may be called once more, and count the call."""
        if not self.calls:
            return
        made = self._made[family(request)]
        if len(made) == self.calls:
            self.rest(made.popleft() + WINDOW_SECONDS - self.clock.now())
        made.append(self.clock.now())

    def rest(self, seconds: float) -> None:
        """Wait for the rate limit."""
        if seconds > 0:
            self.say(f"waiting {math.ceil(seconds)} s for the rate limit")
            self.clock.sleep(seconds)
