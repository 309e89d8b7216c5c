"""How far a site's workers have come with its WSGI file, as they report it themselves."""

from __future__ import annotations

import os
import threading


class Loading:
    """Reads the workers' reports: `-PID` when one begins to load, `+PID` when it has loaded.

    `settled` comes when every worker has loaded, or one has died of loading, or all are gone.
    """

    def __init__(self, pipe: int, workers: int) -> None:
        self.settled = threading.Event()
        self.has_failed = False
        self._workers = workers
        self._loading: set[int] = set()
        self._serving: set[int] = set()
        threading.Thread(target=self._read, args=(pipe,), daemon=True).start()

    def _read(self, pipe: int) -> None:
        with os.fdopen(pipe, "r") as reports:
            for report in reports:
                self._note(report[0], int(report[1:]))
        self.settled.set()

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
