"""What holds for every plan of mappings: what serves, and what a run that is stopped leaves."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from pa_deploy.model import Change, StaticFile
from pa_deploy.plan.rows import RowPlan, plan_static_files
from tests.simulated import after_rows

URLS = st.sampled_from(["/", "/s/", "/s/in/", "/s/in/er/", "/m/", "/static"])
PATHS = st.sampled_from(["/a", "/b", "/c"])
Rows = tuple[StaticFile, ...]


def number(rows: Sequence[StaticFile]) -> Rows:
    return tuple(StaticFile(row.url, row.path, place) for place, row in enumerate(rows, start=1))


ACTUAL = st.lists(st.builds(StaticFile, URLS, PATHS), max_size=6).map(number)
WANTED = st.lists(
    st.builds(StaticFile, URLS, PATHS), max_size=5, unique_by=lambda row: row.url
).map(tuple)


def apply(changes: Sequence[Change], rows: Rows) -> Rows:
    """What PythonAnywhere would make of it."""
    for number, change in enumerate(changes, start=100):
        rows = after_rows(change, rows, number)
    return rows


def served_from(url: str, rows: Rows) -> str | None:
    """The path that is tried first for a URL."""
    return next((row.path for row in rows if url.startswith(row.url)), None)


def reach(actual: Rows, wanted: Rows) -> tuple[RowPlan, Rows]:
    plan = plan_static_files(actual, wanted, prune=False)
    return plan, apply(plan.changes, actual)


@given(ACTUAL, WANTED)
def test_a_run_that_is_stopped_has_lost_nothing_that_is_not_ours(
    actual: Rows, wanted: Rows
) -> None:
    plan, _ = reach(actual, wanted)
    urls = [row.url for row in actual]
    ours = {urls.index(row.url) for row in wanted if row.url in urls}
    foreign = {row for place, row in enumerate(actual) if place not in ours and row not in wanted}

    for stop in range(len(plan.changes) + 1):
        assert not wanted or foreign <= set(apply(plan.changes[:stop], actual))


@given(WANTED)
def test_on_an_empty_table_listed_order_decides_what_serves(wanted: Rows) -> None:
    _, reached = reach((), wanted)

    for row in wanted:
        assert served_from(row.url + "x", reached) == served_from(row.url + "x", wanted)


@given(
    st.lists(st.builds(StaticFile, URLS, PATHS), max_size=6, unique_by=lambda row: row.url).map(
        number
    ),
    WANTED,
)
def test_among_listed_mappings_listed_order_decides_what_serves(actual: Rows, wanted: Rows) -> None:
    _, reached = reach(actual, wanted)
    listed = {row.url for row in wanted}
    ours = tuple(row for row in reached if row.url in listed)

    for row in wanted:
        assert served_from(row.url + "x", ours) == served_from(row.url + "x", wanted)


@given(ACTUAL, WANTED)
def test_after_pruning_only_the_listed_mappings_are_there_in_effect_in_their_order(
    actual: Rows, wanted: Rows
) -> None:
    reached = apply(plan_static_files(actual, wanted, prune=True).changes, actual)

    assert sorted(reached, key=str) == sorted((row for row in reached if row in wanted), key=str)
    assert len(reached) == len(wanted)
    for row in wanted:
        assert served_from(row.url + "x", reached) == served_from(row.url + "x", wanted)
