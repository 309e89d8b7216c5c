"""A site whose answers a test has written down, visited without a network and without waiting."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pa_deploy.clock import Deadline
from pa_deploy.hosts import find_host
from pa_deploy.model import Health, HealthCheck, PasswordProtection
from pa_deploy.transport import Answer, Http
from pa_deploy.verify import Site, ask_once, wait_until_healthy
from tests.fake_clock import FakeClock

DOMAIN = "alice.pythonanywhere.com"
SITE = f"https://{DOMAIN}"
NEW, OLD = "00000000000000ff", "000000000000000a"


def answer(status: int = 200, body: str = "page", **headers: str) -> Answer:
    """`_` in a header's name stands for `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status=status, headers=named, body=body.encode())


def of_release(release: str = NEW, status: int = 200, body: str = "page", **headers: str) -> Answer:
    return answer(status, body, x_release=release, **headers)


def check(path: str = "/", **more: Any) -> HealthCheck:  # noqa: ANN401 - fields of HealthCheck
    given = {"statuses": ((200, 399),), "text": None, "timeout_seconds": 60, **more}
    return HealthCheck(url=f"{SITE}{path}", domain=DOMAIN, **given)


def check_release(path: str = "/", **more: Any) -> HealthCheck:  # noqa: ANN401 - as above
    return check(path, **{"release": NEW, "mapped": (), **more})


@dataclass(frozen=True, slots=True)
class Scripted(Site):
    """Answers visit number n to a URL with answer number n; the last one goes on for ever."""

    answers: dict[str, list[Answer]]
    asked: list[str] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    lock: Any = field(default_factory=threading.Lock)

    def get(
        self,
        url: str,
        read_seconds: float = 30,  # noqa: ARG002 - as those of Site
        login: PasswordProtection | None = None,
        headers: object = None,  # noqa: ARG002
    ) -> Answer:
        with self.lock:
            self.asked.append(url)
            if login:
                self.logins.append(url)
            left = self.answers[url.partition("?")[0].removeprefix(SITE)]
            return left.pop(0) if len(left) > 1 else left[0]


@dataclass
class World:
    """A scripted site, and the time that passes while it is asked."""

    site: Scripted
    clock: FakeClock
    deadline: Deadline
    said: list[str] = field(default_factory=list)

    def visit(self, check: HealthCheck) -> Health:
        return ask_once(check, self.site, self.deadline)

    def wait(self, check: HealthCheck, **more: Any) -> Health:  # noqa: ANN401 - passed on
        return wait_until_healthy(check, self.site, self.deadline, self.said.append, **more)


def world(answers: dict[str, list[Answer]], make: Callable[[], FakeClock] = FakeClock) -> World:
    clock = make()
    deadline = Deadline(clock, 600)
    host = find_host("www.pythonanywhere.com", None)
    return World(Scripted(Http(deadline), host, "test/1", answers), clock, deadline)
