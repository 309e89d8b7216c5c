"""What a rollback asks for: these rows, one by one, in this order."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from pa_deploy.deploy.rollback import former_webapp
from pa_deploy.model import (
    Actual,
    Create,
    NewWebapp,
    Plan,
    Setting,
    StaticFile,
    StaticHeader,
    Update,
    WantedWebapp,
    Webapp,
    WsgiFile,
)
from pa_deploy.plan.exact import plan_exactly
from tests.fake_clock import FakeClock
from tests.pa_deploy.plan.test_properties import ACTUAL, Rows, apply

DOMAIN = "alice.pythonanywhere.com"


def key(rows: Rows) -> list[tuple[str, str]]:
    return [(row.url, row.path) for row in rows]


@given(ACTUAL, ACTUAL)
def test_the_rows_become_exactly_the_former_ones(actual: Rows, former: Rows) -> None:
    reached = apply(plan_exactly(actual, former).changes, actual)

    assert key(reached) == key(former)


@given(ACTUAL, st.lists(st.booleans(), min_size=6, max_size=6))
def test_bringing_pruned_rows_back_loses_no_other_even_if_it_is_stopped(
    former: Rows, pruned: list[bool]
) -> None:
    left = tuple(row for row, gone in zip(former, pruned, strict=False) if not gone)
    changes = plan_exactly(left, former).changes

    for stop in range(len(changes) + 1):
        assert not Counter(left) - Counter(apply(changes[:stop], left))


@given(ACTUAL, st.lists(st.booleans(), min_size=6, max_size=6))
def test_taking_new_rows_away_loses_no_former_one_even_if_it_is_stopped(
    actual: Rows, new: list[bool]
) -> None:
    former = tuple(row for row, gone in zip(actual, new, strict=False) if not gone)
    changes = plan_exactly(actual, former).changes

    for stop in range(len(changes) + 1):
        assert not Counter(former) - Counter(apply(changes[:stop], actual))


@given(ACTUAL)
def test_rows_that_are_right_are_left_alone(rows: Rows) -> None:
    assert plan_exactly(rows, rows).changes == ()


def test_a_row_that_was_pruned_in_between_comes_back_without_a_gap() -> None:
    one, two, three = (StaticFile(f"/{n}/", f"/{n}", n) for n in (1, 2, 3))

    changes = plan_exactly((one, three), (one, two, three)).changes

    assert changes == (Create(three), Update(three, two))


WEBAPP = Webapp(domain=DOMAIN, python_version="3.10", source_directory="/old")
FORMER = Actual(
    observed_on=FakeClock().today(),
    webapp=WEBAPP,
    static_files=(StaticFile("/a/", "/a", 1),),
    static_headers=(StaticHeader("/a/", "X", "1", 1),),
    wsgi_file=WsgiFile(path="/w", content=b"old"),
)


def plan(*changes: object) -> Plan:
    return Plan(domain=DOMAIN, changes=changes, unchanged=(), notes=(), reload=True, digest="")  # type: ignore[arg-type]


def test_wanted_back_is_only_what_the_run_has_changed() -> None:
    change = Update(Setting("source_directory", "/old"), Setting("source_directory", "/new"))

    assert former_webapp(FORMER, plan(change)) == WantedWebapp(
        domain=DOMAIN, source_directory="/old"
    )


def test_all_rows_of_a_table_in_which_one_was_changed_are_wanted_back() -> None:
    wanted = former_webapp(FORMER, plan(Create(StaticFile("/b/", "/b"))))

    assert wanted == WantedWebapp(domain=DOMAIN, static_files=FORMER.static_files)


def test_there_is_nothing_to_want_back_of_a_web_app_that_was_not_there() -> None:
    nothing = Actual(observed_on=FakeClock().today(), webapp=None)

    assert former_webapp(nothing, plan(Create(NewWebapp(DOMAIN, "3.13")))) is None
