"""Several runs that want one lock at once, step by step in every order that chance can think of."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pa_deploy.clock import Deadline
from pa_deploy.lock import Lock
from pa_deploy.model import Run
from tests.fake_clock import FakeClock


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
