"""What it costs to start: the command beside an empty Python, and where its imports spend time."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.measure import launched

ROUNDS = 15
EMPTY = (sys.executable, "-c", "pass")
COMMAND = (str(Path(sys.executable).parent / "pa-deploy"), "--version")
ACTION = "import pa_deploy.cli"
SLOWEST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class StartUp:
    """Medians in seconds."""

    empty_seconds: float
    command_seconds: float

    @property
    def over_seconds(self) -> float:
        return self.command_seconds - self.empty_seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportTime:
    """What importing one top-level package costs by itself, in milliseconds."""

    package: str
    milliseconds: float


def start_up() -> StartUp:
    """Both commands in turn, `ROUNDS` times."""
    pairs = [(_seconds(EMPTY), _seconds(COMMAND)) for _ in range(ROUNDS)]
    return StartUp(
        empty_seconds=median(empty for empty, _ in pairs),
        command_seconds=median(command for _, command in pairs),
    )


def _seconds(command: Sequence[str]) -> float:
    figures, _ = launched(command, {"PATH": "/usr/bin:/bin"})
    return figures["wall_seconds"]


def import_times() -> list[ImportTime]:
    """By top-level package, the slowest first; modules of the standard library by their own name."""
    run = [sys.executable, "-X", "importtime", "-c", ACTION]
    told = subprocess.run(run, capture_output=True, text=True, check=True).stderr
    sums: dict[str, float] = {}
    for own, name in re.findall(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)", told):
        package = name.partition(".")[0]
        sums[package] = sums.get(package, 0.0) + int(own) / 1000
    slowest = sorted(sums.items(), key=lambda item: -item[1])[:SLOWEST]
    return [ImportTime(package=name, milliseconds=spent) for name, spent in slowest]
