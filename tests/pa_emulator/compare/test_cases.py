"""`pa-emulator compare --cases`: what was seen, as cases that the contract's runner carries out."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from pa_emulator import Emulator
from pa_emulator.compare import cases
from pa_emulator.compare.player import play
from pa_emulator.compare.recording import read
from pa_emulator.verify.account import look
from pa_emulator.verify.cases import SOURCES, Case, read_cases
from pa_emulator.verify.ledger import Ledger
from pa_emulator.verify.made import Made
from pa_emulator.verify.pace import Clock, Pace
from pa_emulator.verify.runner import HOLDS, Runner
from pa_emulator.verify.server import Server, Target
from tests.pa_deploy.exchanges.story import STEPS, Story
from tests.soak import first_of


def made(story: Story, step: int, emulator: Emulator, folder: Path) -> str:
    (folder / "r.jsonl").write_text(story.recordings[step])
    return cases.text(play(read(folder / "r.jsonl"), emulator))


@pytest.mark.soak
@pytest.mark.parametrize(
    "step",
    first_of([13, 0, STEPS.index(("files tree ~/no-such-tapir", {})), 11]),
    ids=lambda step: STEPS[step][0],
)
def test_the_cases_of_an_honest_recording_hold(
    story: Story, fresh: Emulator, tmp_path: Path, step: int
) -> None:
    text = made(story, step, fresh, tmp_path)
    fresh.reset()

    results = {case.name: hold(case, fresh) for case in read_cases(text, "recorded")}

    assert results
    assert {name: why for name, why in results.items() if why} == {}


def hold(case: Case, emulator: Emulator) -> tuple[str, ...]:
    """Run one case; what is wrong."""
    emulator.reset()
    target = Target(
        emulator.url, "alice", emulator.token, "alice.pythonanywhere.com", is_emulator=True
    )
    server = Server(target, Pace(0, Clock()))
    own = Made(emulator.url, "alice", "0123abcd")
    ledger = Ledger(target, look(server), own, "none-alice.pythonanywhere.com", "nobody")
    runner = Runner(server, ledger, slow=True)
    runner.run([case])
    server.close()
    (result,) = runner.results
    return () if result.status == HOLDS else (result.status, *result.differences, result.why)


@pytest.mark.soak
def test_each_case_says_that_it_comes_from_a_recording(
    story: Story, fresh: Emulator, tmp_path: Path
) -> None:
    found = read_cases(made(story, 0, fresh, tmp_path), "recorded")

    assert {(case.source, case.safe, bool(case.why)) for case in found} == {
        ("observed by clients", False, True)
    }
    assert {case.source for case in found} <= set(SOURCES)


def test_each_shape_is_there_once(story: Story, fresh: Emulator, tmp_path: Path) -> None:
    raw = yaml.safe_load(made(story, 2, fresh, tmp_path))

    shapes = [str({**case, "name": ""}) for case in raw]
    assert len(shapes) == len(set(shapes))


def test_a_recording_without_calls_has_no_cases(fresh: Emulator, tmp_path: Path) -> None:
    (tmp_path / "r.jsonl").write_text('{"pa_deploy_recording": 1}\n')

    text = cases.text(play(read(tmp_path / "r.jsonl"), fresh))

    assert yaml.safe_load(text) == []
