from __future__ import annotations

from pathlib import Path

import pytest

from pa_deploy.release import reloads
from pa_emulator import Emulator
from tests.pa_deploy.release.shipper import Shipper


@pytest.fixture
def shipper(pa: Emulator, tmp_path: Path) -> Shipper:
    """An account whose web app serves releases, and none so far."""
    made = Shipper(pa, tmp_path / "source")
    made.create()
    return made


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is waited for on PythonAnywhere takes a moment here."""
    monkeypatch.setattr(reloads, "PAUSES", (0.2,) * 20)
