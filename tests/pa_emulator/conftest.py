"""One emulator for all tests of a worker, emptied before each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pa_emulator import Emulator
from tests.pa_emulator.client import Client

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def shared_emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture
def pa(shared_emulator: Emulator) -> Iterator[Emulator]:
    shared_emulator.reset()
    yield shared_emulator
    shared_emulator.clear_faults()


@pytest.fixture
def alice(pa: Emulator) -> Iterator[Client]:
    client = Client(pa)
    yield client
    client.session.close()


@pytest.fixture
def bob(pa: Emulator) -> Iterator[Client]:
    client = Client(pa, "bob", pa.add_user("bob"))
    yield client
    client.session.close()


@pytest.fixture
def free(pa: Emulator) -> Iterator[Client]:
    """An account on the free plan."""
    client = Client(pa, "fred", pa.add_user("fred", plan="free"))
    yield client
    client.session.close()


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where runs of `pa-emulator verify` write down what they make."""
    folder = tmp_path / "state"
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    return folder / "pa-emulator" / "verify"
