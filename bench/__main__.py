"""`python -m bench`: run the scenarios, show the table, and write it down."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bench.chart import chart_svg
from bench.measure import measure
from bench.model import Result
from bench.scenarios import SCENARIOS
from bench.startup import import_times, start_up
from bench.tables import page_md, show

DOCS = Path(__file__).parent.parent / "docs"


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    names = [each.name for each in SCENARIOS]
    parser.add_argument("scenario", nargs="*", help=f"one of {', '.join(names)}; none: all")
    parser.add_argument("--rounds", type=int, help="instead of each scenario's own number")
    asked = parser.parse_args(arguments)
    unknown = set(asked.scenario) - set(names)
    if unknown:
        parser.error(f"there is no scenario {', '.join(sorted(unknown))}")
    results: list[Result] = []
    for each in SCENARIOS:
        if not asked.scenario or each.name in asked.scenario:
            results += each.run(asked.rounds, show)
    if not asked.scenario and not asked.rounds:
        start = start_up()
        (DOCS / "benchmarks.md").write_text(page_md(results, start, import_times()))
        (DOCS / "benchmarks.svg").write_text(chart_svg(results))


if __name__ == "__main__":
    main(sys.argv[1:])
