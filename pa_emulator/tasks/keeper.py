"""Keeps a command running: starts it again when it ends, after longer pauses if it ends at once."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from pa_emulator.choices import RESTART_PAUSE_LONGEST, RESTART_PAUSE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from pa_emulator.clock import Clock
    from pa_emulator.tasks.run import Run


class Keeper:
    """Runs one command from now until `stop`. Pauses are by the emulator's clock."""

    def __init__(self, start: Callable[[], Run], clock: Clock) -> None:
        self._start = start
        self._clock = clock
        self._stopped = threading.Event()
        self._turn = threading.Lock()
        self._current: Run | None = None
        self.is_pausing = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the command with all that it started, for good."""
        with self._turn:
            self._stopped.set()
            if self._current is not None:
                self._current.end()
        self._thread.join()

    def _run(self) -> None:
        pause = RESTART_PAUSE_SECONDS
        while True:
            begun = self._clock.timestamp()
            with self._turn:
                if self._stopped.is_set():
                    return
                self._current = run = self._start()
            run.wait()
            if self._clock.timestamp() - begun >= RESTART_PAUSE_LONGEST:
                pause = RESTART_PAUSE_SECONDS
            self._end(run)
            self.is_pausing = True
            self._clock.wait(self._stopped, pause)
            self.is_pausing = False
            pause = min(2 * pause, RESTART_PAUSE_LONGEST)

    def _end(self, run: Run) -> None:
        """End what the command has left behind, unless `stop` does it."""
        with self._turn:
            if not self._stopped.is_set():
                run.end()
