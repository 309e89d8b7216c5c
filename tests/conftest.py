"""What tests share. The environment is emptied of all that would reach a run by chance."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.scripted_server import ScriptedServer, scripted_server

FOREIGN = ("INPUT_", "PLUGIN_", "PA_", "GITHUB_", "PYTHONANYWHERE_", "API_TOKEN", "CI")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(FOREIGN) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted_server() as running:
        yield running
