"""An emulator that does not host: a reload is at once a success, and its database tells all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pa_emulator import Emulator


@pytest.fixture(scope="session")
def plain_emulator() -> Iterator[Emulator]:
    with Emulator(hosting=False, rate_limit=0) as running:
        yield running
