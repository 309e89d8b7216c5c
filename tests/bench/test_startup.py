"""What it costs to start is measured on real processes, and none of them is left."""

from __future__ import annotations

import sys

import pytest

from bench import startup

CONNECT = (
    "import os, socket; h, p = os.environ['PA_HOST'].split(':'); socket.create_connection((h, p))"
)


def test_each_command_is_started() -> None:
    start = startup.start_up(rounds=1)

    assert min(start.empty_seconds, start.version_seconds, start.deploy_seconds) > 0


def test_a_deploy_is_ended_when_it_connects(monkeypatch: pytest.MonkeyPatch) -> None:
    waits = f"{CONNECT}; import time; time.sleep(3600)"
    monkeypatch.setattr(startup, "PA_DEPLOY", (sys.executable, "-c", waits))

    assert startup.start_up(rounds=1).deploy_seconds < 3600


def test_a_deploy_that_does_not_connect_ends_the_benchmark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(startup, "LONGEST_SECONDS", 0.01)
    monkeypatch.setattr(startup, "PA_DEPLOY", (sys.executable, "-c", "import time; time.sleep(9)"))

    with pytest.raises(SystemExit, match="did not connect within"):
        startup.start_up(rounds=1)
