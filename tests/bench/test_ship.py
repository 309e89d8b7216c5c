"""Shipping as it is measured: in what folder it packs, and what it costs.

That requests do not grow with the number of files is a test of `make test` too, without curl and
the bench, in tests/pa_deploy/release/test_examples.py.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from bench.measure import once
from bench.ship import first_ship
from bench.ways import OURS
from pa_emulator import Emulator


def test_without_a_place_for_the_parts_nothing_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch, checkout = tmp_path / "scratch", tmp_path / "checkout"
    scratch.mkdir()
    checkout.mkdir()
    (checkout / "work").touch()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    limit = first_ship(2, Emulator(root=scratch))[0]  # the emulator is not started

    done = subprocess.run(
        limit.command,
        cwd=checkout,
        env={"PATH": "/usr/bin:/bin", "TMPDIR": str(tmp_path / "missing")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "mktemp" in done.stderr
    assert [each.name for each in checkout.iterdir()] == ["work"]


@pytest.mark.soak
@pytest.mark.parametrize("count", [3, 1_000])
def test_requests_do_not_grow_with_the_number_of_files(
    count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("bench.ship.FILE_BYTES", 20)

    with Emulator(username="alice", plan="paid", tls=True, plain_hello=True) as emulator:
        ours = next(each for each in first_ship(count, emulator) if each.name == OURS)
        used = once(ours, emulator, 0)

    assert used.requests == 14


@pytest.mark.soak
def test_round_trips_are_no_wait_on_top_of_the_rate_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    round_trip = 10.0

    with Emulator(username="alice", tls=True, rate_limit=2, plain_hello=True) as emulator:
        by_file = first_ship(5, emulator)[2]
        used = once(by_file, emulator, round_trip)

    assert used.requests == 5 + 2 + 1  # files, refusals, and the reload
    # The third pair of files begins two minutes after the first: it is one file, then the reload.
    assert used.wall_seconds == pytest.approx(2 * 60 + 2 * round_trip, abs=8)
