"""Each scenario runs, with all its contenders, and does what it says.

`make soak` measures them all; in `make test` one way to deploy stands for them, since no user runs
the bench.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from bench.account import DOMAIN, MAPPINGS, WEBAPP, api
from bench.measure import measure, once
from bench.model import Result, Scenario
from bench.scenarios import SCENARIOS, first_deploy, one_mapping, several
from bench.ship import first_ship, one_file
from bench.ways import LIMIT, LOCKED_LIMIT, OFFICIAL, OURS, PER_FILE, UNLOCKED
from pa_emulator import Emulator
from tests.bench import needs_curl
from tests.soak import first_of

pytestmark = needs_curl
SMALLER = {
    "mapping-5": partial(one_mapping, 2),
    "ship-10": partial(first_ship, 3),
    "file-10": partial(one_file, 3),
    "twenty": partial(several, 2),
}


@pytest.fixture(autouse=True)
def _scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the scenarios leave behind goes with the test."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


@pytest.fixture
def scenarios() -> dict[str, Scenario]:
    return {each.name: replace(each, at=(1,)) for each in SCENARIOS}


def run(scenario: Scenario, *names: str) -> dict[str, Result]:
    """Measure once what all contenders do, or those with these names."""
    contenders = SMALLER.get(scenario.name, scenario.contenders)
    small = replace(
        scenario,
        contenders=lambda emulator: [
            each for each in contenders(emulator) if not names or each.name in names
        ],
    )
    return {each.contender.name: each for each in measure(small, 1)}


@pytest.mark.soak
def test_with_nothing_to_change_there_are_as_many_requests_as_at_the_limit(
    scenarios: dict[str, Scenario],
) -> None:
    found = run(scenarios["no-change"])

    assert {name: each.usage.requests for name, each in found.items()} == {LIMIT: 2, OURS: 2}


@pytest.mark.soak
def test_a_first_deploy_has_one_request_more_than_the_limit_but_for_lock_and_second_look(
    scenarios: dict[str, Scenario],
) -> None:
    found = run(scenarios["first"])

    assert {name: each.usage.requests for name, each in found.items()} == {
        LIMIT: 6,
        UNLOCKED: 6 + 1,
        LOCKED_LIMIT: 6 + 3,
        OURS: 6 + 1 + 3 + 2,
        OFFICIAL: 6,
    }


@pytest.mark.soak
def test_the_limit_that_takes_the_lock_sends_no_more_than_we_do(
    scenarios: dict[str, Scenario],
) -> None:
    found = run(scenarios["first"], LOCKED_LIMIT, OURS)

    assert found[LOCKED_LIMIT].usage.sent_bytes < found[OURS].usage.sent_bytes


@pytest.mark.soak
def test_the_limit_takes_the_lock_around_all_else() -> None:
    with Emulator(username="alice", plan="paid", tls=True, plain_hello=True) as emulator:
        way = next(each for each in first_deploy(emulator) if each.name == LOCKED_LIMIT)
        once(way, emulator, 0)
        calls = [(each["method"], "/lock/" in each["path"]) for each in emulator.requests()]

    assert calls[:3] == [("POST", True), ("GET", True), ("GET", False)]
    assert [is_of_lock for _, is_of_lock in calls[2:]] == [False] * 6 + [True]
    assert calls[-1] == ("DELETE", True)


@pytest.mark.soak
def test_one_mapping_is_one_request_and_a_reload(scenarios: dict[str, Scenario]) -> None:
    found = run(scenarios["mapping-5"])

    assert {name: each.usage.requests for name, each in found.items()} == {
        LIMIT: 4,
        UNLOCKED: 4,
        OURS: 4 + 3 + 2,
    }


@pytest.mark.soak
def test_files_are_shipped_for_the_first_time(scenarios: dict[str, Scenario]) -> None:
    found = run(scenarios["ship-10"])

    by_file = found[PER_FILE].usage
    assert set(found) == {LIMIT, OURS, PER_FILE}
    assert by_file.requests == 3 + 1
    assert by_file.virtual_seconds > 0
    assert found[OURS].usage.sent_bytes > 40_000


@pytest.mark.soak
def test_one_changed_file_travels_alone(scenarios: dict[str, Scenario]) -> None:
    found = run(scenarios["file-10"])

    assert set(found) == {LIMIT, OURS}
    assert 20_000 < found[OURS].usage.sent_bytes < 40_000


@pytest.mark.soak
def test_several_web_apps_are_deployed_from_one_file(scenarios: dict[str, Scenario]) -> None:
    found = run(scenarios["twenty"])

    assert found[LIMIT].usage.requests == 1 + 2 * 4
    assert found[UNLOCKED].usage.requests == 2 * (2 + 4)
    assert found[OURS].usage.requests == 2 * (2 + 4 + 3 + 2)
    assert set(found) == {LIMIT, UNLOCKED, OURS, OFFICIAL}


@pytest.mark.parametrize("contender", first_of([OURS, LIMIT, LOCKED_LIMIT, OFFICIAL, UNLOCKED]))
def test_a_first_deploy_ends_the_same_whoever_makes_it(contender: str) -> None:
    with Emulator(username="alice", plan="paid", tls=True, plain_hello=True) as emulator:
        way = next(each for each in first_deploy(emulator) if each.name == contender)
        once(way, emulator, 0)

        (webapp,) = api(emulator, "GET", "webapps/").json()
        mappings = api(emulator, "GET", f"{WEBAPP}static_files/").json()
        visits = emulator.path(f"/var/log/{DOMAIN}.access.log")
        lines = visits.read_text().splitlines() if visits.exists() else []
        # The ping of a reload is a visit too.
        is_visited = any(
            '"GET / ' in line and "python-requests/2.32.5" not in line for line in lines
        )

    assert (webapp["python_version"], webapp["source_directory"]) == ("3.13", "/home/alice/mysite")
    assert [(each["url"], each["path"]) for each in mappings] == list(MAPPINGS)
    assert is_visited == (contender != OFFICIAL)


@pytest.mark.soak
@pytest.mark.parametrize("contender", [LIMIT, OURS])
def test_a_correction_ends_the_same_whoever_makes_it(contender: str) -> None:
    with Emulator(username="alice", plan="paid", tls=True, plain_hello=True) as emulator:
        way = next(each for each in one_mapping(2, emulator) if each.name == contender)
        once(way, emulator, 0)

        mappings = api(emulator, "GET", f"{WEBAPP}static_files/").json()

    assert [each["path"] for each in mappings] == ["/home/alice/s0", "/home/alice/s1"]
