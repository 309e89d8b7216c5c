"""The command: what it refuses before an hour of work, and how it ends early."""

from __future__ import annotations

import io
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from bench.__main__ import main, show_what_can_be_shown
from bench.tables import show_start_up
from tests.bench import needs_curl
from tests.bench.made_up import IMPORTS, START, whole_run
from tests.places import ROOT
from tests.runner import FULL, needs_full
from tests.soak import first_of


def bench(*arguments: str, folder: Path, path: str = os.environ["PATH"]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "bench", *arguments],
        cwd=ROOT,
        env={"PATH": path, "TMPDIR": str(folder)},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        process_group=0,
    )


@needs_curl
@pytest.mark.parametrize(
    ("arguments", "words"),
    first_of(
        [
            (["--docs", "/missing"], "nothing can be written down in /missing: No such file"),
            (["nothing"], "there is no scenario nothing"),
            (["--rounds", "0"], "it takes 1 round at least"),
        ]
    ),
)
def test_what_cannot_end_well_is_refused(
    arguments: Sequence[str], words: str, tmp_path: Path
) -> None:
    run = bench(*arguments, folder=tmp_path)

    _, said = run.communicate(timeout=30)

    assert run.returncode == 2
    assert words in said


@needs_curl
def test_a_page_that_cannot_be_replaced_is_told_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "benchmarks.md").mkdir()
    run = bench("--docs", str(tmp_path), folder=tmp_path)

    _, said = run.communicate(timeout=30)

    assert run.returncode == 2
    assert f"nothing can be written down in {tmp_path}: Is a directory" in said


@needs_full
def test_a_full_disk_is_told_as_that(monkeypatch: pytest.MonkeyPatch) -> None:
    with suppress(OSError), FULL.open("w") as file:  # which fails once more when it is closed
        monkeypatch.setattr("sys.stdout", file)
        with pytest.raises(SystemExit, match="cannot be written any more: No space left"):
            show_start_up(START)


def test_without_curl_it_says_so(tmp_path: Path) -> None:
    run = bench("no-change", folder=tmp_path, path=str(tmp_path))

    _, said = run.communicate(timeout=30)

    assert run.returncode == 2
    assert "curl, tar, gzip, split, mktemp must be installed" in said


@needs_curl
def test_without_a_place_for_its_tables_it_measures_nothing(tmp_path: Path) -> None:
    command = f"exec {shlex.quote(sys.executable)} -m bench no-change >&-"
    environ = {"PATH": os.environ["PATH"], "TMPDIR": str(tmp_path)}

    run = subprocess.run(
        ["sh", "-c", command], cwd=ROOT, env=environ, stderr=subprocess.PIPE, text=True, check=False
    )

    assert run.returncode == 2
    assert "standard output is closed" in run.stderr


@pytest.mark.soak
@needs_curl
@pytest.mark.parametrize(
    "ending",
    first_of([signal.SIGINT, signal.SIGTERM, signal.SIGHUP]),
    ids=lambda each: each.name,
)
def test_a_run_that_is_ended_leaves_nothing_behind(ending: signal.Signals, tmp_path: Path) -> None:
    """All of its group are told, as by Ctrl-C."""
    run = bench("no-change", folder=tmp_path)
    assert run.stderr is not None
    assert run.stderr.readline() == "no-change at 50 ms, round 1 of 5\n"

    os.killpg(run.pid, ending)
    _, said = run.communicate(timeout=30)

    assert run.returncode == 128 + ending
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


@needs_curl
def test_a_whole_run_is_written_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.__main__.measured", lambda *_: whole_run())
    monkeypatch.setattr("bench.__main__.start_up", lambda: START)
    monkeypatch.setattr("bench.__main__.import_times", lambda: IMPORTS)
    monkeypatch.setattr("bench.__main__.clean_up_when_ended", lambda: None)

    main(["--docs", str(tmp_path)])

    assert (tmp_path / "benchmarks.md").read_text(encoding="utf-8").startswith("# What it costs")
    assert (tmp_path / "benchmarks.svg").read_text(encoding="utf-8").startswith("<svg")


def test_a_sign_that_the_terminal_does_not_know_is_replaced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr("sys.stdout", terminal)

    show_what_can_be_shown()
    print("≈ 1 s")
    show_start_up(START)

    terminal.seek(0)
    assert terminal.read().startswith("? 1 s\nstart-up: ")
