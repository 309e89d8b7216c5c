"""Emulators started by their command, and what runs below them, as /proc has it."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pa_emulator import Emulator
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
