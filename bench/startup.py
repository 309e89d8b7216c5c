"""What it costs to start: beside an empty Python, and where the imports spend their time."""

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
ACTION = "import pa_deploy.cli.run"
EMPTY = (sys.executable, "-c", "pass")
VERSION = (str(Path(sys.executable).parent / "pa-deploy"), "--version")
DEPLOY = (sys.executable, "-c", ACTION)
SLOWEST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class StartUp:
    """Medians in seconds: of an empty Python, of `--version`, and until a deploy can begin."""

    empty_seconds: float
    version_seconds: float
    deploy_seconds: float

    @property
    def over_seconds(self) -> float:
        return self.version_seconds - self.empty_seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportTime:
    """What importing one top-level package costs by itself, in milliseconds."""

    package: str
    milliseconds: float


def start_up(rounds: int = ROUNDS) -> StartUp:
    """The three commands in turn."""
    tries = [[_seconds(command) for command in (EMPTY, VERSION, DEPLOY)] for _ in range(rounds)]
    empty, version, deploy = (median(column) for column in zip(*tries, strict=True))
    return StartUp(empty_seconds=empty, version_seconds=version, deploy_seconds=deploy)


def _seconds(command: Sequence[str]) -> float:
    figures, _ = launched(command, {"PATH": "/usr/bin:/bin"})
    return figures["wall_seconds"]


def import_times() -> list[ImportTime]:
    """What a deploy imports, by top-level package, the slowest first."""
    run = [sys.executable, "-X", "importtime", "-c", ACTION]
    told = subprocess.run(run, capture_output=True, text=True, check=True).stderr
    sums: dict[str, float] = {}
    for own, name in re.findall(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)", told):
        package = name.partition(".")[0]
        sums[package] = sums.get(package, 0.0) + int(own) / 1000
    slowest = sorted(sums.items(), key=lambda item: -item[1])[:SLOWEST]
    return [ImportTime(package=name, milliseconds=spent) for name, spent in slowest]
