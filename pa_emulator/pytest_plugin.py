"""The pytest fixture `pythonanywhere`: an emulator for the whole run, emptied before each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pa_emulator import Emulator


@pytest.fixture(scope="session")
def pythonanywhere_process() -> Iterator[Emulator]:
    """Override this to start the emulator with other options."""
    from pa_emulator import Emulator  # noqa: PLC0415 - only a test that asks for it pays for it

    with Emulator() as running:
        yield running


@pytest.fixture
def pythonanywhere(pythonanywhere_process: Emulator) -> Emulator:
    """Return an empty emulator; see `pa_emulator.Emulator`."""
    pythonanywhere_process.reset()
    return pythonanywhere_process
