"""Runs the scheduled tasks whose time has come."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from pa_emulator.schedule.models import ScheduledTask
from pa_emulator.schedule.times import next_time
from pa_emulator.tasks.output import append

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from pa_emulator.clock import Clock
    from pa_emulator.tasks.run import Run
    from pa_emulator.tasks.runner import Runner

GLANCE_SECONDS = 0.5


class Timetable:
    """Looks at the clock twice a second, and each time it was moved.

    If a task was due more than once since the last look, it runs once.
    """

    def __init__(self, root: Path, clock: Clock, runner: Runner) -> None:
        self._root = root
        self._clock = clock
        self._runner = runner
        self._looking = threading.Lock()
        self._looked = clock.now()
        self._closed = threading.Event()
        self._running: dict[int, set[Run]] = {}
        self._of_running = threading.Lock()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def open(self) -> None:
        self._thread.start()

    def look(self) -> None:
        """Start the tasks that became due since the last look."""
        with self._looking:
            since, now = self._looked, self._clock.now()
            self._looked = now
            if self._runner.is_on and now > since and now.replace(second=0, microsecond=0) > since:
                self._run_due(since, now)

    def stop(self, number: int) -> None:
        """End the runs of a task."""
        with self._of_running:
            runs = self._running.pop(number, set())
        for run in runs:
            run.end()

    def stop_all(self) -> None:
        for number in list(self._running):
            self.stop(number)

    def close(self) -> None:
        self._closed.set()
        self._thread.join()
        self.stop_all()

    def _watch(self) -> None:
        while not self._closed.wait(GLANCE_SECONDS):
            self.look()

    def _run_due(self, since: datetime, now: datetime) -> None:
        for task in ScheduledTask.objects.filter(enabled=True).select_related("account"):
            if next_time(since, task.hour, task.minute) <= now:
                self._run(task)

    def _run(self, task: ScheduledTask) -> None:
        command = self._runner.command(task.account, task.command)
        begun = self._clock.timestamp()
        run = self._runner.start(command, task.log)
        with self._of_running:
            self._running.setdefault(task.pk, set()).add(run)
        waiting = (task.pk, task.log, run, begun)
        threading.Thread(target=self._finish, args=waiting, daemon=True).start()

    def _finish(self, number: int, log: str, run: Run, begun: float) -> None:
        """Wait for a run, and end its log as the real one ends (observed by clients)."""
        code = run.wait()
        now = self._clock.now()
        run.end()
        with self._of_running:
            if run not in self._running.get(number, set()):
                return  # it was stopped
            self._running[number].discard(run)
            took = f"took {now.timestamp() - begun:.2f} seconds"
            text = f"Completed task, {took}, return code was {code}."
            append(self._root, log, f"\n{now:%Y-%m-%d %H:%M:%S} -- {text}\n")
