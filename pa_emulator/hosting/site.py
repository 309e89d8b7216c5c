"""One hosted site: its processes, and who is using them."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pa_emulator.clock import Clock
    from pa_emulator.hosting.uwsgi import Uwsgi


class Site:
    """One domain's uWSGI, and who is using it. `gate` is open while requests may pass.

    Hold `turn` to start or stop the uWSGI. Nothing is started once `has_ended` is set. After a
    reload the old uWSGI runs beside the new one until its requests end, at most for the time of
    mercy.
    """

    def __init__(self) -> None:
        self.turn = threading.Lock()
        self.gate = threading.Event()
        self.has_ended = False
        self.uwsgi: Uwsgi | None = None
        self.wsgi_mtime = 0
        self._running = 0
        self._retired: set[Uwsgi] = set()
        self._lock = threading.Lock()

    def serving(self, seconds: float) -> Uwsgi | None:
        """Return the uWSGI that takes requests; None if a reload takes longer than `seconds`.

        If a reload has shut the gate again after the wait, wait once more.
        """
        deadline = time.monotonic() + seconds
        while self.gate.wait(max(0.0, deadline - time.monotonic())):
            uwsgi = self.uwsgi
            if uwsgi is not None:
                return uwsgi
        return None

    def enter(self, limit: int) -> bool:
        """Count a visitor in; return False if `limit` are in already."""
        with self._lock:
            if self._running >= limit:
                return False
            self._running += 1
            return True

    def leave(self) -> None:
        with self._lock:
            self._running -= 1

    def end(self) -> None:
        """Stop for good, also what is left of earlier reloads."""
        self.has_ended = True
        with self.turn:
            self.gate.clear()
            with self._lock:
                retired = list(self._retired)
            for uwsgi in [*retired, *([self.uwsgi] if self.uwsgi else [])]:
                uwsgi.stop()
            self.uwsgi = None

    def retire(self, clock: Clock, mercy_seconds: float) -> None:
        """Have the uWSGI end after its requests, or after the mercy; do not wait for it.

        One that still imports has no requests and reads no orders, so it is stopped now.
        """
        former, self.uwsgi = self.uwsgi, None
        if former is None:
            return
        if not former.has_settled():
            former.stop()
            return
        with self._lock:
            self._retired.add(former)
        former.retire()
        farewell = threading.Thread(
            target=self._see_off, args=(former, clock, mercy_seconds), daemon=True
        )
        farewell.start()

    def _see_off(self, former: Uwsgi, clock: Clock, mercy_seconds: float) -> None:
        """Wait for its end, and stop it after the mercy: without that, it may wait for ever."""
        if not clock.wait_until(lambda: self.has_ended or not former.is_alive(), mercy_seconds):
            former.show_no_mercy()
        former.stop()
        with self._lock:
            self._retired.discard(former)
