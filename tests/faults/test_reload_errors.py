"""What a deploy without releases makes of the errors that a reload can answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pa_emulator import Emulator
from tests.faults.state import put_state
from tests.faults.world import Ran, World

INPUTS = {"python-version": "3.13", "force-https": "true", "lock": "false"}
WORKED = ["cname_error", "slow_startup_error"]
DOUBTFUL = ["virtualenv_error", "generic_error", "quota_error"]
LOG = "/var/log/alice.pythonanywhere.com.server.log"
START = "2026-11-30 12:00:00 spawned uWSGI master process (pid: 1)\n"


@pytest.fixture
def world(plain_emulator: Emulator, tmp_path: Path) -> Iterator[World]:
    put_state(plain_emulator, "3.13")
    log = plain_emulator.path(LOG)
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text("")
    yield World(plain_emulator, tmp_path)
    plain_emulator.clear_faults()
    log.write_text("")


def answer_reloads(world: World, error: str, times: int | None = None) -> None:
    body = f'{{"status": "error", "error": "{error}"}}'
    world.pa.add_fault(method="POST", path="reload/$", status=409, body=body, times=times)


def warnings(ran: Ran, error: str) -> int:
    names = {"cname_error": "no CNAME record", "slow_startup_error": "within 20 s"}
    return sum(names.get(error, error) in each for each in ran.outcome.warnings)


@pytest.mark.parametrize("error", [*WORKED, *DOUBTFUL])
def test_an_error_is_a_warning_and_the_healthy_site_decides(world: World, error: str) -> None:
    answer_reloads(world, error)

    ran = world.run(INPUTS)

    assert (ran.exit_code, ran.outcome.reloaded, warnings(ran, error)) == (0, True, 1), ran.log


@pytest.mark.parametrize("error", [*WORKED, *DOUBTFUL])
def test_an_error_is_a_warning_and_the_unhealthy_site_decides(world: World, error: str) -> None:
    answer_reloads(world, error)

    ran = world.run({**INPUTS, "health-timeout": "5"}, status=lambda: 500)

    assert (ran.exit_code, warnings(ran, error)) == (8, 1), ran.log


@pytest.mark.parametrize("body", ['{"detail": "busy"}', "<h1>Conflict</h1>", ""])
def test_an_answer_that_pythonanywhere_is_not_known_to_give_is_not_green(
    world: World, body: str
) -> None:
    world.pa.add_fault(method="POST", path="reload/$", status=409, body=body, times=None)

    ran = world.run(INPUTS)

    assert (ran.exit_code, ran.outcome.reloaded) == (7, False), ran.log


@pytest.mark.parametrize("error", WORKED)
def test_what_has_worked_is_green_without_a_health_check(world: World, error: str) -> None:
    answer_reloads(world, error)

    ran = world.run({**INPUTS, "health-check": "none"})

    assert (ran.exit_code, warnings(ran, error)) == (0, 1), ran.log


@pytest.mark.parametrize("error", DOUBTFUL)
def test_what_nobody_can_decide_is_not_green(world: World, error: str) -> None:
    answer_reloads(world, error)

    ran = world.run({**INPUTS, "health-check": "none"})

    assert (ran.exit_code, ran.outcome.reloaded) == (7, False), ran.log
    assert "may still have the former configuration" in str(ran.outcome.failure)


@pytest.mark.parametrize("error", DOUBTFUL)
def test_a_second_reload_that_works_is_enough(world: World, error: str) -> None:
    answer_reloads(world, error, times=1)

    ran = world.run({**INPUTS, "health-check": "none"})

    assert (ran.exit_code, warnings(ran, error)) == (0, 1), ran.log
    assert "The second reload has worked." in ran.outcome.warnings[0]


@pytest.mark.parametrize("error", DOUBTFUL)
def test_a_server_log_without_a_new_start_outweighs_a_healthy_site(
    world: World, error: str
) -> None:
    world.pa.path(LOG).write_text(START)
    answer_reloads(world, error)

    ran = world.run(INPUTS)

    assert (ran.exit_code, ran.outcome.reloaded) == (7, False), ran.log
    assert "The server log shows no start of the site since." in str(ran.outcome.failure)


@pytest.mark.parametrize("before", ["", START, f"{START}another line\n"])
def test_a_server_log_with_a_new_start_is_enough(world: World, before: str) -> None:
    log = world.pa.path(LOG)
    log.write_text(before)
    answer_reloads(world, "generic_error")

    def status() -> int:
        log.write_text(before + START)
        return 200

    ran = world.run(INPUTS, status=status)

    assert (ran.exit_code, warnings(ran, "generic_error")) == (0, 1), ran.log
    assert "the site was started anew" in ran.outcome.warnings[0]


def test_a_rollback_warns_of_its_reload_too(world: World) -> None:
    answer_reloads(world, "slow_startup_error")

    ran = world.run({**INPUTS, "health-timeout": "5"}, status=lambda: 500)

    assert ran.outcome.rollback is not None
    assert ran.log.count("within 20 s") == 2
