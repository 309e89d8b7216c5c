"""The lock on PythonAnywhere: who gets it, who waits, and what is left of it."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pa_deploy.clock import Deadline
from pa_deploy.deploy import deploy
from pa_deploy.errors import Locked
from pa_deploy.lock import LEASE_SECONDS, MARGIN_SECONDS, Lock, Ticket
from pa_deploy.model import Run
from pa_deploy.transport import Call
from pa_emulator import Emulator
from tests.fake_clock import FakeClock
from tests.faults.state import put_state, read_state
from tests.faults.world import World

LOCK = "/home/alice/.pa-deploy/alice.pythonanywhere.com/lock"
INPUTS = {"python-version": "3.13", "static-files": "/a/ = /a"}
WRITE = Call(method="POST", path="/api/v0/user/alice/x/", what="writing", wants_json=False)


@pytest.fixture
def world(plain_emulator: Emulator, tmp_path: Path) -> Iterator[World]:
    put_state(plain_emulator, None)
    plain_emulator.clear_requests()
    yield World(plain_emulator, tmp_path)
    plain_emulator.clear_faults()


def server_now(world: World) -> int:
    settings = world.settings(INPUTS)
    tools, _, _ = world.tools(settings)
    tools.api.webapps.list()
    return int(tools.transport.server_time())


def put_ticket(world: World, until: int, since: int | None = None) -> Path:
    """That of another run."""
    ticket = Ticket(until - LEASE_SECONDS if since is None else since, "0" * 16, until)
    file = world.pa.path(LOCK) / ticket.name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"owner": "bob", "run": "https://ci.example/7"}))
    return file


def tickets(world: World) -> list[str]:
    return sorted(file.name for file in world.pa.path(LOCK).glob("*"))


def lock_calls(world: World) -> list[str]:
    return [call["method"] for call in world.pa.requests() if "/.pa-deploy/" in call["path"]]


def test_a_run_that_writes_takes_the_lock_and_gives_it_back(world: World) -> None:
    ran = world.run(INPUTS)

    assert ran.exit_code == 0
    assert (lock_calls(world), tickets(world)) == (["POST", "GET", "DELETE"], [])


def test_a_run_that_fails_gives_it_back_too(world: World) -> None:
    world.pa.add_fault(method="POST", path="static_files/$", status=400, body="{}")

    ran = world.run(INPUTS)

    assert (ran.exit_code, tickets(world)) == (5, [])


def test_a_run_that_is_out_of_time_gives_it_back_within_that_time(world: World) -> None:
    world.pa.add_fault(method="POST", path="static_files/$", throttle=50, times=None)

    ran = world.run({**INPUTS, "timeout": "60"})

    assert (ran.exit_code, tickets(world)) == (6, [])
    assert ran.outcome.seconds <= 60


@pytest.mark.parametrize(
    "inputs", [{"mode": "plan"}, {"lock": "false"}], ids=["plan", "lock: false"]
)
def test_a_run_that_writes_nothing_or_is_not_to_does_not_touch_it(
    world: World, inputs: dict[str, str]
) -> None:
    world.run({**INPUTS, **inputs})

    assert lock_calls(world) == []


def test_a_run_with_nothing_to_change_does_not_touch_it(world: World) -> None:
    world.run(INPUTS)
    world.pa.clear_requests()

    ran = world.run(INPUTS)

    assert (ran.exit_code, lock_calls(world)) == (0, [])


def test_a_lock_that_another_run_has_is_waited_for_and_then_told(world: World) -> None:
    other = put_ticket(world, until=server_now(world) + 10_000)

    ran = world.run({**INPUTS, "lock-timeout": "60"})

    assert ran.exit_code == 10
    message = str(ran.outcome.failure)
    assert "(bob https://ci.example/7); It was waited for 60 s." in message
    assert ran.log.count("waiting up to 60 s") == 1
    assert 50 <= ran.outcome.seconds <= 62
    assert tickets(world) == [other.name]
    assert read_state(world.pa).settings is None


def test_a_wait_for_the_lock_ends_with_the_run_s_time(world: World) -> None:
    put_ticket(world, until=server_now(world) + 10_000)

    ran = world.run({**INPUTS, "timeout": "30"})

    assert ran.exit_code == 6
    assert "not enough for the lock of" in str(ran.outcome.failure)


def test_the_lock_is_got_when_the_other_run_is_over_and_the_plan_is_made_anew(
    world: World,
) -> None:
    other = put_ticket(world, until=server_now(world) + 10_000)
    settings = world.settings(INPUTS)
    tools, clock, log = world.tools(settings)

    def the_other_ends() -> None:
        put_state(world.pa, "3.13", [("/a/", "/a")])
        other.unlink(missing_ok=True)

    clock.later(20, the_other_ends)
    outcome = deploy(settings, tools)

    assert outcome.failure is None, log.getvalue()
    assert outcome.plan is not None
    assert outcome.plan.changes == ()
    assert len(read_state(world.pa).files) == 1


def test_a_lock_of_a_dead_run_is_taken_over_with_a_note(world: World) -> None:
    put_ticket(world, until=server_now(world) - MARGIN_SECONDS - 1)

    ran = world.run(INPUTS)

    assert (ran.exit_code, tickets(world)) == (0, [])
    (note,) = ran.outcome.warnings
    assert "The lock that https://ci.example/7 took at" in note
    assert "was taken over" in note
    assert ran.outcome.seconds < 5


def test_a_lock_of_a_run_that_has_just_died_is_waited_for_until_it_ends(world: World) -> None:
    put_ticket(world, until=server_now(world) + 100)

    ran = world.run(INPUTS)

    assert ran.exit_code == 0
    assert 100 <= ran.outcome.seconds <= 130


@pytest.mark.parametrize("ahead", [-7200, 7200])
def test_on_a_machine_whose_clock_is_wrong_the_lock_counts_by_the_server_s(
    world: World, monkeypatch: pytest.MonkeyPatch, ahead: int
) -> None:
    now = server_now(world)
    tools, clock, _ = world.tools(world.settings(INPUTS))
    monkeypatch.setattr(clock, "time", lambda: now + ahead)
    lock = Lock(tools.api, tools.transport, "alice.pythonanywhere.com", Run(), tools.ci.log)

    lock.acquire(10)
    lock.transport.send(WRITE)

    (name,) = tickets(world)
    assert abs(int(name.rpartition("-")[2]) - now - LEASE_SECONDS) < LEASE_SECONDS / 2


def test_a_file_that_is_no_ticket_is_left_alone(world: World) -> None:
    note = world.pa.path(LOCK) / "README"
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text("mine")

    assert world.run(INPUTS).exit_code == 0
    assert note.read_text() == "mine"


def test_the_lock_is_renewed_in_a_run_that_takes_long(world: World) -> None:
    world.pa.add_fault(method="POST", path="static_files/$", throttle=90, times=3)

    ran = world.run(INPUTS)

    assert (ran.exit_code, tickets(world)) == (0, [])
    assert lock_calls(world)[:4] == ["POST", "GET", "POST", "DELETE"]


def test_a_lock_that_cannot_be_given_back_is_told_with_its_end(world: World) -> None:
    world.pa.add_fault(method="DELETE", path="/lock/", status=503, times=None)

    ran = world.run(INPUTS)

    assert ran.exit_code == 0
    assert "was not given back, and ends by itself at" in ran.outcome.warnings[0]


def test_a_listing_that_does_not_show_the_own_ticket_does_not_give_the_lock(world: World) -> None:
    world.pa.add_fault(method="GET", path="/lock$", status=404, body="{}", times=None)

    ran = world.run({**INPUTS, "lock-timeout": "30"})

    assert (ran.exit_code, read_state(world.pa).settings) == (10, None)
    assert tickets(world) == []


def test_who_has_it_is_in_the_ticket(world: World) -> None:
    lock = make_lock(world, Run("alice", "https://ci.example/1"))
    lock.acquire(10)

    (name,) = tickets(world)
    said = json.loads((world.pa.path(LOCK) / name).read_text())
    assert (said["owner"], said["run"]) == ("alice", "https://ci.example/1")
    assert {"since", "until"} <= set(said)


def make_lock(world: World, run: Run = Run()) -> Lock:  # noqa: B008 - it is frozen
    tools, _, _ = world.tools(world.settings(INPUTS))
    tools.api.webapps.list()
    return Lock(tools.api, tools.transport, "alice.pythonanywhere.com", run, tools.ci.log)


def test_nothing_is_written_under_a_lock_that_has_ended(world: World) -> None:
    lock = make_lock(world)
    lock.acquire(10)
    lock.transport.deadline.clock.sleep(LEASE_SECONDS + 1)
    world.pa.clear_requests()

    with pytest.raises(Locked, match="ended while this run had it"):
        lock.transport.send(WRITE)
    assert world.pa.requests() == []


class Stage:
    """A directory that several runs use, one step at a time, in an order that `dice` chooses."""

    def __init__(self, dice: random.Random, players: int) -> None:
        self._dice = dice
        self._waiting: set[int] = set()
        self._players = players
        self._turn = threading.Condition()
        self._next: int | None = None
        self.names: set[str] = set()
        self.owners: list[int] = []
        self.most_owners = 0

    def step(self, player: int) -> None:
        """Wait for a turn; one is given when all who are left wait for theirs."""
        with self._turn:
            self._waiting.add(player)
            self._give()
            while self._next != player:
                assert self._turn.wait(30)
            self._next = None
            self._waiting.discard(player)

    def leave(self) -> None:
        with self._turn:
            self._players -= 1
            self._give()

    def _give(self) -> None:
        if self._next is None and self._waiting and len(self._waiting) == self._players:
            self._next = self._dice.choice(sorted(self._waiting))
            self._turn.notify_all()


@dataclass(frozen=True)
class StagedFiles:
    """The file API for one player."""

    stage: Stage
    player: int

    def upload(self, path: str, _content: bytes) -> None:
        self.stage.step(self.player)
        self.stage.names.add(Path(path).name)

    def entries(self, _path: str) -> dict[str, object]:
        self.stage.step(self.player)
        return {name: {} for name in self.stage.names}

    def delete(self, path: str) -> None:
        self.stage.step(self.player)
        self.stage.names.discard(Path(path).name)

    def read(self, _path: str) -> bytes:
        return b"{}"


def play(stage: Stage, player: int, clock: FakeClock) -> None:
    """Get the lock, be its owner for a few steps, give it back."""
    files = StagedFiles(stage, player)
    transport: Any = SimpleNamespace(
        server_time=lambda: 1_800_000_000 + clock.now() / 1000, deadline=Deadline(clock, 1e9)
    )
    api: Any = SimpleNamespace(username="alice", files=files)
    lock = Lock(api, transport, "d", Run(), lambda _: None)
    lock.acquire(1e8)
    stage.owners.append(player)
    stage.most_owners = max(stage.most_owners, len(stage.owners))
    for _ in range(3):
        stage.step(player)
    stage.owners.remove(player)
    lock.release()
    stage.leave()


@pytest.mark.parametrize("players", [2, 3, 4])
def test_in_whatever_order_their_steps_come_never_two_have_the_lock(players: int) -> None:
    for seed in range(60):
        stage = Stage(random.Random(seed), players)
        runs = [
            threading.Thread(target=play, args=(stage, player, FakeClock()), daemon=True)
            for player in range(players)
        ]
        for run in runs:
            run.start()
        for run in runs:
            run.join(60)

        assert stage.most_owners == 1, seed
        assert (stage.names, [run for run in runs if run.is_alive()]) == (set(), []), seed
