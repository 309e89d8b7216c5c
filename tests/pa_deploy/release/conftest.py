from __future__ import annotations

from pathlib import Path

import pytest

from pa_emulator import Emulator
from tests.pa_deploy.release.shipper import Shipper


@pytest.fixture
def shipper(pa: Emulator, tmp_path: Path) -> Shipper:
    """An account whose web app serves releases, and none so far."""
    made = Shipper(pa, tmp_path / "source")
    made.create()
    return made
