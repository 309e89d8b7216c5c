"""Results as tables on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bench.aims import Aim
from bench.model import Result
from bench.startup import StartUp

HEAD = (
    "scenario", "round trip", "who", "rounds", "requests",
    "sent", "wall", "spread", "CPU", "memory", "of limit",
)  # fmt: skip
WIDTH = 120
"""Of what is piped to a file."""
IN_TITLE = ("scenario", "rounds")
"""What is the same in all rows of a table on the terminal, of which many have 80 columns."""


def cells(result: Result, limit: Result) -> tuple[str, ...]:
    """One row. What is marked with ≈ was added up in part, not waited for."""
    usage = result.usage
    added = "≈ " if usage.virtual_seconds else ""
    return (
        result.scenario.name,
        f"{result.round_trip_ms} ms",
        result.contender.name,
        str(len(result.rounds)),
        f"{usage.requests:,}",
        size(usage.sent_bytes),
        f"{added}{figure(usage.wall_seconds)} s",
        f"{result.spread:.0%}" if len(result.rounds) > 1 else "-",
        f"{usage.cpu_seconds:.2f} s",
        f"{usage.peak_mib:.0f} MiB",
        f"{added}{figure(usage.wall_seconds / limit.usage.wall_seconds)}",
    )


def figure(number: float) -> str:
    """With no more digits than mean something."""
    return f"{number:,.2f}" if number < 100 else f"{number:,.0f}"


def size(number: int) -> str:
    """Bytes for people."""
    for unit, step in (("MB", 1_000_000), ("kB", 1_000)):
        if number >= step:
            return f"{number / step:,.1f} {unit}"
    return f"{number} B"


def rows(results: Sequence[Result]) -> Iterator[tuple[str, ...]]:
    """Each beside the first contender of its scenario, at its round-trip time."""

    def place(result: Result) -> tuple[str, int]:
        return (result.scenario.name, result.round_trip_ms)

    for _, group in groupby(results, key=place):
        beside = list(group)
        for result in beside:
            yield cells(result, beside[0])


def show(results: Sequence[Result]) -> None:
    """Write one scenario to the terminal."""
    scenario, rounds = results[0].scenario, len(results[0].rounds)
    title = f"{scenario.name}: {scenario.title}. Rounds: {rounds}."
    shown = [number for number, head in enumerate(HEAD) if head not in IN_TITLE]
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=0)
    for number in shown:
        is_who = HEAD[number] == "who"
        table.add_column(HEAD[number], no_wrap=not is_who, overflow="fold")
    for row in rows(results):
        table.add_row(*(row[number] for number in shown))
    _write(table)


def show_start_up(start: StartUp) -> None:
    """Write the start-up to the terminal."""
    _write(f"start-up: {start_up_line(start)}")


def show_aims(found: Sequence[Aim]) -> None:
    """Write to the terminal what was reached."""
    table = Table("aim", "measured", "reached")
    for each in found:
        table.add_row(each.text, each.measured, "yes" if each.reached else "no")
    _write(table)


def _write(what: Table | str) -> None:
    """A whole run must not go on for half an hour when nobody can read what came of it."""
    try:
        Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False).print(what)
    except OSError as error:
        raise SystemExit(f"The tables cannot be written any more: {error.strerror}") from None


def start_up_line(start: StartUp) -> str:
    return (
        f"`pa-deploy --version` {start.version_seconds * 1000:.0f} ms, `python -c pass` "
        f"{start.empty_seconds * 1000:.0f} ms, {start.over_seconds * 1000:.0f} ms more; "
        f"until a deploy connects {start.deploy_seconds * 1000:.0f} ms"
    )
