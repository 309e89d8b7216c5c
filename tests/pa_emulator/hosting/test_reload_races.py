"""Who visits a site in the very moment in which a reload begins gets no error page."""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import pytest

from pa_emulator.clock import Clock
from pa_emulator.hosting import wire
from pa_emulator.hosting.place import VISIT
from pa_emulator.hosting.site import Site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pa_emulator.hosting.uwsgi import Uwsgi

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


class ShutBehind(threading.Event):
    """A gate that a reload shuts behind the first who has passed it."""

    def __init__(self, site: Site) -> None:
        super().__init__()
        self.site = site
        self.set()

    def wait(self, timeout: float | None = None) -> bool:
        has_passed = super().wait(timeout)
        if self.site.uwsgi is None:
            self.clear()
        return has_passed


def start(site: Site, uwsgi: Uwsgi) -> None:
    site.uwsgi = uwsgi
    site.gate.set()


def test_who_has_passed_the_gate_waits_for_the_new_instance() -> None:
    site, new = Site(), cast("Uwsgi", object())
    site.gate = ShutBehind(site)
    threading.Timer(0.05, start, (site, new)).start()

    assert site.serving(30) is new


def test_nobody_waits_longer_than_a_reload_may_hold_visitors() -> None:
    site = Site()
    site.gate = ShutBehind(site)

    assert site.serving(0.05) is None


@dataclass
class FakeUwsgi:
    """An instance that answers, or does not, in the moment in which it is asked for its state."""

    address: str
    listener: socket.socket
    is_retired: bool = False
    has_begun: bool = False
    is_dead: bool = False
    answers: bool = False
    connections: list[socket.socket] = field(default_factory=list)

    @property
    def has_failed(self) -> bool:
        self._answer()
        return self.is_dead

    def has_dropped(self, _visit: str) -> bool:
        self._answer()
        return self.is_retired and not self.has_begun

    def _answer(self) -> None:
        if self.answers:
            connection, _ = self.listener.accept()
            self.connections.append(connection)
            connection.sendall(ANSWER)
            self.answers = False

    def close(self) -> None:
        for each in (self.listener, *self.connections):
            each.close()


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[FakeUwsgi]:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "s"))
    listener.listen()
    made = FakeUwsgi(str(tmp_path / "s"), listener)
    yield made
    made.close()


def ask(instance: FakeUwsgi) -> int:
    variables = {VISIT: "a", "REQUEST_METHOD": "GET"}
    response = wire.ask(cast("Uwsgi", instance), variables, None, Clock())
    response.close()
    return response.status


@pytest.mark.parametrize(("is_retired", "is_dead"), [(True, True), (True, False), (False, True)])
def test_an_answer_counts_that_comes_as_the_instance_ends(
    instance: FakeUwsgi, *, is_retired: bool, is_dead: bool
) -> None:
    instance.answers = True
    instance.is_retired, instance.is_dead = is_retired, is_dead

    assert ask(instance) == 200


@pytest.mark.parametrize("is_dead", [True, False])
def test_a_visit_that_nobody_has_begun_is_dropped_with_the_instance(
    instance: FakeUwsgi, *, is_dead: bool
) -> None:
    instance.is_retired, instance.is_dead = True, is_dead

    with pytest.raises(wire.Dropped):
        ask(instance)


@pytest.mark.parametrize(("is_retired", "has_begun"), [(False, False), (True, True)])
def test_a_visit_that_has_killed_its_worker_is_an_error(
    instance: FakeUwsgi, *, is_retired: bool, has_begun: bool
) -> None:
    instance.is_retired, instance.has_begun, instance.is_dead = is_retired, has_begun, True

    with pytest.raises(ConnectionRefusedError):
        ask(instance)
