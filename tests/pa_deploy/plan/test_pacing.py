"""How long the rate limit makes a plan take."""

from __future__ import annotations

from itertools import combinations

import pytest

from pa_deploy.model import (
    Change,
    Create,
    Delete,
    NewWebapp,
    Plan,
    Release,
    Setting,
    SharedFile,
    StaticFile,
    StaticHeader,
    Update,
    WsgiFile,
)
from pa_deploy.plan import Pace, pace

DOMAIN = "alice.pythonanywhere.com"
ROW = StaticFile("/a/", "/srv/a", 1)
HEADER = StaticHeader("/a/", "X-A", "1", 1)
SETTING = Setting("virtualenv", "/v")
FILE = WsgiFile(path="/var/www/w.py", content=b"x")

# An endpoint a line: its calls count together.
ENDPOINTS: list[list[Change]] = [
    [Create(NewWebapp(DOMAIN, "3.13"))],
    [Create(SETTING), Update(SETTING, SETTING)],
    [Create(ROW)],
    [Update(ROW, ROW), Delete(ROW)],
    [Create(HEADER)],
    [Update(HEADER, HEADER), Delete(HEADER)],
    [Create(FILE), Update(FILE, FILE), Create(Release("r1")), Update(Release("r1"), Release("r2"))],
    [Create(SharedFile("/a"))],
]
TOGETHER = [
    (one, other, same)
    for (i, one), (j, other) in combinations(
        [(number, each) for number, changes in enumerate(ENDPOINTS) for each in changes], 2
    )
    for same in [i == j]
]


def plan(*changes: Change) -> Plan:
    return Plan(domain=DOMAIN, changes=changes, unchanged=(), notes=(), reload=True, digest="")


def test_a_plan_without_changes_calls_nothing() -> None:
    assert pace(plan()) == Pace(calls=0, seconds=0)


@pytest.mark.parametrize(("one", "other", "same"), TOGETHER)
def test_calls_of_one_endpoint_count_together(one: Change, other: Change, *, same: bool) -> None:
    assert pace(plan(one, other)) == Pace(calls=2 if same else 1, seconds=0)


@pytest.mark.parametrize(
    ("changes", "minutes"), [(1, 0), (39, 0), (40, 1), (79, 1), (80, 2), (120, 3)]
)
def test_after_the_look_39_calls_need_no_wait_and_each_40_more_a_minute(
    changes: int, minutes: int
) -> None:
    assert pace(plan(*[Create(ROW)] * changes)) == Pace(calls=changes, seconds=60 * minutes)


@pytest.mark.parametrize(("looked", "seconds"), [(0, 0), (1, 0), (2, 0), (3, 60), (43, 120)])
def test_each_look_counts_too(looked: int, seconds: int) -> None:
    assert pace(plan(*[Create(ROW)] * 38), looked) == Pace(calls=38, seconds=seconds)


def test_the_waits_of_several_endpoints_are_added_up() -> None:
    changes = plan(*[Create(ROW)] * 50, *[Delete(HEADER)] * 90, Create(FILE))

    assert pace(changes) == Pace(calls=90, seconds=180)
