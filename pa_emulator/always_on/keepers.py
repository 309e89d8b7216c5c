"""The always-on tasks that run."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING

from pa_emulator.always_on.models import AlwaysOnTask
from pa_emulator.tasks.keeper import Keeper

if TYPE_CHECKING:
    from pa_emulator.clock import Clock
    from pa_emulator.tasks.runner import Runner


class Keepers:
    """Row id -> the keeper of its command."""

    def __init__(self, clock: Clock, runner: Runner) -> None:
        self._clock = clock
        self._runner = runner
        self._turn = threading.Lock()
        self._keepers: dict[int, Keeper] = {}

    def resume(self) -> None:
        """Start the tasks of the last run."""
        for task in AlwaysOnTask.objects.filter(enabled=True):
            self.restart(task.pk)

    def restart(self, number: int) -> None:
        """Stop a task, and start it as its row has it; nothing starts if it is gone or disabled."""
        with self._turn:
            self._stop(number)
            task = AlwaysOnTask.objects.filter(pk=number).select_related("account").first()
            if self._runner.is_on and task is not None and task.enabled:
                command = self._runner.command(task.account, task.command)
                start = partial(self._runner.start, command, task.log)
                self._keepers[number] = Keeper(start, self._clock)

    def stop_all(self) -> None:
        with self._turn:
            for number in list(self._keepers):
                self._stop(number)

    def _stop(self, number: int) -> None:
        keeper = self._keepers.pop(number, None)
        if keeper is not None:
            keeper.stop()
