"""Results as a table on a terminal, and as the page in the docs."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby

from rich.console import Console
from rich.table import Table

from bench.model import Result
from bench.startup import ImportTime, StartUp

HEAD = ("scenario", "round trip", "who", "requests", "sent", "wall", "CPU", "memory", "of limit")


def cells(result: Result, limit: Result) -> tuple[str, ...]:
    """One row. What is marked with ≈ was added up in part, not waited for."""
    usage = result.usage
    added = "≈ " if usage.virtual_seconds else ""
    return (
        result.scenario.name,
        f"{result.round_trip_ms} ms",
        result.contender.name,
        f"{usage.requests:,}",
        size(usage.sent_bytes),
        f"{added}{usage.wall_seconds:,.2f} s",
        f"{usage.cpu_seconds:.2f} s",
        f"{usage.peak_mib:.0f} MiB",
        f"{added}{usage.wall_seconds / limit.usage.wall_seconds:.2f}",
    )


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
    table = Table(*HEAD, title=results[0].scenario.title, title_justify="left")
    for row in rows(results):
        table.add_row(*row)
    Console().print(table)


def show_start_up(start: StartUp) -> None:
    """Write the start-up to the terminal."""
    Console().print(f"start-up: {_start_up_line(start)}")


def _start_up_line(start: StartUp) -> str:
    return (
        f"pa-deploy --version {start.command_seconds * 1000:.0f} ms, python -c pass "
        f"{start.empty_seconds * 1000:.0f} ms, {start.over_seconds * 1000:.0f} ms more"
    )


def page_md(
    results: Sequence[Result], start: StartUp, imports: Sequence[ImportTime], method: str
) -> str:
    """The whole of docs/benchmarks.md."""
    titles = {each.scenario.name: each.scenario.title for each in results}
    parts = [
        "# What it costs",
        f"Written by `make bench` on {datetime.now(UTC):%Y-%m-%d}, on {machine()}.",
        "![Wall time beside the limit](benchmarks.svg)",
        method,
        "\n".join(f"- **{name}**: {title}." for name, title in titles.items()),
        _table(HEAD, rows(results)),
        "## Start-up",
        f"Medians: {_start_up_line(start)}.",
        "What the action imports, each package by itself:",
        _table(
            ("package", "time"),
            ((f"`{each.package}`", f"{each.milliseconds:.1f} ms") for each in imports),
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _table(head: Sequence[str], body: Iterator[tuple[str, ...]]) -> str:
    lines = [head, ["---"] * len(head), *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def machine() -> str:
    """What the figures depend on, without the name of the machine."""
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}"
    )
