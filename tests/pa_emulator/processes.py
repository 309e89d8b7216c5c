"""Emulators started by their command, and what runs below them, as /proc has it."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pa_emulator import Emulator
from tests.emulators import ForkedEmulator
from tests.pa_emulator.client import Client

if TYPE_CHECKING:
    from collections.abc import Iterator


COMMAND = [sys.executable, "-m", "pa_emulator"]


@contextlib.contextmanager
def started(
    *options: str, stdin: int | None = None
) -> Iterator[tuple[subprocess.Popen[bytes], dict[str, Any]]]:
    command = [*COMMAND, "--port=0", *options]
    process = subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        yield process, json.loads(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


@contextlib.contextmanager
def forked(*options: str) -> Iterator[dict[str, Any]]:
    """One whose process is of no matter."""
    process = ForkedEmulator(["--port=0", *options])
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(10)
        process.close()


def ended(*options: str) -> tuple[int, str, str]:
    """Run the command to its end; return its exit code, stdout and stderr."""
    with tempfile.TemporaryFile("w+") as stderr:
        process = ForkedEmulator(options, stderr.fileno())
        process.stdin.close()
        stdout = process.stdout.read().decode()
        exit_code = process.wait(20)
        process.close()
        stderr.seek(0)
        return exit_code, stdout, stderr.read()


def client_of(ready: dict[str, Any]) -> Client:
    handle = Emulator(root=Path(ready["root"]), token=ready["token"])
    handle.url, handle.token = ready["api"], ready["token"]
    return Client(handle)


def daily_limit(ready: dict[str, Any]) -> int:
    """Return what the account's plan allows, as its token can ask."""
    client = client_of(ready)
    limit: int = client.get("cpu/").json()["daily_cpu_limit_seconds"]
    client.session.close()
    return limit


def children_of(pid: int) -> list[int]:
    own: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(FileNotFoundError):  # a thread that has just ended
            own += map(int, (task / "children").read_text().split())
    return own + [grandchild for child in own for grandchild in children_of(child)]


def is_running(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
