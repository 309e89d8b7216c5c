"""The site is asked while PythonAnywhere is looked at; that answer counts if nothing changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pa_emulator import Emulator
from tests.faults.state import put_state
from tests.faults.world import World

INPUTS = {
    "python-version": "3.13",
    "static-files": "/a/ = /a",
    "reload": "auto",
    "health-timeout": "30",
}


class Site:
    """What the site answers, one after the other; the last for ever."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.visits = 0

    def status(self) -> int:
        self.visits += 1
        return self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]


@pytest.fixture
def world(plain_emulator: Emulator, tmp_path: Path) -> Iterator[World]:
    """With the web app as INPUTS want it."""
    put_state(plain_emulator, None)
    there = World(plain_emulator, tmp_path)
    assert there.run(INPUTS).exit_code == 0
    yield there
    plain_emulator.clear_faults()


def test_a_run_with_nothing_to_change_asks_the_site_once(world: World) -> None:
    site = Site(200)

    ran = world.run(INPUTS, site.status)

    assert (ran.exit_code, site.visits) == (0, 1)
    assert ran.outcome.health is not None
    assert ran.outcome.health.healthy


def test_what_the_site_said_before_a_change_does_not_count_after_it(world: World) -> None:
    ran = world.run({**INPUTS, "static-files": "/a/ = /b"}, Site(200, 500).status)

    assert ran.exit_code == 8


def test_a_site_that_was_unhealthy_early_is_asked_thoroughly(world: World) -> None:
    site = Site(500, 200)

    ran = world.run(INPUTS, site.status)

    assert (ran.exit_code, site.visits) == (0, 11)


def test_an_answer_from_long_before_the_end_of_the_look_does_not_count(world: World) -> None:
    world.pa.add_fault(method="GET", path="webapps/$", throttle=60)
    site = Site(200, 500)

    ran = world.run(INPUTS, site.status)

    assert ran.exit_code == 8


@pytest.mark.parametrize("more", [{"mode": "plan"}, {"reload": "never"}, {"health-check": "none"}])
def test_a_run_that_does_not_end_with_the_site_does_not_ask_it_early(
    world: World, more: dict[str, str]
) -> None:
    site = Site(200)

    assert world.run({**INPUTS, **more}, site.status).exit_code == 0
    assert site.visits == 0
