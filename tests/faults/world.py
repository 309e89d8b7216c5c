"""A world in which a deploy runs in this process: the emulator, time that no one waits for, a site.

The emulator's own faults make its answers go wrong. Delays are made here, in virtual time: a
request that is delayed beyond its time-out reaches the emulator late, when the run that gave it
up has gone on.
"""

from __future__ import annotations

import heapq
import io
import itertools
import re
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pa_deploy.api import Api
from pa_deploy.ci import Ci
from pa_deploy.clock import Clock, Deadline
from pa_deploy.deploy import Tools, deploy
from pa_deploy.model import Outcome
from pa_deploy.settings import Settings
from pa_deploy.settings.resolve import resolve
from pa_deploy.settings.sources import Given
from pa_deploy.transport import READ_SECONDS, Answer, Fault, Http, Method, Transport
from pa_deploy.verify import Site
from pa_emulator import Emulator
from tests.fake_clock import FakeClock

MOVE_SECONDS = 15.0
"""By how much the emulator's clock may be behind: moving it costs time."""


class WorldClock(FakeClock):
    """Sleeping takes no time, moves the emulator's clock along, and lets late requests arrive.

    Threads that sleep at once do so from the time that each has seen last, as real ones would.
    """

    def __init__(self, pa: Emulator) -> None:
        super().__init__()
        self._pa = pa
        self._late: list[tuple[float, int, Callable[[], object]]] = []
        self._behind = 0.0
        self._number = itertools.count()
        self._lock = threading.RLock()
        self._seen = threading.local()

    def now(self) -> float:
        with self._lock:
            self._seen.at = self.seconds
            return self.seconds

    def sleep(self, seconds: float) -> None:
        with self._lock:
            before = self.seconds
            end = max(before, getattr(self._seen, "at", before) + seconds)
            while self._late and self._late[0][0] <= end:
                due, _, arrive = heapq.heappop(self._late)
                self.seconds = max(self.seconds, due)
                arrive()
            self.slept.append(seconds)
            self.seconds = self._seen.at = end
            self._behind += end - before
            if self._behind >= MOVE_SECONDS:
                self._pa.advance(self._behind)
                self._behind = 0.0

    def later(self, seconds: float, arrive: Callable[[], object]) -> None:
        with self._lock:
            heapq.heappush(self._late, (self.seconds + seconds, next(self._number), arrive))

    def drain(self) -> None:
        """Let all that is still under way arrive."""
        with self._lock:
            while self._late:
                heapq.heappop(self._late)[2]()


@dataclass(kw_only=True)
class Delay:
    """The next `times` requests that fit are answered after `seconds`, if anyone still waits."""

    method: str
    path: str
    seconds: float
    times: int


class Wire(Http):
    """The way to the emulator, with delays."""

    def __init__(self, deadline: Deadline, clock: WorldClock, delays: list[Delay]) -> None:
        super().__init__(deadline)
        self._clock = clock
        self._delays = delays
        self._lock = threading.Lock()

    def exchange(
        self,
        method: Method,
        url: str,
        *,
        read_seconds: float = READ_SECONDS,
        direct: bool = False,
        **request: Any,  # noqa: ANN401 - as Http has it
    ) -> Answer:
        def arrive() -> Answer:
            return super(Wire, self).exchange(method, url, direct=direct, **request)

        seconds = self._delay(method, url)
        patience = min(read_seconds, self.deadline.remaining())
        if seconds < patience:
            if seconds:
                self._clock.sleep(seconds)
            return arrive()

        def arrive_late() -> None:
            with suppress(Fault):
                Http(Deadline(FakeClock(), 60)).exchange(method, url, direct=direct, **request)

        self._clock.later(seconds, arrive_late)
        self._clock.sleep(patience)
        raise Fault("no answer in time", sent=True)

    def _delay(self, method: str, url: str) -> float:
        path = urlsplit(url).path
        with self._lock:
            for delay in self._delays:
                fits = delay.method == method and re.search(delay.path, path)
                if fits and delay.times:
                    delay.times -= 1
                    return delay.seconds
        return 0.0


@dataclass(frozen=True, slots=True)
class ScriptedSite(Site):
    """A site whose answers `status` gives."""

    status: Callable[[], int]

    def get(
        self,
        url: str,  # noqa: ARG002 - as those of Site
        read_seconds: float = READ_SECONDS,  # noqa: ARG002
        login: object = None,  # noqa: ARG002
        headers: object = None,  # noqa: ARG002
    ) -> Answer:
        return Answer(status=self.status(), headers={}, body=b"")


@dataclass
class World:
    """One emulator without hosting, and what happens in it."""

    pa: Emulator
    workspace: Path

    def settings(self, inputs: dict[str, str]) -> Settings:
        account = {
            "token": self.pa.token,
            "username": self.pa.username,
            "host": self.pa.url,
            "allow-host": self.pa.url,
        }
        return resolve(Given.of({**account, **inputs}, {}, self.workspace))

    def tools(
        self,
        settings: Settings,
        status: Callable[[], int] = lambda: 200,
        delays: list[Delay] | None = None,
    ) -> tuple[Tools, WorldClock, io.StringIO]:
        clock = WorldClock(self.pa)
        deadline = Deadline(clock, settings.timeout_seconds)
        log = io.StringIO()
        wire = Wire(deadline, clock, delays or [])
        return self.assemble(settings, wire, log, status), clock, log

    def assemble(
        self, settings: Settings, http: Http, log: io.StringIO, status: Callable[[], int]
    ) -> Tools:
        ci = Ci(log, log)
        host = settings.target.host
        transport = Transport(
            host,
            settings.target.token,
            http,
            announce=ci.log,
            user_agent="test/1",
        )
        return Tools(
            api=Api(transport, settings.target.username),
            transport=transport,
            site=ScriptedSite(http, host, "test/1", status),
            deadline=http.deadline,
            ci=ci,
        )

    def run(
        self,
        inputs: dict[str, str],
        status: Callable[[], int] = lambda: 200,
        delays: list[Delay] | None = None,
    ) -> Ran:
        settings = self.settings(inputs)
        tools, clock, log = self.tools(settings, status, delays)
        outcome = deploy(settings, tools)
        clock.drain()
        return Ran(outcome, log.getvalue(), clock)


@dataclass(frozen=True)
class Ran:
    """A run that has ended."""

    outcome: Outcome
    log: str
    clock: Clock

    @property
    def exit_code(self) -> int:
        return self.outcome.failure.exit_code if self.outcome.failure else 0
