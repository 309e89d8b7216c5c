"""The web server that everything comes in through: whoever dawdles keeps nobody waiting."""

from __future__ import annotations

import os
import select
import ssl
from typing import TYPE_CHECKING

import pytest

from pa_emulator import Emulator
from tests.emulator.client import Client
from tests.emulator.raw import connected, dawdling

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

HALF_A_HELLO = b"\x16\x03\x01\x02\x00\x01"


def is_open(connection: socket.socket) -> bool:
    """Tell whether the emulator still waits; after its time-out it would speak, or hang up."""
    return not select.select([connection], [], [], 0)[0]


@pytest.fixture(scope="module")
def https() -> Iterator[Emulator]:
    with Emulator(tls=True, hosting=False, rate_limit=0) as running:
        yield running


@pytest.mark.parametrize("sent", [b"", HALF_A_HELLO], ids=["nothing", "half"])
def test_a_handshake_that_does_not_end_keeps_nobody_waiting(https: Emulator, sent: bytes) -> None:
    client = Client(https)
    with dawdling(https, 1, sent) as (connection,):
        assert client.get("cpu/").status_code == 200
        assert is_open(connection)
    client.session.close()


def test_nothing_is_said_about_a_client_that_hung_up(capfd: pytest.CaptureFixture[str]) -> None:
    request = b"GET /api/v0/user/alice/cpu/ HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with Emulator(tls=True, hosting=False, rate_limit=0) as pa:
        pa.add_fault(path="/api/v0/user/alice/cpu/", delay=0.1, times=3)
        trust = ssl.create_default_context(cafile=pa.ca)
        for _ in range(3):
            with trust.wrap_socket(connected(pa), server_hostname="localhost") as connection:
                connection.sendall(request)
        while len(pa.requests()) < 3:
            os.sched_yield()

    assert capfd.readouterr().err == ""


def test_connections_that_say_nothing_keep_nobody_waiting(pa: Emulator) -> None:
    client = Client(pa)
    with dawdling(pa, 60, b"") as connections:
        assert client.get("cpu/").status_code == 200
        assert all(is_open(connection) for connection in connections)
    client.session.close()
