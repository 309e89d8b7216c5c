"""What the tests of the config file share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pa_deploy.settings.config.repository import Repository


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    return Repository(tmp_path)
