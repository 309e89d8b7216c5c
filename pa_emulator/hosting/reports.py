"""What a site's workers report: how far they have come with its WSGI file, and their visits."""

from __future__ import annotations

import contextlib
import os
import signal
import threading


class Reports:
    """Reads the workers' reports, which are lines.

    `-PID` when one begins to load, `+PID` when it has loaded, `=PID VISIT` when it begins a visit.
    `settled` comes when every worker has loaded, or one has died of loading, or all are gone.
    """

    def __init__(self, pipe: int, workers: int) -> None:
        self.settled = threading.Event()
        self.has_failed = False
        self._workers = workers
        self._loading: set[int] = set()
        self._serving: set[int] = set()
        self._visits: dict[str, int] = {}
        threading.Thread(target=self._read, args=(pipe,), daemon=True).start()

    def end_worker(self, visit: str) -> None:
        """Kill the worker that is at a visit, which must not have been answered yet.

        Nothing happens where none has begun it.
        """
        pid = self._visits.get(visit)
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _read(self, pipe: int) -> None:
        with os.fdopen(pipe, "r") as reports:
            for report in reports:
                pid, _, visit = report[1:].rstrip("\n").partition(" ")
                if report[0] == "=":
                    self._begin(int(pid), visit)
                else:
                    self._note(report[0], int(pid))
        self.settled.set()

    def _begin(self, pid: int, visit: str) -> None:
        """Keep each worker's last visit: one at a time is all it has."""
        others = {other: at for other, at in self._visits.items() if at != pid}
        self._visits = {**others, visit: pid}

    def _note(self, sign: str, pid: int) -> None:
        """Failed is a site of which no worker serves and one has died before it did."""
        dead = {other for other in self._loading | self._serving if not _is_alive(other)}
        died_loading = bool(dead & self._loading)
        self._loading = (self._loading | {pid}) - dead
        self._serving -= dead
        if sign == "+":
            self._loading.discard(pid)
            self._serving.add(pid)
        self.has_failed = not self._serving and (self.has_failed or died_loading)
        if self.has_failed or len(self._serving) >= self._workers:
            self.settled.set()


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
