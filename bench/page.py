"""docs/benchmarks.md, from the results of a whole run."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from bench.aims import aims
from bench.model import Result
from bench.startup import ImportTime, StartUp
from bench.tables import HEAD, rows, start_up_line

METHOD = """\
All contenders do the work against the [local PythonAnywhere](emulator.md) of this repository, over
TLS and with its rate limit on, through a relay that makes a connection wait for one round trip and
delays each direction by half of one; bandwidth is not limited. What one of them leaves out is said
below. They take turns, on one machine, and each figure is the median of the rounds. *Requests* are
those to the API, *sent* is what went over the wire to API and site, TLS included, *memory* is the
peak of the largest process. No process shows less than the 10 MiB or so of the one that starts it.
A web app is reloaded for real, so part of the wall time is its start.

The **limit** is the shortest sequence of calls that does the work, in one keep-alive `curl`
process, `--parallel` where their order does not matter. For 20 web apps it is a parallel process
for each step, which is done for all of them at once. It counts the calls that find out what is
there, because nobody can know without looking. Where files are shipped it also packs them with
`tar` and `gzip`, as pa-deploy does, but it leaves out what comes after the upload: nothing is
unpacked, verified or imported. Where one file was changed, it is told which.

**pa-deploy** takes a lock before it writes anything, so that two runs cannot meet, and looks once
more when it has it. Its ticket, the list of tickets, the second look, and giving the lock back are
four round trips that wait for each other, and a quarter of the limit of a first deploy is little
more than two: with the lock, that aim is out of reach. With `lock: false` it makes the same calls
as the limit, and in a first deploy one more: it asks for the mappings together with the web apps,
which saves a round trip where the web app is there. Several web apps it deploys one after the
other, and looks anew for each. For 20 of them the lock takes 60 calls about files, of which
PythonAnywhere allows 40 a minute, so it waits for most of a minute. Where one file was changed, two
of its requests are there because the server's clock is moved between the runs: the lock finds that
its first ticket tells a wrong time.

The **official library** does what its own command does, but for the virtualenv: it looks whether
the web app is there, but not at its mappings, and does not ask the site.

**A request a file** is a loop over `requests` that honours `Retry-After`, and a reload: it does not
look, nor ask the site, and nothing is verified. Its seconds are marked with ≈, because they are in
part added up: it moves the server's clock instead of waiting, and its round trips are multiplied
out. It cannot know what has changed, so one changed file costs it as much again. For 10,000 files
it was left out."""


def page_md(
    results: Sequence[Result], start: StartUp, imports: Sequence[ImportTime], moment: datetime
) -> str:
    """The whole page; `moment` is when the run ended."""
    titles = {each.scenario.name: each.scenario.title for each in results}
    told = (
        (each.text, each.measured, "yes" if each.reached else "**no**")
        for each in aims(results, start)
    )
    parts = [
        "# What it costs",
        f"Written by `make bench` on {moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC, on {machine()}.",
        "![Wall time of each way, for each piece of work](benchmarks.svg)",
        METHOD,
        "## What is aimed at",
        "At a round trip of 150 ms:",
        table_md(("aim", "measured", "reached"), told),
        "## All figures",
        "\n".join(f"- **{name}**: {title}." for name, title in titles.items()),
        table_md(HEAD, rows(results)),
        "## Start-up",
        f"Medians: {start_up_line(start)}.",
        "What a deploy imports, each package by itself, as `python -X importtime` has it:",
        table_md(
            ("package", "time"),
            ((f"`{each.package}`", f"{each.milliseconds:.1f} ms") for each in imports),
        ),
    ]
    return "\n\n".join(parts) + "\n"


def table_md(head: Sequence[str], body: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def machine() -> str:
    """What the figures depend on, without the name of the machine."""
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, load {os.getloadavg()[1]:.1f}"
    )
