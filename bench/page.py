"""docs/benchmarks.md, from the results of a whole run."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from bench.aims import aims
from bench.model import Result
from bench.startup import ImportTimes, StartUp
from bench.tables import HEAD, rows, start_up_line

METHOD = """\
All contenders do the work against the [local PythonAnywhere](emulator.md) of this repository, over
TLS and with its rate limit on, through a relay that makes a connection wait for one round trip and
delays each direction by half of one; bandwidth is not limited. What one of them leaves out is said
below. They take turns, on one machine, and each figure is the median of the rounds. *Requests* are
those to the API, those that the rate limit refuses too; *sent* is what went over the wire to API
and site, TLS included; *spread* is how far the wall times of the slowest and the quickest round are
apart, in percent of the median; *memory* is the peak of the largest process. No process shows less
than the 10 MiB or so of the one that starts it. *Of limit* is of the wall time, Python's start
included, which weighs more where the processor is slower.
A web app is reloaded for real, so part of the wall time is its start. API and site are one host
here, so whoever keeps connections asks the site without a new one; in life that is two round trips
more.

The **limit** is the shortest sequence of calls that does the work in one keep-alive `curl` process.
With nothing to change they go out at once (`--parallel`); else one after the other, because most
have to wait for the one before, and a second process would pay for new connections. For 20 web apps
it is a parallel process for each step, which is done for all of them at once. It counts the calls
that find out what is there, because nobody can know without looking. Where files are shipped it
also packs them with `tar` and `gzip`, as pa-deploy does, but it leaves out the WSGI file, and what
comes after the upload: nothing is unpacked, verified or imported. Where one file was changed, it is
told which. **Limit and lock** is the same with the least that pa-deploy's lock is made of: a ticket
is uploaded, the tickets are listed, then come the limit's calls, and the ticket is deleted.

**pa-deploy** takes a lock before it writes anything, so that two runs cannot meet, and looks once
more when it has it; where it ships files, it takes the lock first and looks once. With
`lock: false`, where one web app is configured and nothing shipped, it makes the limit's calls to
the API, and one more that looks whether the paths which it writes are there. With `reload: auto` it
asks the site at once, as there may be nothing to do. When something was changed, it is not content
with one good answer, because several workers serve the site: three rounds of three visits at once
must be good too. Several web apps it deploys one after the other, and looks anew for each.

The **official library** does what its own command does, but for the virtualenv: it looks whether
the web app is there, but not at its mappings, and does not ask the site. It opens a connection for
each call. It takes a 404 for a missing web app, where PythonAnywhere answers 403; here it gets its
404.

**A request a file** is a loop over `requests` that honours `Retry-After`, and a reload: it does not
look, nor ask the site, and nothing is verified. Its seconds are marked with ≈, because they are in
part added up: it moves the server's clock instead of waiting, and its round trips, two of them to
open its connection, are multiplied out. It cannot know what has changed, so one changed file costs
it as much again. For 10,000 files it was left out."""

CAUSES = """\
**A first deploy with the lock.** The lock and the second look are five requests, in four round
trips, and a quarter of the limit is little more than two. `curl` with a lock, **limit and lock** in
the table below, needs more than that quarter too. They wait for each other, and have to: the list
of tickets must come after the own ticket, or two runs could both see themselves alone; the second
look after the list, or it may show what the run before was still changing; and the lock is given
back when the site has been judged, or the verdict could be about the site of the next run. Two
short cuts were built, and taken back because tests found these guarantees broken: creating the web
app in place of the second look, and giving the lock back while the site is asked. Who has
`concurrency` in the workflow needs no lock of ours: `lock: false`.

**A first deploy without the lock.** The rounds of visits wait for each other, and the first of them
opens connections: four round trips and more, where the limit asks nothing. One good answer was
enough once, and runs were green with one bad worker of two.

**Two requests more in a first deploy.** The mappings are asked for together with the list of web
apps. Where that has no web app, they were asked for in vain; where it has, as in all runs but the
first, a round trip is saved, without which a run with nothing to change would miss its aim. The
other one looks for the paths of settings and mappings, because a path that is missing is served
as an error.

**Few files** are shipped slower than by a request a file. Of the 21 requests of a first release the
lock takes 3, the look 4, the new web app 1, the WSGI file 5 with its keeping, archive, pointer,
loader and key 4, the reload 1, and 3 read what came of it: the release is unpacked beside the one
that is live, verified, tried before anybody gets it, and there is a way back. The limit does none
of that. The next releases take 12.

**A first release of many files** takes more requests than one of few because it has more bytes: in
this table each file has as many. While the server unpacks them, it is asked again and again how far
it is, twelve times a minute. A test ships files of a few bytes, and 1,000 take as many requests as
three.

**10,000 files** are read, hashed and packed, and the server unpacks and hashes them. That is most
of the time, and it varies with the disk, which each round fills and empties: by half within
minutes, so between the rows at 50 and at 150 ms by more than the spread of either.

**20 web apps** take longer with the lock than with the official library: the lock takes 60 calls
about files, of which PythonAnywhere allows 40 a minute, so most of a minute is waiting, until a
request that was refused is made again. Without the lock they are still many times the limit, which
does each step for all of them at once: pa-deploy finishes one before it touches the next, and a
failure stays with its web app."""


IMPORTED = """\
What it imports until then, Python's own modules too: medians of `python -X importtime`, which
itself takes time. Of the packages the slowest:"""


def page_md(
    results: Sequence[Result], start: StartUp, imports: ImportTimes, where: str, moment: datetime
) -> str:
    """The whole page; `where` is the machine, and `moment` when the run ended."""
    titles = {each.scenario.name: each.scenario.title for each in results}
    told = (
        (each.text, each.measured, "yes" if each.reached else "**no**")
        for each in aims(results, start)
    )
    parts = [
        "# What it costs",
        f"Written by `make bench` on {moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC, on {where}.",
        "![Wall time of each way, for each piece of work](benchmarks.svg)",
        METHOD,
        "## What is aimed at",
        "At a round trip of 150 ms:",
        table_md(("aim", "measured", "reached"), told),
        "## Where it falls short, and why",
        CAUSES,
        "## All figures",
        "\n".join(f"- **{name}**: {title}." for name, title in titles.items()),
        table_md(HEAD, rows(results)),
        "## Start-up",
        f"Medians: {start_up_line(start)}.",
        IMPORTED,
        table_md(("package", "time"), _import_rows(imports)),
    ]
    return "\n\n".join(parts) + "\n"


def _import_rows(imports: ImportTimes) -> Iterator[tuple[str, str]]:
    yield "all of it", f"{imports.milliseconds:.1f} ms"
    for each in imports.slowest:
        yield f"`{each.package}`", f"{each.milliseconds:.1f} ms"


def table_md(head: Sequence[str], body: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def load() -> float:
    """How many processes wanted to run in the last minutes."""
    return os.getloadavg()[1]


def machine(before: float, after: float) -> str:
    """What the figures depend on, the load too, but without the name of the machine."""
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, load {before:.1f} before and {after:.1f} after"
    )
