"""The changes that lead from the static file mappings that are there to those that are wanted.

A mapping's identity is its URL. Their order matters: PythonAnywhere tries the rows one after the
other and serves the first that has the file, and a new row always comes last.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from pa_deploy.model import Change, Create, Delete, StaticFile, Update

Rows = Sequence[StaticFile]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowPlan:
    """Changes in the order in which to make them: deletes, updates, creates."""

    changes: tuple[Change, ...] = ()
    unchanged: tuple[StaticFile, ...] = ()
    notes: tuple[str, ...] = ()


def plan_static_files(actual: Rows, wanted: Rows | None) -> RowPlan:
    """None = leave all alone; empty = there must be none; else each listed one once, in order."""
    if wanted is None:
        return RowPlan()
    if not wanted:
        return RowPlan(changes=tuple(Delete(row) for row in actual))
    managed = _managed(actual, wanted)
    rest = [index for index in range(len(actual)) if index not in managed]
    copies = [index for index in rest if actual[index] in wanted]
    becomes = _assign(managed, actual, wanted)
    updated = [index for index in managed if actual[index] != becomes[index]]
    created = [row for row in wanted if row not in becomes.values()]
    stays = [index for index in range(len(actual)) if index not in copies]
    return RowPlan(
        changes=(
            *(Delete(actual[index]) for index in copies),
            *(Update(actual[index], becomes[index]) for index in updated),
            *(Create(row) for row in created),
        ),
        unchanged=tuple(actual[index] for index in managed if index not in updated),
        notes=(
            *(_unlisted_note(actual[index]) for index in rest if index not in copies),
            *_hiding_notes([*(becomes.get(index, actual[index]) for index in stays), *created]),
        ),
    )


def _managed(actual: Rows, wanted: Rows) -> list[int]:
    """The places of the rows that are ours: the first row of each listed URL."""
    urls = [row.url for row in actual]
    return sorted(urls.index(row.url) for row in wanted if row.url in urls)


def _assign(managed: list[int], actual: Rows, wanted: Rows) -> dict[int, StaticFile]:
    """What each of our rows is to be, by its place.

    A row keeps its URL, unless that would try overlapping URLs in another order than listed; then
    our rows are filled in listed order, whatever they were before.
    """
    by_url = {row.url: row for row in wanted}
    kept = {index: by_url[actual[index].url] for index in managed}
    missing = [row for row in wanted if row not in kept.values()]
    in_order = [*kept.values(), *missing]
    if all(
        in_order.index(earlier) < in_order.index(later)
        for earlier, later in combinations(wanted, 2)
        if _overlap(earlier, later)
    ):
        return kept
    return dict(zip(managed, wanted, strict=False))


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
