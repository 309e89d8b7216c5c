"""A whole `pa-deploy deploy` in a process of its own, which gets a signal at a chosen request."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Literal

from pa_deploy import cli
from pa_deploy.transport import Answer, Http
from pa_emulator import Emulator
from tests import forked

Moment = Literal["before", "during", "after"]
"""Before the request is sent; once the server has worked and while its answer is awaited; after."""


@dataclass(frozen=True, kw_only=True)
class Blow:
    """`number` is sent to itself at request `at`, counted from 1."""

    number: int
    at: int
    moment: Moment


@dataclass(frozen=True)
class Ended:
    """What a process has left. `exit_code` is negative where a signal ended it."""

    exit_code: int
    directory: Path

    @property
    def log(self) -> str:
        return (self.directory / "log").read_text()

    @property
    def summary(self) -> str:
        return (self.directory / "summary").read_text()

    @property
    def outputs(self) -> str:
        return (self.directory / "output").read_text()


def start(
    pa: Emulator,
    directory: Path,
    inputs: dict[str, str],
    blow: Blow | None = None,
    early: int | None = None,
) -> BaseProcess:
    """Start it in `directory`. `early`: a signal that came before it was ready."""
    directory.mkdir(parents=True, exist_ok=True)
    for name in ("output", "summary"):
        (directory / name).write_text("")
    environ = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_OUTPUT": str(directory / "output"),
        "GITHUB_STEP_SUMMARY": str(directory / "summary"),
        **environment(pa, inputs),
    }
    signals = () if early is None else (early,)
    return forked.start(_run, str(directory), environ, blow, signals)


def environment(pa: Emulator, inputs: dict[str, str]) -> dict[str, str]:
    """The inputs. The site is not hosted, so whatever it answers counts as healthy."""
    account = {"token": pa.token, "username": "alice", "host": pa.url, "allow-host": pa.url}
    given = {"health-status": "200-599", **account, **inputs}
    return {f"INPUT_{name.upper()}": text for name, text in given.items()}


def finish(process: BaseProcess, directory: Path) -> Ended:
    process.join(60)
    assert process.exitcode is not None, "it did not end"
    return Ended(process.exitcode, directory)


def _run(
    directory: str, environ: dict[str, str], blow: Blow | None, early: tuple[int, ...]
) -> None:
    forked.enter(directory, environ, "log")
    cli.SystemClock = _QuickClock  # type: ignore[assignment, attr-defined]
    if blow:
        _arm(blow)
    forked.leave(cli.main(["deploy"], os.environ, early))


def _arm(blow: Blow) -> None:
    """Have the request that `blow` names come with it."""
    exchange = Http.exchange
    count = 0
    counting = threading.Lock()

    def armed(self: Http, *args: Any, **options: Any) -> Answer:  # noqa: ANN401 - as it is
        nonlocal count
        with counting:
            count += 1
            its_turn = count == blow.at
        if not its_turn:
            return exchange(self, *args, **options)
        if blow.moment == "before":
            os.kill(os.getpid(), blow.number)
        answer = exchange(self, *args, **options)
        os.kill(os.getpid(), blow.number)
        if blow.moment == "during":
            time.sleep(30)
        return answer

    Http.exchange = armed  # type: ignore[method-assign]


SPEED = 50


class _QuickClock:
    """Time that goes faster, so that two processes which wait for each other do not take long."""

    def now(self) -> float:
        return time.monotonic() * SPEED

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds / SPEED)

    def time(self) -> float:
        return time.time()

    def today(self) -> date:
        return datetime.now(UTC).date()
