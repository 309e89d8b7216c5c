"""Figures become rows, a page, a chart, and a verdict about each aim."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from bench.aims import aims
from bench.chart import COLOURS, chart_svg
from bench.model import Result
from bench.page import CAUSES, IMPORTED, METHOD, machine, page_md
from bench.scenarios import SCENARIOS
from bench.startup import StartUp
from bench.tables import cells, rows, show, size
from bench.ways import LIMIT, OURS, PER_FILE
from tests.bench.made_up import IMPORTS, START, result, usage, whole_run
from tests.places import ROOT

DOCS = ROOT / "docs"
AXIS = ("0.1 s", "1 s", "10 s", "100 s", "1,000 s")
MOMENT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def test_a_row_shows_medians_beside_the_limit() -> None:
    limit = result("first", LIMIT, usage(2.0))
    ours = result("first", OURS, usage(9.0, peak=1), usage(3.0), usage(2.5, peak=50))

    assert cells(ours, limit) == (
        "first", "150 ms", OURS, "3", "5", "1.2 kB", "3.00 s", "217%", "0.25 s", "40 MiB",
        "1.50",
    )  # fmt: skip


def test_what_was_added_up_is_marked() -> None:
    row = cells(result("ship-10", "x", usage(60.0, virtual=50.0)), result("ship-10", LIMIT))

    assert (row[6], row[10]) == ("≈ 60.00 s", "≈ 60.00")


def test_each_row_is_compared_within_its_scenario_and_round_trip() -> None:
    found = [
        result("first", LIMIT, usage(1.0), round_trip_ms=50),
        result("first", OURS, usage(2.0), round_trip_ms=50),
        result("first", LIMIT, usage(4.0)),
        result("first", OURS, usage(2.0)),
        result("twenty", LIMIT, usage(8.0)),
    ]

    assert [row[10] for row in rows(found)] == ["1.00", "2.00", "1.00", "0.50", "1.00"]


def test_a_table_fits_a_terminal_of_80_columns(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("bench.tables.WIDTH", 80)
    long = usage(1615.2, requests=1047, virtual=1500.0)

    show([result("ship-1000", LIMIT), result("ship-1000", PER_FILE, long)])

    lines = capsys.readouterr().out.splitlines()
    assert max(len(line) for line in lines) <= 80
    assert lines[0].startswith("ship-1000: A folder")
    assert "≈ 1,615 s - 0.25 s 40 MiB ≈ 1,615" in " ".join(lines[-3].split())
    assert "…" not in "".join(lines)


@pytest.mark.parametrize(
    ("number", "text"), [(999, "999 B"), (1_000, "1.0 kB"), (200_000_000, "200.0 MB")]
)
def test_sizes_are_for_people(number: int, text: str) -> None:
    assert size(number) == text


def test_all_aims_are_reached_where_everything_is_as_good_as_the_limit() -> None:
    assert all(each.reached for each in aims(whole_run(), START))


@pytest.mark.parametrize(
    ("better", "words"),
    [
        ({"no_change": usage(1.6)}, "no-change` (pa-deploy): at most"),
        ({"no_change": usage(requests=6)}, "no-change` (pa-deploy): as many"),
        ({"first": usage(1.6)}, "first` (pa-deploy): at most"),
        ({"first": usage(requests=6)}, "first` (pa-deploy): as many"),
        ({"first_unlocked": usage(1.6)}, "first` (pa-deploy, lock: false): at most"),
        ({"first_unlocked": usage(requests=6)}, "first` (pa-deploy, lock: false): as many"),
        ({"file_10000": usage(requests=6)}, "One changed file takes as many requests"),
        (
            {"ship_10000": usage(requests=14)},
            "A first release of 10, 100, 1,000, 10,000 files takes as many",
        ),
        ({"ship_1000": usage(2.1)}, "50 times faster"),
        ({"file_10000": usage(3.1)}, "at most 3 times as long"),
        ({"ship_10000": usage(peak=96.0)}, "100 MB of memory"),
    ],
)
def test_an_aim_that_is_missed_is_told(better: dict[str, object], words: str) -> None:
    missed = [each.text for each in aims(whole_run(**better), START) if not each.reached]  # type: ignore[arg-type]

    assert len(missed) == 1
    assert words in missed[0]


@pytest.mark.parametrize(("seconds", "told"), [(0.18, "160 ms"), (1.2543, "1,230 ms")])
def test_a_start_that_takes_too_long_is_told(seconds: float, told: str) -> None:
    slow = StartUp(empty_seconds=0.02, version_seconds=seconds, deploy_seconds=0.3)

    missed = [each for each in aims(whole_run(), slow) if not each.reached]

    assert [each.measured for each in missed] == [told]


def test_the_page_has_every_scenario_the_date_and_the_machine() -> None:
    page = page_md(whole_run(), START, IMPORTS, machine(0.1, 2.0), MOMENT)

    assert "on 2026-03-01 12:00 UTC" in page
    assert re.search(r"cores, Python 3\.\S+, load 0\.1 before and 2\.0 after", page)
    assert "| all of it | 45.7 ms |\n| `requests` | 12.3 ms |" in page
    for each in SCENARIOS:
        assert f"- **{each.name}**: {each.title}." in page
        assert f"| {each.name} | 150 ms | pa-deploy |" in page


def test_the_page_and_the_chart_that_are_kept_have_every_scenario() -> None:
    page, chart = ((DOCS / f"benchmarks.{kind}").read_text() for kind in ("md", "svg"))

    for each in SCENARIOS:
        assert f"- **{each.name}**: {each.title}." in page
        assert f">{each.label}<" in chart


@pytest.mark.parametrize("words", [METHOD, CAUSES, IMPORTED], ids=["method", "causes", "imported"])
def test_the_page_that_is_kept_has_the_words_of_today(words: str) -> None:
    assert words in (DOCS / "benchmarks.md").read_text()


def drawn(found: Sequence[Result], tag: str) -> list[ET.Element]:
    """The parts of their chart that are of that kind."""
    return [each for each in ET.fromstring(chart_svg(found)) if each.tag.endswith(tag)]


def lines(found: Sequence[Result]) -> list[float]:
    """Where the lines of its axis are."""
    return [float(each.attrib["d"].split()[0][1:]) for each in drawn(found, "path")]


def test_the_chart_is_svg_with_a_bar_for_each_result() -> None:
    found = whole_run()

    ways = {each.contender.name for each in found}
    assert len(drawn(found, "rect")) == len(found) + len(ways)
    texts = [each.text for each in drawn(found, "text")]
    assert {each.label for each in SCENARIOS} <= set(texts)
    assert texts.count("≈ 100 s") == 4  # a request a file, in part added up


def test_the_axis_of_the_chart_has_the_powers_of_ten_that_bars_reach() -> None:
    found = whole_run()  # up to 100 s

    texts = [each.text for each in drawn(found, "text")]
    assert [each for each in texts if each in AXIS] == [each for each in AXIS[:4] for _ in "tb"]
    assert len(lines(found)) == 4


def test_each_power_of_ten_is_as_far_from_the_next() -> None:
    steps = {round(right - left) for left, right in pairwise(lines(whole_run()))}

    assert len(steps) == 1


def test_a_bar_ends_at_its_place_on_the_axis() -> None:
    found = [result("first", LIMIT, usage(10.0)), result("first", OURS, usage(1.0))]

    bar = drawn(found, "rect")[-1].attrib
    assert float(bar["x"]) + float(bar["width"]) == pytest.approx(lines(found)[1])


@pytest.mark.parametrize("way", COLOURS)
def test_each_way_has_a_colour_of_its_own(way: str) -> None:
    assert list(COLOURS.values()).count(COLOURS[way]) == 1
