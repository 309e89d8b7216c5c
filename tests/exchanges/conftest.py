from __future__ import annotations

from collections.abc import Iterator

import pytest

from pa_emulator import Emulator
from tests.exchanges.story import Story, shared_story


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Made once for all workers, whose folders lie in one folder."""
    own = tmp_path_factory.getbasetemp()
    return shared_story(own.parent if own.name.startswith("popen-") else own)


@pytest.fixture(scope="session")
def stage() -> Iterator[Emulator]:
    """As `pa-emulator compare` starts it."""
    with Emulator(programs=False, rate_limit=0, webapps=100) as running:
        yield running


@pytest.fixture
def fresh(stage: Emulator) -> Emulator:
    stage.reset()
    return stage
