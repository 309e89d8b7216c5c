"""How the emulator ends the programs that it has started."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pa_emulator.processes import end
from tests.pa_emulator.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

WAITS = [sys.executable, "-c", "import time; time.sleep(1000)"]


@pytest.fixture
def other() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(WAITS, start_new_session=True)
    yield process
    process.kill()
    process.wait()


def ended(*words: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(words or ("true",), start_new_session=True)
    process.wait()
    return process


def test_a_process_that_has_the_number_of_an_ended_one_lives(
    other: subprocess.Popen[bytes],
) -> None:
    process = ended()
    process.pid = other.pid

    end(process)

    assert other.poll() is None


def test_what_an_ended_one_has_left_in_its_session_is_ended(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    process = ended("sh", "-c", f"sleep 1000 & echo $! > {note}")
    left = Path(f"/proc/{note.read_text().strip()}")
    assert left.exists()

    end(process)

    assert eventually(lambda: not left.exists() or "Z" in (left / "stat").read_text().split()[2])
