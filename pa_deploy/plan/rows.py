"""The changes that lead from the rows that are there to those that are wanted.

A static file mapping's identity is its URL. Their order matters: PythonAnywhere tries the rows one
after the other and serves the first that has the file, and a new row always comes last. A static
header's identity is its URL and its name; their order does not matter.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pa_deploy.model import Change, Create, Delete, StaticFile, StaticHeader, Update
from pa_deploy.plan.order import first_hiding, in_common_order, overlapping, path_at

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


def plan_static_files(actual: Rows, wanted: Rows | None, *, prune: bool) -> RowPlan:
    """None = leave all alone; empty = there must be none; else each listed one once, in order.

    Rows that are not listed are noted, or deleted by `prune`.
    """
    if wanted is None:
        return RowPlan()
    if not wanted:
        return RowPlan(changes=tuple(Delete(row) for row in actual))
    listed = {row.url for row in wanted}
    ours = _first_of_each([row.url for row in actual], listed)
    gone, others = _sort_out(actual, set(wanted), set(ours), prune=prune)
    layout = _lay_out(actual, wanted, ours, others)
    updated = [i for i, row in layout.becomes.items() if actual[i] != row]
    dropped = set(gone)
    final = [layout.becomes.get(i, row) for i, row in enumerate(actual) if i not in dropped]
    return RowPlan(
        changes=_in_order(
            [Delete(actual[i]) for i in gone],
            [Update(actual[i], layout.becomes[i]) for i in updated],
            [Create(row) for row in layout.added],
            reordered=layout.reordered,
        ),
        unchanged=tuple(actual[i] for i in ours if actual[i] == layout.becomes[i]),
        notes=(
            *(_unlisted_note(actual[i], listed) for i in others),
            *_hiding_notes([*final, *layout.added]),
        ),
    )


def plan_static_headers(actual: Headers, wanted: Headers | None, *, prune: bool) -> RowPlan:
    """As `plan_static_files`, but for the order."""
    if wanted is None:
        return RowPlan()
    if not wanted:
        return RowPlan(changes=tuple(Delete(row) for row in actual))
    listed = {_key(row): row for row in wanted}
    keys = [_key(row) for row in actual]
    ours = {i: listed[keys[i]] for i in _first_of_each(keys, listed)}
    there = {keys[i] for i in ours}
    gone, others = _sort_out(actual, set(wanted), set(ours), prune=prune)
    return RowPlan(
        changes=(
            *(Delete(actual[i]) for i in gone),
            *(Update(actual[i], row) for i, row in ours.items() if actual[i] != row),
            *(Create(row) for key, row in listed.items() if key not in there),
        ),
        unchanged=tuple(actual[i] for i, row in ours.items() if actual[i] == row),
        notes=tuple(_unlisted_header_note(actual[i], listed) for i in others),
    )


def _key(header: StaticHeader) -> tuple[str, str]:
    """Names of HTTP headers have no case."""
    return (header.url, header.name.lower())


def _in_order(
    deletes: list[Delete], updates: list[Update], creates: list[Create], *, reordered: bool
) -> tuple[Change, ...]:
    """If rows change places, new ones come first and the last place is filled first.

    So a run that is stopped midway has overwritten no row that is not listed.
    """
    if reordered:
        return (*deletes, *creates, *reversed(updates))
    return (*deletes, *updates, *creates)


Key = TypeVar("Key")
Row = TypeVar("Row", StaticFile, StaticHeader)


def _first_of_each(keys: Sequence[Key], listed: Container[Key]) -> list[int]:
    """The places of the rows that are ours: the first of each listed key, as that one serves."""
    places: dict[Key, int] = {}
    for place, key in enumerate(keys):
        places.setdefault(key, place)
    return [place for key, place in places.items() if key in listed]


def _sort_out(
    actual: Sequence[Row], wanted: set[Row], ours: set[int], *, prune: bool
) -> tuple[list[int], list[int]]:
    """The places of the rows to delete, and of those that are left alone.

    Copies of a listed row go: other tools, which create without a look, leave them.
    """
    rest = [place for place in range(len(actual)) if place not in ours]
    gone = [place for place in rest if prune or actual[place] in wanted]
    return gone, [place for place in rest if not prune and actual[place] not in wanted]


def _lay_out(actual: Rows, wanted: Rows, ours: list[int], others: list[int]) -> _Layout:
    """A row keeps its URL, unless that would try overlapping URLs in another order than listed.

    Then all rows with listed URLs are filled anew: the listed mappings in an order that means the
    same as theirs, and after them those that have a listed URL but are not ours.
    """
    by_url = {row.url: row for row in wanted}
    kept = {i: by_url[actual[i].url] for i in ours}
    there = set(kept.values())
    missing = tuple(row for row in wanted if row not in there)
    if _is_ordered([*kept.values(), *missing], wanted):
        return _Layout(becomes=kept, added=missing, reordered=False)
    rivals = [i for i in others if actual[i].url in by_url]
    places = sorted([*ours, *rivals])
    rows = [*in_common_order(wanted), *(actual[i] for i in rivals)]
    return _Layout(
        becomes=dict(zip(places, rows, strict=False)),
        added=tuple(rows[len(places) :]),
        reordered=True,
    )


def _is_ordered(rows: Rows, wanted: Rows) -> bool:
    place = {row: number for number, row in enumerate(rows)}
    return all(
        place[wanted[earlier]] < place[wanted[later]] for earlier, later in overlapping(wanted)
    )


def _unlisted_note(row: StaticFile, listed: Container[str]) -> str:
    if row.url in listed:
        said = f"There is one more mapping for {row.url}, to {row.path}; "
        return f"{said}it was kept, after the listed one."
    return f"The mapping {row.url} → {row.path} is not listed; it was left alone."


def _unlisted_header_note(row: StaticHeader, listed: Container[tuple[str, str]]) -> str:
    if _key(row) in listed:
        said = f"There is one more header {row.name} for {row.url}, with the value {row.value}; "
        return f"{said}it was kept."
    said = f"The header {row.name}: {row.value} for {row.url} is not listed; "
    return f"{said}it was left alone."


def _hiding_notes(final: Rows) -> Iterator[str]:
    for earlier, later in first_hiding(final):
        is_same = path_at(earlier, later.url).rstrip("/") == later.path.rstrip("/")
        if is_same and earlier.url != later.url:
            continue  # both lead to the same files
        yield (
            f"PythonAnywhere looks for URLs under {later.url} in {earlier.path} first, because the "
            "mapping "
            f"{earlier.url} comes before {later.url}."
        )
