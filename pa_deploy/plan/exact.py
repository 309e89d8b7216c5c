"""The changes that make rows exactly what they were, as a rollback wants it."""

from __future__ import annotations

from collections.abc import Sequence

from pa_deploy.model import Create, Delete, StaticFile, StaticHeader, Update
from pa_deploy.plan.rows import RowPlan

Rows = Sequence[StaticFile | StaticHeader]


def plan_exactly(actual: Rows, wanted: Rows | None) -> RowPlan:
    """The rows of `wanted` one by one, in their order, twice if they are there twice.

    A new row always comes last, so if one is missing in between, all that come after it move on by
    one place: the last first, so that a run which is stopped midway has lost no row. If there are
    too many, the others move up, the first first, before the last are deleted.
    """
    if wanted is None:
        return RowPlan()
    pairs = list(zip(actual, wanted, strict=False))
    updates = [Update(row, better) for row, better in pairs if row != better]
    surplus = [Delete(row) for row in actual[len(wanted) :]]
    missing = [Create(row) for row in wanted[len(actual) :]]
    return RowPlan(
        changes=(*updates, *surplus) if surplus else (*missing, *reversed(updates)),
        unchanged=tuple(row for row, better in pairs if row == better),
    )
