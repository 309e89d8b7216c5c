"""What a deploy makes of answers that do not come, come late, or do not say what they mean."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pa_emulator import Emulator
from tests.faults.state import WSGI, put_state, read_state
from tests.faults.world import Delay, World

FILES = (("/a/", "/a"), ("/b/", "/b"), ("/c/", "/c"))
INPUTS = {
    "python-version": "3.13",
    "static-files": "\n".join(f"{url} = {path}" for url, path in FILES),
    "lock": "false",
}


@pytest.fixture
def world(plain_emulator: Emulator, tmp_path: Path) -> Iterator[World]:
    put_state(plain_emulator, None)
    plain_emulator.clear_requests()
    yield World(plain_emulator, tmp_path)
    plain_emulator.clear_faults()


def writes(world: World, ending: str) -> int:
    """How many calls that write came to a path with this ending."""
    calls = world.pa.requests()
    return sum(call["method"] != "GET" and call["path"].endswith(ending) for call in calls)


@pytest.mark.parametrize("path", ["webapps/$", "static_files/$"])
@pytest.mark.parametrize("drop", ["before", "after"])
def test_a_create_without_an_answer_is_not_sent_blindly_again(
    world: World, path: str, drop: str
) -> None:
    world.pa.add_fault(method="POST", path=path, drop=drop)

    ran = world.run(INPUTS)

    assert ran.exit_code == 0, ran.log
    assert "Reading the web app's state again" in ran.log
    assert read_state(world.pa).files == FILES
    assert ran.outcome.work.undone == ()


def test_a_create_that_was_given_up_and_happens_all_the_same_makes_no_second_row(
    world: World,
) -> None:
    late = Delay(method="POST", path="static_files/$", seconds=34.0, times=1)

    ran = world.run(INPUTS, delays=[late])

    assert ran.exit_code == 0, ran.log
    assert read_state(world.pa).files == FILES


def test_writes_that_worked_without_an_answer_are_enough(world: World) -> None:
    world.pa.add_fault(method="POST", path="static_files/$", drop="after", times=3)

    ran = world.run(INPUTS)

    assert (ran.exit_code, writes(world, "static_files/")) == (0, 3)


def test_an_answer_that_never_comes_ends_after_three_rounds(world: World) -> None:
    world.pa.add_fault(method="POST", path="webapps/$", drop="before", times=10)

    ran = world.run(INPUTS)

    assert (ran.exit_code, writes(world, "webapps/")) == (6, 3)
    assert "read the state again 3 times" in str(ran.outcome.failure)
    assert len(ran.outcome.work.undone) == 4


def test_a_refusal_of_what_was_done_already_is_looked_into(world: World) -> None:
    """The first create arrives after the second look, so the second is refused as one too many."""
    put_state(world.pa, None)
    late = Delay(method="POST", path="webapps/$", seconds=35.5, times=1)
    refusal = '{"status": "ERROR", "error_type": "taken", "error_message": "It is yours already."}'
    world.pa.add_fault(method="POST", path="webapps/$", status=200, body=refusal, times=1)

    ran = world.run(INPUTS, delays=[late])

    assert ran.exit_code == 0, ran.log


def test_a_web_page_in_place_of_an_answer_is_no_success(world: World) -> None:
    (world.workspace / "wsgi.py").write_text("mine")
    world.pa.add_fault(method="POST", path="/var/www/", status=200, html=True)

    ran = world.run({**INPUTS, "wsgi-file": "wsgi.py"})

    assert (ran.exit_code, read_state(world.pa).wsgi) == (0, "mine")
    assert "a web page (200) came instead of an answer" in ran.log


def test_a_row_that_is_said_to_be_gone_is_looked_for(world: World) -> None:
    put_state(world.pa, "3.13", [*FILES, ("/old/", "/old")])
    world.pa.add_fault(method="DELETE", path=r"static_files/\d+/$", status=404, body="{}")

    ran = world.run({**INPUTS, "prune": "true"})

    assert (ran.exit_code, read_state(world.pa).files) == (0, FILES)


def test_a_directory_in_place_of_the_wsgi_file_is_not_taken_for_its_content(world: World) -> None:
    put_state(world.pa, "3.13", FILES)
    (world.workspace / "wsgi.py").write_text("mine")
    world.pa.add_fault(method="GET", path="/var/www/", status=200, body='{"x": {}}')

    ran = world.run({**INPUTS, "wsgi-file": "wsgi.py"})

    assert ran.exit_code == 5
    assert f"{WSGI} is a directory" in str(ran.outcome.failure)


MISSING = '{"detail": "Not found."}'
AFTER_THE_UPLOAD = pytest.mark.parametrize(
    ("fault", "exit_code"),
    [
        ({"path": "files/sharing/$", "status": 404, "body": MISSING}, 5),
        ({"path": "/var/www/", "status": 502, "work": True, "times": 5}, 6),
        ({"path": "reload/$", "status": 401, "body": "{}"}, 4),
        ({"path": "reload/$", "throttle": 1000}, 6),
    ],
    ids=["refused", "never answered", "token", "no time"],
)


def ships_wsgi(world: World) -> dict[str, str]:
    put_state(world.pa, "3.13", FILES)
    (world.workspace / "wsgi.py").write_text("new")
    to_share = f"/home/alice/{world.workspace.name}"
    world.pa.path(to_share).write_text("")
    return {**INPUTS, "wsgi-file": "wsgi.py", "share-files": to_share}


@AFTER_THE_UPLOAD
def test_a_wsgi_file_is_live_without_a_reload_and_put_back_where_it_breaks_the_site(
    world: World, fault: dict[str, Any], exit_code: int
) -> None:
    inputs = ships_wsgi(world)
    before = read_state(world.pa).wsgi
    world.pa.add_fault(method="POST", **fault)

    ran = world.run(inputs, status=lambda: 500 if read_state(world.pa).wsgi == "new" else 200)

    assert (ran.exit_code, read_state(world.pa).wsgi) == (exit_code, before), ran.log
    assert "the former configuration is live again" in str(ran.outcome.failure)


@AFTER_THE_UPLOAD
def test_a_wsgi_file_that_leaves_the_site_well_is_left(
    world: World, fault: dict[str, Any], exit_code: int
) -> None:
    inputs = ships_wsgi(world)
    world.pa.add_fault(method="POST", **fault)

    ran = world.run(inputs)

    assert (ran.exit_code, read_state(world.pa).wsgi) == (exit_code, "new")
    assert "found no sign that the site is unhealthy" in str(ran.outcome.failure)


def test_what_is_not_live_without_a_reload_is_not_put_back(world: World) -> None:
    put_state(world.pa, "3.13", FILES)
    world.pa.add_fault(method="POST", path="static_files/$", status=400, body="{}")

    ran = world.run(
        {**INPUTS, "force-https": "true", "static-files": "/d/ = /d"}, status=lambda: 500
    )

    assert (ran.exit_code, ran.outcome.rollback) == (5, None)
    assert read_state(world.pa).settings["force_https"] == 1  # type: ignore[index]


RELOAD_GIVEN_UP = Delay(method="POST", path="reload/$", seconds=91.0, times=1)


def test_a_reload_that_outlasts_its_time_out_is_decided_by_the_site_and_one_more_try(
    world: World,
) -> None:
    ran = world.run(INPUTS, delays=[RELOAD_GIVEN_UP])

    assert (ran.exit_code, ran.outcome.reloaded) == (0, True)
    assert "Before the second reload: https://alice.pythonanywhere.com/ answered 200" in ran.log
    assert writes(world, "reload/") == 2


@pytest.mark.parametrize("drop", ["before", "after"])
def test_a_reload_that_is_never_confirmed_is_not_green(world: World, drop: str) -> None:
    world.pa.add_fault(method="POST", path="reload/$", drop=drop, times=None)

    ran = world.run(INPUTS)

    assert (ran.exit_code, ran.outcome.reloaded) == (7, False)
    assert "This was the second try." in str(ran.outcome.failure)
    assert writes(world, "reload/") == 2


def test_a_site_that_is_unhealthy_for_ten_seconds_and_recovers_is_waited_for(world: World) -> None:
    answers = iter([500] * 5)

    ran = world.run(INPUTS, status=lambda: next(answers, 200))

    assert ran.exit_code == 0
    assert ran.outcome.health is not None
    assert ran.outcome.health.attempts == 5 + 1


def test_a_site_that_flaps_is_not_healthy(world: World) -> None:
    asked = iter(range(10_000))

    ran = world.run(INPUTS, status=lambda: 200 if next(asked) % 3 else 500)

    assert (ran.exit_code, ran.outcome.health and ran.outcome.health.healthy) == (8, False)


def test_a_timeout_is_held_to_the_second_and_names_what_was_waited_for(world: World) -> None:
    world.pa.add_fault(method="POST", path="static_files/$", throttle=40, times=None)

    ran = world.run({**INPUTS, "timeout": "100"})

    assert ran.exit_code == 6
    assert ran.outcome.seconds == 80  # a third wait of 40 s would not end in time
    assert "too short for the rate limit (40 s) before creating /a/" in str(ran.outcome.failure)


def test_a_timeout_cuts_off_an_answer_that_does_not_come(world: World) -> None:
    slow = Delay(method="PATCH", path="/webapps/", seconds=29.0, times=9)
    put_state(world.pa, "3.10", FILES)

    ran = world.run({**INPUTS, "timeout": "20"}, delays=[slow])

    assert (ran.exit_code, ran.outcome.seconds) == (6, 20)
    assert "setting python-version" in str(ran.outcome.failure)


@pytest.mark.parametrize(("timeout", "asked_for"), [("50", 25), ("90", 60)])
def test_waiting_for_a_healthy_site_leaves_time_for_the_rollback(
    world: World, timeout: str, asked_for: float
) -> None:
    put_state(world.pa, "3.13", [("/a/", "/former")])

    ran = world.run({**INPUTS, "timeout": timeout}, status=lambda: 500)

    assert ran.exit_code == 8
    assert f"asking again for up to {asked_for} s" in ran.log
    assert read_state(world.pa).files == (("/a/", "/former"),)
    assert ran.outcome.rollback is not None
    assert ran.outcome.rollback.failure == ""


@pytest.fixture(scope="module")
def limited_emulator() -> Iterator[Emulator]:
    with Emulator(hosting=False, rate_limit=40) as running:
        yield running


def test_a_plan_beyond_the_rate_limit_says_how_long_it_takes_counts_and_ends(
    limited_emulator: Emulator, tmp_path: Path
) -> None:
    put_state(limited_emulator, None)
    rows = "\n".join(f"/s{number}/ = /s{number}" for number in range(100))

    ran = World(limited_emulator, tmp_path).run({**INPUTS, "static-files": rows})

    assert ran.exit_code == 0, ran.log
    assert len(read_state(limited_emulator).files) == 100
    before_the_first_change = ran.log[: ran.log.index("[1/101] Create web app")]
    assert "This will take about 2 minutes: one endpoint needs 100 calls" in before_the_first_change
    assert "[101/101] Create static file mapping /s99/" in ran.log
    assert 110 <= ran.outcome.seconds <= 150


def test_a_plan_that_outlasts_the_timeout_says_so_before_it_begins(
    limited_emulator: Emulator, tmp_path: Path
) -> None:
    put_state(limited_emulator, None)
    rows = "\n".join(f"/s{number}/ = /s{number}" for number in range(100))

    ran = World(limited_emulator, tmp_path).run({**INPUTS, "static-files": rows, "timeout": "90"})

    assert ran.exit_code == 6
    assert "`timeout` is 90 s, so this run will probably stop before it is done" in ran.log
    assert len(read_state(limited_emulator).files) + len(ran.outcome.work.undone) == 100
