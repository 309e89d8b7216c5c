"""SIGINT and SIGTERM as one exception, raised once, so that the run can still report."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from pa_deploy.errors import Interrupted

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """The first signal raises Interrupted, and later ones are ignored.

    A runner sends SIGINT, SIGTERM 7.5 s later, and kills 2.5 s after that; the second must not
    disturb the report. As PID 1 a process without a handler would ignore SIGTERM.
    """

    def __init__(self) -> None:
        self._deferring = False
        self._pending: Interrupted | None = None

    @contextmanager
    def handled(self) -> Iterator[None]:
        """Within it a signal is raised as Interrupted."""
        before = {number: signal.getsignal(number) for number in SIGNALS}
        for number in SIGNALS:
            signal.signal(number, self._interrupt)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextmanager
    def deferred(self) -> Iterator[None]:
        """Within it a signal waits for the end of the block: what is begun is done whole."""
        self._deferring = True
        yield
        self._deferring = False
        self._raise_pending()

    @contextmanager
    def raised(self) -> Iterator[None]:
        """Within it, within `deferred`, a signal is raised at once, also one that has waited."""
        self._deferring = False
        try:
            self._raise_pending()
            yield
        finally:
            self._deferring = True

    def _raise_pending(self) -> None:
        if self._pending is not None:
            pending, self._pending = self._pending, None
            raise pending

    def _interrupt(self, number: int, _frame: FrameType | None) -> None:
        for each in SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        interrupted = Interrupted(signal.Signals(number).name, number)
        if not self._deferring:
            raise interrupted
        self._pending = interrupted
