"""One emulator with TLS for all clients, and a proxy by which its names lead to it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from pa_emulator import Emulator
from tests.connect_proxy import proxy
from tests.pa_emulator.client import Client

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def tls_emulator() -> Iterator[Emulator]:
    with Emulator(tls=True, rate_limit=0) as running:
        yield running


@pytest.fixture
def tls(tls_emulator: Emulator) -> Iterator[Client]:
    tls_emulator.reset()
    client = Client(tls_emulator)
    yield client
    client.session.close()


@pytest.fixture(scope="session")
def way_in(tls_emulator: Emulator) -> Iterator[str]:
    """A proxy for clients that have `www.pythonanywhere.com` wired in."""
    with proxy(("127.0.0.1", urlsplit(tls_emulator.url).port or 0)) as server:
        yield f"http://127.0.0.1:{server.server_address[1]}"
