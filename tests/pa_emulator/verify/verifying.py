"""Runs of `pa-emulator verify`, and what an account has before and after."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pa_emulator.verify.command import run
from pa_emulator.verify.pace import Clock
from tests.pa_emulator.client import Client

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from pa_emulator import Emulator

LISTS = (
    "webapps/",
    "consoles/",
    "schedule/",
    "always_on/",
    "students/",
    "default_python3_version/",
)
NO_TREE = {".emulator", "sockets"}


@dataclass(frozen=True)
class Verified:
    """How a run ended."""

    code: int
    report: dict[str, Any]

    def named(self, status: str) -> list[str]:
        """The cases of a status, as `service: name`."""
        cases = self.report["cases"]
        return [f"{case['service']}: {case['name']}" for case in cases if case["status"] == status]

    def case(self, name: str) -> dict[str, Any]:
        (found,) = [case for case in self.report["cases"] if case["name"] == name]
        return dict(found)


class Verifier:
    """Runs the command in this process against a URL, which may be a liar's."""

    def __init__(self, pa: Emulator, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.pa = pa
        self._report = folder / "report.json"
        self.clock = QuickClock(pa)
        monkeypatch.setenv("PA_TOKEN", pa.token)

    def __call__(self, *options: str, url: str = "", real: bool = False) -> Verified:
        """`real` treats the emulator as the real PythonAnywhere, without the question."""
        server = (
            [*as_real(url or self.pa.url), "--yes"] if real else ["--against", url or self.pa.url]
        )
        argv = [*server, "--username=alice", f"--json={self._report}", *options]
        clock = Clock(self.clock.now, self.clock.sleep)
        code = run(argv, clock)
        return Verified(code, json.loads(self._report.read_text()))


def as_real(url: str) -> list[str]:
    """The options that take an emulator for the real PythonAnywhere."""
    return [f"--host={url}", f"--allow-host={url}"]


class QuickClock:
    """Waits by moving the emulator's clock, so that its rate limit goes by the same time."""

    def __init__(self, pa: Emulator) -> None:
        self._pa = pa
        self._ahead = 0.0

    def now(self) -> float:
        return time.monotonic() + self._ahead

    def sleep(self, seconds: float) -> None:
        if seconds < 1:  # between two looks at what the emulator does in the background
            time.sleep(0.02)
        self._ahead += seconds
        self._pa.advance(seconds)


def account(pa: Emulator) -> dict[str, object]:
    """All that the account has: lists, and files with what is in them."""
    client = Client(pa)
    found: dict[str, object] = {path: client.get(path).json() for path in LISTS}
    client.session.close()
    websites = Client(pa, api="v1")
    found["websites/"] = websites.get("websites/").json()
    websites.session.close()
    for path in sorted(pa.root.rglob("*")):
        place = path.relative_to(pa.root)
        if not NO_TREE & set(place.parts):
            found[str(place)] = path.read_bytes() if path.is_file() else "a folder"
    return found
