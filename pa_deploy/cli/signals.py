"""SIGINT and SIGTERM as one exception, raised once, so that the run can still report."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from pa_deploy.errors import Interrupted

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interruptible() -> Iterator[None]:
    """Within it the first signal raises Interrupted, and later ones are ignored.

    A runner sends SIGINT, SIGTERM 7.5 s later, and kills 2.5 s after that; the second must not
    disturb the report. As PID 1 a process without a handler would ignore SIGTERM.
    """
    before = {number: signal.getsignal(number) for number in SIGNALS}
    for number in SIGNALS:
        signal.signal(number, _interrupt)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt(number: int, _frame: FrameType | None) -> None:
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise Interrupted(signal.Signals(number).name, number)
