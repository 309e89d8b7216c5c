"""The changes that make rows exactly what they were, as a rollback wants it."""

from __future__ import annotations

from collections.abc import Sequence

from pa_deploy.model import Create, Delete, StaticFile, StaticHeader, Update
from pa_deploy.plan.rows import RowPlan

Rows = Sequence[StaticFile | StaticHeader]


def plan_exactly(actual: Rows, wanted: Rows | None) -> RowPlan:
    """The rows of `wanted` one by one, in their order, twice where they are there twice.

    Only as many are deleted as are too many. A new row always comes last, so where one is missing
    in between, all that come after it move on by one place: the last first, so that a run which is
    stopped midway has lost no row.
    """
    if wanted is None:
        return RowPlan()
    gone = _to_delete(actual, wanted)
    kept = [row for place, row in enumerate(actual) if place not in gone]
    pairs = list(zip(kept, wanted, strict=False))
    return RowPlan(
        changes=(
            *(Delete(actual[place]) for place in gone),
            *(Create(row) for row in wanted[len(kept) :]),
            *(Update(row, better) for row, better in reversed(pairs) if row != better),
        ),
        unchanged=tuple(row for row, better in pairs if row == better),
    )


def _to_delete(actual: Rows, wanted: Rows) -> tuple[int, ...]:
    """The places of the rows too many, so chosen that most of the others are right already."""
    too_many = max(0, len(actual) - len(wanted))
    # After each row, for each number of deleted ones: how many are right at most, which are gone.
    best: dict[int, tuple[int, tuple[int, ...]]] = {0: (0, ())}
    for place, row in enumerate(actual):
        following: dict[int, tuple[int, tuple[int, ...]]] = {}
        for deleted, (right, gone) in best.items():
            becomes = wanted[place - deleted : place - deleted + 1]
            choices = [(deleted, (right + (row in becomes), gone))]
            if deleted < too_many:
                choices.append((deleted + 1, (right, (*gone, place))))
            for number, choice in choices:
                following[number] = max(choice, following.get(number, choice))
        best = following
    return best[too_many][1]
