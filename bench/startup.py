"""What it costs to start: beside an empty Python, and where the imports spend their time."""

from __future__ import annotations

import os
import re
import select
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import IO, cast

from bench.measure import launched
from bench.ways import PA_DEPLOY, PROGRAM

ROUNDS = 15
ACTION = "import pa_deploy.cli.deployment"
EMPTY = (sys.executable, "-c", "pass")
VERSION = (PROGRAM, "--version")
ENVIRON = {"PATH": "/usr/bin:/bin"}
SLOWEST = 12
LONGEST_SECONDS = 60.0
TOLD_BYTES = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class StartUp:
    """Medians in seconds: of an empty Python, of `--version`, and until a deploy connects."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportTimes:
    """What importing all costs, and of the packages the slowest, from the slowest on."""

    milliseconds: float
    slowest: tuple[ImportTime, ...]


def start_up(rounds: int = ROUNDS) -> StartUp:
    """The three commands in turn."""
    tries = [(_seconds(EMPTY), _seconds(VERSION), _until_connected()) for _ in range(rounds)]
    empty, version, deploy = (median(column) for column in zip(*tries, strict=True))
    return StartUp(empty_seconds=empty, version_seconds=version, deploy_seconds=deploy)


def _seconds(command: Sequence[str]) -> float:
    figures, _ = launched(command, ENVIRON)
    return figures["wall_seconds"]


def _until_connected() -> float:
    """From the start of a deploy to its first connection, which it gets no answer on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        host = f"127.0.0.1:{server.getsockname()[1]}"
        account = {"API_TOKEN": "0" * 40, "PYTHONANYWHERE_USERNAME": "alice"}
        environ = {**ENVIRON, "PA_HOST": host, "PA_ALLOW_HOST": host, **account}
        started = time.perf_counter()
        with subprocess.Popen(
            PA_DEPLOY, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as run:
            try:
                _wait_for(server, cast("IO[bytes]", run.stdout).fileno())
                return time.perf_counter() - started
            finally:
                run.kill()


def _wait_for(server: socket.socket, output: int) -> None:
    """Until there is a connection; a program that ends without one ends the benchmark."""
    end = time.monotonic() + LONGEST_SECONDS
    said = b""
    while (left := end - time.monotonic()) > 0:
        ready, _, _ = select.select([server.fileno(), output], [], [], left)
        if server.fileno() in ready:
            return
        if ready:
            chunk = os.read(output, TOLD_BYTES)
            said += chunk
            if not chunk:
                told = said[-TOLD_BYTES:].decode(errors="replace")
                raise SystemExit(f"{PROGRAM} … did not connect:\n{told}")
    raise SystemExit(f"{PROGRAM} … did not connect within {LONGEST_SECONDS:g} s.")


def import_times(rounds: int = ROUNDS) -> ImportTimes:
    """What a deploy imports, by top-level package; medians."""
    tries = [_imported() for _ in range(rounds)]
    middle = {name: median(each.get(name, 0.0) for each in tries) for name in tries[0]}
    slowest = sorted(middle.items(), key=lambda item: -item[1])[:SLOWEST]
    return ImportTimes(
        milliseconds=median(sum(each.values()) for each in tries),
        slowest=tuple(ImportTime(package=name, milliseconds=spent) for name, spent in slowest),
    )


def _imported() -> dict[str, float]:
    """Milliseconds of each top-level package in one process."""
    run = [sys.executable, "-X", "importtime", "-c", ACTION]
    told = subprocess.run(run, capture_output=True, text=True, check=True).stderr
    sums: dict[str, float] = {}
    for own, name in re.findall(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)", told):
        package = name.partition(".")[0]
        sums[package] = sums.get(package, 0.0) + int(own) / 1000
    return sums
