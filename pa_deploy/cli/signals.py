"""The signals that stop a run as one exception, raised once, so that the run can still report."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from pa_deploy.errors import Interrupted
from pa_deploy.stop_signals import SIGNALS


class Interrupts:
    """The first signal raises Interrupted within `raised`, or else when that is next entered; later
    ones are ignored.

    A runner sends SIGINT, SIGTERM 7.5 s later, and kills 2.5 s after that; the second must not
    disturb the report. As PID 1 a process without a handler would ignore SIGTERM. `early`: the
    numbers of signals that came before there were handlers.
    """

    def __init__(self, early: Sequence[int] = ()) -> None:
        self._early = early
        self._raising = False
        self._pending: Interrupted | None = None

    @contextmanager
    def handled(self) -> Iterator[None]:
        """Within it a signal waits, but within `raised`: what is begun is done whole."""
        before = {number: signal.getsignal(number) for number in SIGNALS}
        for number in SIGNALS:
            signal.signal(number, self._interrupt)
        try:
            for early in self._early[:1]:
                self._interrupt(early, None)
            yield
            self._raise_pending()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextmanager
    def raised(self) -> Iterator[None]:
        """Within it, within `handled`, a signal is raised at once, also one that has waited."""
        self._raising = True
        try:
            self._raise_pending()
            yield
        finally:
            self._raising = False

    def _raise_pending(self) -> None:
        if self._pending is not None:
            pending, self._pending = self._pending, None
            raise pending

    def _interrupt(self, number: int, _frame: FrameType | None) -> None:
        ignore_signals()
        interrupted = Interrupted(signal.Signals(number).name, number)
        if self._raising:
            raise interrupted
        self._pending = interrupted


def ignore_signals() -> None:
    """From now on none of them changes anything."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
