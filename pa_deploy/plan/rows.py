"""The changes that lead from the rows that are there to those that are wanted.

A static file mapping's identity is its URL. Their order matters: PythonAnywhere tries the rows one
after the other and serves the first that has the file, and a new row always comes last. A static
header's identity is its URL and its name; their order does not matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations

from pa_deploy.model import Change, Create, Delete, StaticFile, StaticHeader, Update

Rows = Sequence[StaticFile]
Headers = Sequence[StaticHeader]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowPlan:
    """Changes in the order in which to make them, what is right already, and notes."""

    changes: tuple[Change, ...] = ()
    unchanged: tuple[StaticFile | StaticHeader, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """What each row that stays is to be, by its place; and the rows that come after them."""

    becomes: dict[int, StaticFile]
    added: tuple[StaticFile, ...]
    reordered: bool


def plan_exactly(
    actual: Sequence[StaticFile | StaticHeader], wanted: Sequence[StaticFile | StaticHeader] | None
) -> RowPlan:
    """The rows of `wanted` one by one, in their order, twice where they are there twice.

    A new row always comes last, so where one is missing in between, all that come after it move
    on by one place: the last first, so that a run which is stopped midway has lost no row.
    """
    if wanted is None:
        return RowPlan()
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


def plan_static_files(actual: Rows, wanted: Rows | None, *, prune: bool = False) -> RowPlan:
    """None = leave all alone; empty = there must be none; else each listed one once, in order.

    Rows that are not listed are noted, or deleted by `prune`.
    """
    if wanted is None:
        return RowPlan()
    if not wanted:
        return RowPlan(changes=tuple(Delete(row) for row in actual))
    ours = _first_of_each(actual, wanted)
    gone = [i for i, row in enumerate(actual) if i not in ours and (prune or row in wanted)]
    others = [i for i in range(len(actual)) if i not in ours and i not in gone]
    layout = _lay_out(actual, wanted, ours, others)
    updated = [i for i, row in layout.becomes.items() if actual[i] != row]
    final = [layout.becomes.get(i, row) for i, row in enumerate(actual) if i not in gone]
    return RowPlan(
        changes=_in_order(
            [Delete(actual[i]) for i in gone],
            [Update(actual[i], layout.becomes[i]) for i in updated],
            [Create(row) for row in layout.added],
            reordered=layout.reordered,
        ),
        unchanged=tuple(actual[i] for i in ours if i not in updated),
        notes=(
            *(_unlisted_note(actual[i]) for i in others),
            *_hiding_notes([*final, *layout.added]),
        ),
    )


def plan_static_headers(actual: Headers, wanted: Headers | None, *, prune: bool = False) -> RowPlan:
    """As `plan_static_files`, but for the order."""
    if wanted is None:
        return RowPlan()
    if not wanted:
        return RowPlan(changes=tuple(Delete(row) for row in actual))
    keys = [_key(row) for row in actual]
    ours = {keys.index(_key(row)): row for row in wanted if _key(row) in keys}
    gone = [i for i, row in enumerate(actual) if i not in ours and (prune or row in wanted)]
    others = [i for i in range(len(actual)) if i not in ours and i not in gone]
    return RowPlan(
        changes=(
            *(Delete(actual[i]) for i in gone),
            *(Update(actual[i], row) for i, row in ours.items() if actual[i] != row),
            *(Create(row) for row in wanted if _key(row) not in keys),
        ),
        unchanged=tuple(row for i, row in ours.items() if actual[i] == row),
        notes=tuple(
            f"The header {actual[i].name} for {actual[i].url} is not listed; it was left alone."
            for i in others
        ),
    )


def _key(header: StaticHeader) -> tuple[str, str]:
    """Names of HTTP headers have no case."""
    return (header.url, header.name.lower())


def _in_order(
    deletes: list[Delete], updates: list[Update], creates: list[Create], *, reordered: bool
) -> tuple[Change, ...]:
    """Where rows change places, new ones come first and the last place is filled first.

    So a run that is stopped midway has overwritten no row that is not listed.
    """
    if reordered:
        return (*deletes, *creates, *reversed(updates))
    return (*deletes, *updates, *creates)


def _first_of_each(actual: Rows, wanted: Rows) -> list[int]:
    """The places of the rows that are ours: the first row of each listed URL, as that serves."""
    urls = [row.url for row in actual]
    return sorted(urls.index(row.url) for row in wanted if row.url in urls)


def _lay_out(actual: Rows, wanted: Rows, ours: list[int], others: list[int]) -> _Layout:
    """A row keeps its URL, unless that would try overlapping URLs in another order than listed.

    Then all rows with listed URLs are filled anew: the listed mappings in their order, and after
    them those that have a listed URL but are not ours.
    """
    by_url = {row.url: row for row in wanted}
    kept = {i: by_url[actual[i].url] for i in ours}
    missing = tuple(row for row in wanted if row not in kept.values())
    if _is_ordered([*kept.values(), *missing], wanted):
        return _Layout(becomes=kept, added=missing, reordered=False)
    rivals = [i for i in others if actual[i].url in by_url]
    places = sorted([*ours, *rivals])
    rows = [*wanted, *(actual[i] for i in rivals)]
    return _Layout(
        becomes=dict(zip(places, rows, strict=False)),
        added=tuple(rows[len(places) :]),
        reordered=True,
    )


def _is_ordered(rows: Rows, wanted: Rows) -> bool:
    return all(
        rows.index(earlier) < rows.index(later)
        for earlier, later in combinations(wanted, 2)
        if _overlap(earlier, later)
    )


def _overlap(one: StaticFile, other: StaticFile) -> bool:
    """Matching is by plain string prefix (help page DebuggingStaticFiles)."""
    return one.url.startswith(other.url) or other.url.startswith(one.url)


def _unlisted_note(row: StaticFile) -> str:
    return f"The mapping {row.url} → {row.path} is not listed; it was left alone."


def _hiding_notes(final: Rows) -> Iterator[str]:
    for earlier, later in combinations(final, 2):
        if later.url.startswith(earlier.url):
            yield (
                f"URLs under {later.url} are looked for in {earlier.path} first, because "
                f"the mapping {earlier.url} comes before {later.url}."
            )
