"""Signals to `pa-emulator verify`: when they stop it, and when they end its undoing."""

from __future__ import annotations

import signal

import pytest

from pa_emulator.verify import progress
from pa_emulator.verify.stop import READING_SECONDS, TOLD, Stop, Stopped

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_that_came_before_the_cases_stops_them(number: signal.Signals) -> None:
    stop = Stop(progress.nothing)
    with stop.watching():
        signal.raise_signal(number)
        with pytest.raises(Stopped), stop.armed():
            pytest.fail("a case was tried")


@pytest.mark.parametrize("times", [1, 2, 5])
def test_signals_that_came_before_anybody_was_told_do_not_end_the_undoing(times: int) -> None:
    told: list[str] = []
    time = [100.0]
    stop = Stop(told.append, lambda: time[0])
    with stop.watching():
        with pytest.raises(Stopped), stop.armed():
            signal.raise_signal(signal.SIGINT)
        for _ in range(times):
            signal.raise_signal(signal.SIGTERM)
        stop.undo()
        assert (told, stop.has_given_up) == ([TOLD], False)

        time[0] += READING_SECONDS
        signal.raise_signal(signal.SIGINT)
        assert (told, stop.has_given_up) == ([TOLD], True)


@pytest.mark.parametrize("number", SIGNALS)
def test_the_first_signal_of_the_undoing_is_answered_and_the_second_ends_it(
    number: signal.Signals,
) -> None:
    told: list[str] = []
    time = [100.0]
    stop = Stop(told.append, lambda: time[0])
    with stop.watching():
        with stop.armed():
            pass
        stop.undo()
        assert told == []

        signal.raise_signal(number)
        signal.raise_signal(signal.SIGHUP)  # at once, as from a terminal that is closed
        assert (told, stop.has_given_up) == ([TOLD], False)

        time[0] += READING_SECONDS
        signal.raise_signal(number)
        assert stop.has_given_up


@pytest.mark.parametrize("fault", [OSError("the terminal is gone"), ValueError("closed")])
def test_a_terminal_that_is_gone_does_not_end_the_undoing(
    fault: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Gone:
        def write(self, _text: str) -> None:
            raise fault

    monkeypatch.setattr("sys.stderr", Gone())
    stop = Stop(progress.to_stderr)
    with stop.watching():
        stop.undo()
        signal.raise_signal(signal.SIGHUP)
    assert not stop.has_given_up
