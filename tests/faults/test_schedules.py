"""Whatever goes wrong, a run tells the truth, and the next one gets there.

A failure names its seed: FAULT_SEED=17 python -m pytest tests/faults/test_schedules.py runs that
one again.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet

from pa_deploy.lock.lock import LEASE_SECONDS, MARGIN_SECONDS
from pa_deploy.model import Change, Create, Delete, NewWebapp, Outcome, Plan
from pa_deploy.plan import make_plan, target
from pa_deploy.settings import Settings
from pa_emulator import Emulator
from tests.faults.schedule import Schedule, make_schedule
from tests.faults.state import State, put_state, read_state
from tests.faults.world import Ran, World
from tests.soak import first_of

SEEDS = 2000
CHUNK = 20
WSGI = "application = 'mine'\n"


def _chunks() -> list[ParameterSet]:
    """All seeds; `make test` tries 20 of them."""
    own = os.environ.get("FAULT_SEED")
    if own:
        return [pytest.param(range(int(own), int(own) + 1))]
    return first_of([range(first, first + CHUNK) for first in range(0, SEEDS, CHUNK)])


@pytest.mark.parametrize("seeds", _chunks(), ids=lambda seeds: f"seeds {seeds.start} on")
def test_no_schedule_of_faults_fools_a_deploy(
    plain_emulator: Emulator, tmp_path: Path, seeds: range
) -> None:
    (tmp_path / "wsgi.py").write_text(WSGI)
    world = World(plain_emulator, tmp_path)
    for seed in seeds:
        schedule = make_schedule(seed)
        try:
            play(world, schedule)
        except AssertionError as error:
            error.add_note(f"FAULT_SEED={seed}\n{schedule}")
            raise


def play(world: World, schedule: Schedule) -> None:
    pa = world.pa
    put_state(pa, *schedule.before)
    before = read_state(pa)
    for fault in schedule.faults:
        pa.add_fault(**fault)

    first = world.run(schedule.inputs, site(world, schedule), schedule.delays)

    after = read_state(pa)
    pa.clear_faults()
    judge(schedule, before, after, first, world)

    if any("could not release the lock" in each for each in first.outcome.warnings):
        pa.advance(LEASE_SECONDS + MARGIN_SECONDS)  # it ends by itself

    second = world.run(schedule.inputs)

    assert second.exit_code == 0, second.log
    insist_on_wanted(schedule, before, read_state(pa), second)


def site(world: World, schedule: Schedule) -> Callable[[], int]:
    """What the site answers: 500 at first, in turn, or while the new configuration is live."""
    old = read_state(world.pa).live
    asked = 0

    def status() -> int:
        nonlocal asked
        asked += 1
        match schedule.site:
            case "slow":
                return 500 if asked <= 5 else 200
            case "flaps":
                return 500 if asked % 2 and asked < 8 else 200
            case "broken":
                return 200 if read_state(world.pa).live == old else 500
            case _:
                return 200

    return status


def judge(schedule: Schedule, before: State, after: State, ran: Ran, world: World) -> None:
    outcome = ran.outcome
    assert ran.exit_code != 1, f"a bug: {outcome.failure}"
    assert outcome.seconds <= float(schedule.inputs["timeout"]) + 1, "outlasted its timeout"
    if ran.exit_code == 0:
        insist_on_wanted(schedule, before, after, ran)
        assert schedule.site != "broken" or after.live == before.live, "green, and unhealthy"
    elif outcome.rollback is not None and not outcome.rollback.failure:
        insist_on_former(before, after, ran)
    elif outcome.rollback is None and outcome.plan is not None:
        wanted = world.settings(schedule.inputs)
        insist_on_a_true_account(outcome, before, after, wanted, ran.log)


def insist_on_wanted(schedule: Schedule, before: State, after: State, ran: Ran) -> None:
    inputs, settings = schedule.inputs, after.settings
    assert settings is not None, ran.log
    assert settings["python_version"] == inputs["python-version"], ran.log
    if "source-directory" in inputs:
        assert settings["source_directory"] == inputs["source-directory"], ran.log
        assert bool(settings["force_https"]) == (inputs["force-https"] == "true"), ran.log
    if "wsgi-file" in inputs:
        assert after.wsgi == WSGI, ran.log
    prune = inputs["prune"] == "true"
    urls = [url for url, _ in schedule.files]
    others = [row for row in before.files if row[0] not in urls and not prune]
    assert sorted(after.files) == sorted([*schedule.files, *others]), ran.log
    insist_on_order(schedule, after, ran)
    if schedule.headers:
        keys = [row[:2] for row in schedule.headers]
        others_too = [row for row in before.headers if row[:2] not in keys and not prune]
        assert sorted(after.headers) == sorted([*schedule.headers, *others_too]), ran.log
    assert after.is_loaded(), f"green, and not loaded\n{ran.log}"


def insist_on_order(schedule: Schedule, after: State, ran: Ran) -> None:
    """Where URLs overlap, the listed order decides which mapping serves."""
    ours = [row for row in after.files if row in schedule.files]
    for one in ours:
        for other in ours:
            if one != other and other[0].startswith(one[0]):
                listed = schedule.files.index(one) < schedule.files.index(other)
                assert (ours.index(one) < ours.index(other)) == listed, ran.log


def insist_on_former(before: State, after: State, ran: Ran) -> None:
    assert before.settings == after.settings, ran.log
    assert (before.files, before.headers) == (after.files, after.headers), ran.log
    assert before.wsgi == after.wsgi, ran.log
    assert after.is_loaded(), ran.log


def insist_on_a_true_account(
    outcome: Outcome, before: State, after: State, settings: Settings, log: str
) -> None:
    """What is said to be made is there, what is said to be undone is not.

    What is left to do does not tell that of rows which are the same, nor of the settings of a new
    web app, some of which are as wanted from the start.
    """
    assert outcome.plan is not None
    left = {
        target(change)
        for change in make_plan(after.actual(), settings.wanted, settings.policy).changes
    }
    made = {
        target(change)
        for step in outcome.work.steps
        for change in step.changes
        if change in outcome.plan.changes
        and not is_row_of(after, change)
        and not is_one_of_many(before, outcome.plan, change)
    }
    is_new = any(
        isinstance(change, Create) and isinstance(change.after, NewWebapp)
        for change in outcome.plan.changes
    )
    undone = {
        target(change)
        for change in outcome.work.undone
        if not (is_new and target(change)[0] == "setting")
    }
    assert not made & left, f"said to be made: {made & left}\n{log}"
    assert undone <= left, f"said to be undone: {undone - left}\n{log}"


def is_one_of_many(state: State, plan: Plan, change: Change) -> bool:
    """Whether it deletes a row of which there was another, or is to be."""
    created = [each.after for each in plan.changes if isinstance(each, Create)]
    rows = [*(state.actual().static_files or ()), *(state.actual().static_headers or ()), *created]
    return isinstance(change, Delete) and rows.count(change.before) > 1


def is_row_of(state: State, change: Change) -> bool:
    """Whether it led to a row that is there; if not in its place, a plan will move it there."""
    rows = state.actual().static_files or (), state.actual().static_headers or ()
    return not isinstance(change, Delete) and change.after in (*rows[0], *rows[1])
