"""`python -m bench`: run the scenarios, show the tables, and write them down."""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path

from bench.aims import aims
from bench.chart import chart_svg
from bench.measure import measure
from bench.model import Result
from bench.page import load, machine, page_md
from bench.scenarios import SCENARIOS
from bench.startup import import_times, start_up
from bench.tables import show, show_aims, show_start_up

ROUNDS = 5
PROGRAMS = ("curl", "tar", "gzip", "split", "mktemp")
"""What the limit is made with."""
PAGE, CHART = "benchmarks.md", "benchmarks.svg"
DOCS = Path(__file__).parent.parent / "docs"


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    names = [each.name for each in SCENARIOS]
    parser.add_argument("scenario", nargs="*", help=f"{', '.join(names)}; none: all of them")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="default: %(default)s")
    parser.add_argument("--docs", type=Path, default=DOCS, help="where a whole run is written down")
    asked = parser.parse_args(arguments)
    objection = objection_to(asked, names)
    if objection:
        parser.error(objection)
    before = load()
    clean_up_when_ended()
    show_what_can_be_shown()
    with tempfile.TemporaryDirectory(prefix="bench-") as tempfile.tempdir:
        results = measured(asked.scenario or names, asked.rounds)
    tempfile.tempdir = None
    start = start_up()
    show_start_up(start)
    if not asked.scenario:
        show_aims(aims(results, start))
        page = page_md(results, start, import_times(), machine(before, load()), datetime.now(UTC))
        (asked.docs / PAGE).write_text(page, encoding="utf-8")
        (asked.docs / CHART).write_text(chart_svg(results), encoding="utf-8")


def objection_to(asked: argparse.Namespace, names: Sequence[str]) -> str:
    """What is wrong is found out before the half hour that a whole run takes."""
    missing = [each for each in PROGRAMS if not shutil.which(each)]
    if missing:
        return f"{', '.join(missing)} must be installed"
    unknown = set(asked.scenario) - set(names)
    if unknown:
        return f"there is no scenario {', '.join(sorted(unknown))}"
    if sys.stdout is None:
        return "standard output is closed, and the tables go there"
    if asked.rounds < 1:
        return "it takes 1 round at least"
    return "" if asked.scenario else objection_to_folder(asked.docs)


def objection_to_folder(folder: Path) -> str:
    """What keeps page and chart from being written there, or from replacing those from before."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
        for each in (folder / name for name in (PAGE, CHART)):
            if each.exists():
                each.open("r+").close()
    except OSError as error:
        return f"nothing can be written down in {folder}: {error.strerror}"
    return ""


def clean_up_when_ended() -> None:
    """Whatever ends the run, what it has started ends too, and its folder is removed."""
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, lambda number, _: sys.exit(128 + number))


def show_what_can_be_shown() -> None:
    """Where a sign is not known it is shown as another: a whole run must not end at that."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def measured(names: Sequence[str], rounds: int) -> list[Result]:
    """The long scenarios first: it matters less to them if the machine is still busy otherwise."""
    results: list[Result] = []
    for each in reversed(SCENARIOS):
        if each.name in names:
            found = list(measure(each, rounds))
            show(found)
            results = [*found, *results]
    return results


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.stderr.write("Stopped. Nothing was written down.\n")
        sys.exit(128 + signal.SIGINT)
