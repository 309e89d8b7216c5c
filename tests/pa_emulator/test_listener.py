"""The web server that everything comes in through: whoever dawdles keeps nobody waiting."""

from __future__ import annotations

import select
import socket
import ssl
import struct
from typing import TYPE_CHECKING

import pytest

from pa_emulator import Emulator
from tests.pa_emulator.client import Client
from tests.pa_emulator.raw import SECONDS, connected, dawdling
from tests.pa_emulator.waiting import eventually
from tests.soak import first_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HALF_A_HELLO = b"\x16\x03\x01\x02\x00\x01"


def is_open(connection: socket.socket) -> bool:
    """Tell whether the emulator still waits; after its time-out it would speak, or hang up."""
    return not select.select([connection], [], [], 0)[0]


@pytest.fixture(scope="module")
def https() -> Iterator[Emulator]:
    with Emulator(tls=True, hosting=False, rate_limit=0) as running:
        yield running


@pytest.mark.parametrize("sent", first_of([b"", HALF_A_HELLO]), ids=["nothing", "half"])
def test_a_handshake_that_does_not_end_keeps_nobody_waiting(https: Emulator, sent: bytes) -> None:
    client = Client(https)
    with dawdling(https, 1, sent) as (connection,):
        assert client.get("cpu/").status_code == 200
        assert is_open(connection)
    client.session.close()


def over_tls(pa: Emulator, sent: bytes) -> socket.socket:
    """Send that, and return what is below the TLS, which gets no goodbye."""
    trust = ssl.create_default_context(cafile=pa.ca)
    secure = trust.wrap_socket(connected(pa), server_hostname="localhost")
    secure.sendall(sent)
    below = socket.socket(fileno=secure.detach())
    below.settimeout(SECONDS)
    return below


def hang_up_while_it_works(pa: Emulator) -> None:
    path = "/api/v0/user/alice/cpu/"
    pa.add_fault(path=path, delay=0.1)
    over_tls(pa, f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()).close()
    assert eventually(pa.requests)


def hang_up_in_a_request(pa: Emulator) -> None:
    with over_tls(pa, b"GET /api/v0") as below:
        below.shutdown(socket.SHUT_WR)
        while below.recv(1000):
            pass


def leave_the_tls(pa: Emulator) -> None:
    with over_tls(pa, b"GET /api/v0") as below:
        below.sendall(b"no record of TLS")
        while below.recv(1000):
            pass


def hang_up_in_the_handshake(pa: Emulator) -> None:
    with connected(pa) as connection:
        connection.sendall(HALF_A_HELLO)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def test_http_to_a_port_of_https_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    with Emulator(tls=True, hosting=False) as pa, connected(pa) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
        while connection.recv(1000):
            pass

    said = capfd.readouterr().err
    assert said.startswith("No TLS with 127.0.0.1: ")
    assert "http request" in said


@pytest.mark.parametrize(
    "hang_up",
    first_of(
        [hang_up_while_it_works, hang_up_in_a_request, leave_the_tls, hang_up_in_the_handshake]
    ),
)
def test_nothing_is_said_about_a_client_that_hung_up(
    hang_up: Callable[[Emulator], None], capfd: pytest.CaptureFixture[str]
) -> None:
    with Emulator(tls=True, hosting=False, rate_limit=0) as pa:
        hang_up(pa)
        client = Client(pa)
        assert client.get("cpu/").status_code == 200
        client.session.close()

    assert capfd.readouterr().err == ""


def test_connections_that_say_nothing_keep_nobody_waiting(pa: Emulator) -> None:
    client = Client(pa)
    with dawdling(pa, 60, b"") as connections:
        assert client.get("cpu/").status_code == 200
        assert all(is_open(connection) for connection in connections)
    client.session.close()
