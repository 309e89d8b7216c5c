"""What a rollback asks for, by examples; what holds for all rows is in test_plan_exactly.py."""

from __future__ import annotations

import pytest

from pa_deploy.model import Change, Create, Delete, StaticFile, StaticHeader, Update
from pa_deploy.plan.exact import plan_exactly
from pa_deploy.plan.rows import RowPlan

A, B, C, D = (StaticFile(f"/{name}/", f"/srv/{name}") for name in "abcd")


@pytest.mark.parametrize(
    ("actual", "wanted", "changes", "unchanged"),
    [
        ([], [], [], []),
        ([A, B], [A, B], [], [A, B]),
        ([], [A, B], [Create(A), Create(B)], []),
        ([A, B], [], [Delete(A), Delete(B)], []),
        ([A, B, C], [C], [Update(A, C), Delete(B), Delete(C)], []),
        ([A], [A, A], [Create(A)], [A]),
        ([A, A], [A], [Delete(A)], [A]),
        ([A, B], [A, C], [Update(B, C)], [A]),
        ([A, B, C], [A, D], [Update(B, D), Delete(C)], [A]),
        ([A, B, C], [D, C], [Update(A, D), Update(B, C), Delete(C)], []),
        ([A], [B, C], [Create(C), Update(A, B)], []),
        ([A, B], [B, A], [Update(B, A), Update(A, B)], []),
        ([A, A, B], [A, B, A, C, B], [Create(C), Create(B), Update(B, A), Update(A, B)], [A]),
        ([A, C, B, D], [C, A, B], [Update(A, C), Update(C, A), Delete(D)], [B]),
    ],
)  # fmt: skip
def test_rows_become_exactly_the_wanted_ones(
    actual: list[StaticFile],
    wanted: list[StaticFile],
    changes: list[Change],
    unchanged: list[StaticFile],
) -> None:
    assert plan_exactly(actual, wanted) == RowPlan(
        changes=tuple(changes), unchanged=tuple(unchanged)
    )


def test_rows_after_a_missing_one_move_on_and_the_last_goes_first() -> None:
    assert plan_exactly([B, C, D], [A, B, C, D]) == RowPlan(
        changes=(Create(D), Update(D, C), Update(C, B), Update(B, A))
    )


def test_rows_that_are_not_wanted_at_all_are_left_alone() -> None:
    assert plan_exactly([A], None) == RowPlan()


def test_headers_are_rows_too() -> None:
    one, two = StaticHeader("/", "X", "1"), StaticHeader("/", "X", "2")

    assert plan_exactly([one], [two]) == RowPlan(changes=(Update(one, two),))


def test_rows_after_one_too_many_move_up_and_the_last_is_deleted() -> None:
    changes = plan_exactly([A, B, C], [B, C]).changes

    assert changes == (Update(A, B), Update(B, C), Delete(C))
