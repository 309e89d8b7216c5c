"""Runs contenders in turn and measures them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from bench.model import Contender, Result, Scenario, Usage
from bench.wire import Wire
from pa_emulator import Emulator

OPENING_ROUND_TRIPS = 2
"""TCP's and TLS's."""
LAUNCH = Path(__file__).parent / "launch.py"


def measure(scenario: Scenario, rounds: int) -> Iterator[Result]:
    """All rounds of all contenders; they take turns, so that a busy moment hits each of them."""
    with Emulator(
        username="alice", plan="paid", webapps=20, tls=True, plain_hello=True
    ) as emulator:
        contenders = scenario.contenders(emulator)
        for round_trip_ms in scenario.at:
            used: dict[str, list[Usage]] = {each.name: [] for each in contenders}
            for number in range(1, rounds + 1):
                _tell(f"{scenario.name} at {round_trip_ms} ms, round {number} of {rounds}")
                for contender in contenders:
                    used[contender.name].append(once(contender, emulator, round_trip_ms / 1000))
            for contender in contenders:
                yield Result(
                    scenario=scenario,
                    contender=contender,
                    round_trip_ms=round_trip_ms,
                    rounds=used[contender.name],
                )


def _tell(text: str) -> None:
    """The tables are far apart; this is beside them, and not in what they are piped to."""
    if sys.stderr is not None:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


def once(contender: Contender, emulator: Emulator, round_trip_seconds: float) -> Usage:
    contender.prepare()
    emulator.clear_requests()
    with Wire(port_of(emulator), 0 if contender.virtual else round_trip_seconds) as wire:
        environ = environ_of(contender, emulator, wire.port)
        if contender.virtual:
            environ["ROUND_TRIP_SECONDS"] = str(round_trip_seconds)
        figures, output = launched(contender.command, environ)
        traffic = wire.traffic
    requests = len(emulator.requests())
    virtual = 0.0
    if contender.virtual:
        opened = traffic.connections * OPENING_ROUND_TRIPS
        virtual = float(output.split()[-1]) + (requests + opened) * round_trip_seconds
    return Usage(
        wall_seconds=figures["wall_seconds"] + virtual,
        cpu_seconds=figures["cpu_seconds"],
        peak_mib=figures["peak_kib"] / 1024,
        requests=requests,
        sent_bytes=traffic.sent,
        virtual_seconds=virtual,
    )


def port_of(emulator: Emulator) -> int:
    return urlsplit(emulator.url).port or 443


def environ_of(contender: Contender, emulator: Emulator, port: int) -> dict[str, str]:
    """What every contender is told: the account, where the API is, and whom to trust.

    What it leaves behind when it is stopped goes with the folder of this run.
    """
    site = f"127.0.0.1:{port}"
    return {
        "PATH": os.environ["PATH"],
        "HOME": tempfile.gettempdir(),
        "TMPDIR": tempfile.gettempdir(),
        "API_TOKEN": emulator.token,
        "PYTHONANYWHERE_USERNAME": emulator.username,
        "PYTHONANYWHERE_SITE": site,
        "PA_ALLOW_HOST": site,
        "REQUESTS_CA_BUNDLE": str(emulator.ca),
        "CURL_CA_BUNDLE": str(emulator.ca),
        **contender.environ,
    }


def launched(command: Sequence[str], environ: Mapping[str, str]) -> tuple[dict[str, float], str]:
    """What the command used, and what it printed; a command that fails ends the benchmark."""
    with tempfile.NamedTemporaryFile("r", suffix=".json") as file:
        with subprocess.Popen(
            [sys.executable, "-I", "-S", str(LAUNCH), file.name, *command],
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            process_group=0,
        ) as run:
            output = _output_of(run)
        if run.returncode:
            raise SystemExit(f"{command[0]} … ended with {run.returncode}:\n{output[-2000:]}")
        return json.loads(file.read()), output


def _output_of(run: subprocess.Popen[str]) -> str:
    """All that is said until the end; if we are stopped, the command and its children are too."""
    try:
        return run.communicate()[0]
    except BaseException:
        os.killpg(run.pid, signal.SIGKILL)
        raise
