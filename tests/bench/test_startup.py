"""What it costs to start is measured on real processes, and none of them is left."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bench import startup
from bench.startup import import_times, start_up

CONNECT = (
    "import os, socket; h, p = os.environ['PA_HOST'].split(':'); socket.create_connection((h, p))"
)

WAIT = "import signal; signal.alarm(9); signal.pause()"


def test_a_real_deploy_gets_as_far_as_to_connect() -> None:
    assert start_up(rounds=1).deploy_seconds > 0


@pytest.mark.soak
def test_a_deploy_is_ended_when_it_connects(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outlived = tmp_path / "outlived"
    goes_on = (
        f"import signal; signal.signal(signal.SIGALRM, lambda *_: open({str(outlived)!r}, 'w')); "
        f"{CONNECT}; signal.alarm(5); signal.pause()"
    )
    monkeypatch.setattr(startup, "PA_DEPLOY", (sys.executable, "-c", goes_on))

    start_up(rounds=1)

    assert not outlived.exists()


@pytest.mark.soak
def test_a_deploy_that_does_not_connect_ends_the_benchmark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(startup, "LONGEST_SECONDS", 0.01)
    monkeypatch.setattr(startup, "PA_DEPLOY", (sys.executable, "-c", WAIT))

    with pytest.raises(SystemExit, match="did not connect within"):
        start_up(rounds=1)


def test_a_deploy_that_ends_without_a_connection_is_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(startup, "PA_DEPLOY", (sys.executable, "-c", "raise SystemExit('no luck')"))

    with pytest.raises(SystemExit, match="did not connect:\nno luck"):
        start_up(rounds=1)


@pytest.mark.soak
def test_import_times_are_told_as_a_whole_and_of_the_slowest_packages() -> None:
    imports = import_times(rounds=1)

    assert "pa_deploy" in {each.package for each in imports.slowest}
    assert sum(each.milliseconds for each in imports.slowest) < imports.milliseconds
