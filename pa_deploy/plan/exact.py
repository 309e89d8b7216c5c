"""The changes that make rows exactly what they were, as a rollback wants it."""

from __future__ import annotations

from collections.abc import Sequence

from pa_deploy.model import Create, Delete, StaticFile, StaticHeader, Update
from pa_deploy.plan.rows import RowPlan


def plan_exactly(
    actual: Sequence[StaticFile | StaticHeader], wanted: Sequence[StaticFile | StaticHeader] | None
) -> RowPlan:
    """The rows of `wanted` one by one, in their order, twice where they are there twice.

    A new row always comes last, so where one is missing in between, all that come after it move
    on by one place: the last first, so that a run which is stopped midway has lost no row.
    """
    if wanted is None:
        return RowPlan()
    from difflib import SequenceMatcher  # noqa: PLC0415 - a rollback alone needs it

    gone: list[int] = []
    matcher = SequenceMatcher(a=actual, b=wanted, autojunk=False)
    for tag, first, last, low, high in matcher.get_opcodes():
        if tag in ("delete", "replace"):
            gone += range(min(last, first + high - low), last)
    kept = [row for i, row in enumerate(actual) if i not in gone]
    pairs = list(zip(kept, wanted, strict=False))
    return RowPlan(
        changes=(
            *(Delete(actual[i]) for i in gone),
            *(Create(row) for row in wanted[len(kept) :]),
            *(Update(row, better) for row, better in reversed(pairs) if row != better),
        ),
        unchanged=tuple(row for row, better in pairs if row == better),
    )
