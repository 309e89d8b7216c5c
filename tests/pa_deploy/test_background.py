"""What is done in a thread of its own is ended with the run, also by a signal in a bad moment."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from pa_deploy.background import Background, interruptible
from pa_deploy.program import Program
from pa_deploy.transport.flight import Flight

PATIENCE_SECONDS = 20


class Struck:
    """A function that a signal strikes when it is called for the first time."""

    def __init__(self, function: object) -> None:
        self.function = function
        self.calls = 0

    def __call__(self, *args: object) -> object:
        self.calls += 1
        if self.calls == 1:
            raise KeyboardInterrupt
        assert callable(self.function)
        return self.function(*args)


def test_an_error_is_raised_where_it_is_awaited() -> None:
    error = OSError("no luck")

    def fail() -> None:
        raise error

    with pytest.raises(OSError, match="no luck") as raised:
        interruptible(fail)
    assert raised.value is error


def test_a_wait_ends_when_no_seconds_are_left() -> None:
    go_on = threading.Event()
    work = Background(go_on.wait).start()

    assert not work.wait(lambda: 0.0)

    go_on.set()
    assert work.wait()


def test_a_signal_while_a_program_is_given_up_does_not_leave_it_running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = Program(("sleep", "60"), tmp_path, {"PATH": os.defpath})
    kill = Struck(os.killpg)
    monkeypatch.setattr("os.killpg", kill)
    time_is_over = SimpleNamespace(monotonic=lambda: 0.0 if program._process is None else 100.0)
    monkeypatch.setattr("pa_deploy.program.time", time_is_over)

    with pytest.raises(KeyboardInterrupt):
        program.run(1)

    assert kill.calls == 2
    assert program._process is not None
    assert program._process.returncode is not None


def test_a_signal_while_an_exchange_is_given_up_does_not_leave_it_connected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here, there = socket.socketpair()
    cut = threading.Event()

    def exchange() -> None:
        flight.board(SimpleNamespace(sock=here))
        here.recv(1)
        cut.set()

    flight = Flight(exchange)
    monkeypatch.setattr("socket.socket.shutdown", Struck(socket.socket.shutdown))
    with here, there:
        with pytest.raises(KeyboardInterrupt):
            flight.land(PATIENCE_SECONDS, 0.0, PATIENCE_SECONDS)
        assert cut.wait(PATIENCE_SECONDS)
