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

    Whoever starts or stops the uWSGI holds `turn`. Nothing is started once `has_ended` is set.
    After a reload the former uWSGI lives on beside the new one while a request of it runs, for the
    time of mercy at most.
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

        Whoever has passed the gate may find that a reload has shut it again since, and waits anew.
        """
        deadline = time.monotonic() + seconds
        while self.gate.wait(max(0.0, deadline - time.monotonic())):
            uwsgi = self.uwsgi
            if uwsgi is not None:
                return uwsgi
        return None

    def enter(self, limit: int) -> bool:
        """Count a visitor in; False if `limit` are in already."""
        with self._lock:
            if self._running >= limit:
                return False
            self._running += 1
            return True

    def leave(self) -> None:
        with self._lock:
            self._running -= 1

    def end(self) -> None:
        """Stop for good, with what is left of former reloads."""
        self.has_ended = True
        with self.turn:
            self.gate.clear()
            with self._lock:
                retired = list(self._retired)
            for uwsgi in [*retired, *([self.uwsgi] if self.uwsgi else [])]:
                uwsgi.stop()
            self.uwsgi = None

    def retire(self, clock: Clock, mercy_seconds: float) -> None:
        """Have the uWSGI end when its requests have, at most after the mercy; do not wait for it.

        One that is still importing has no request, and would not listen.
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
        """Wait for its end; a uWSGI that was told to end gently waits for ever by itself."""
        if not clock.wait_until(lambda: self.has_ended or not former.is_alive(), mercy_seconds):
            former.show_no_mercy()
        former.stop()
        with self._lock:
            self._retired.discard(former)
