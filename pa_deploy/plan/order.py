"""Which static file mappings stand in each other's way, and in which order they may come.

PythonAnywhere tries the rows one after the other, and matching is by plain string prefix (help page
DebuggingStaticFiles): so only the order of URLs that begin with each other has a meaning.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter

from pa_deploy.model import StaticFile

Rows = Sequence[StaticFile]


def overlapping(rows: Rows) -> Iterator[tuple[int, int]]:
    """The places of each two rows of which one's URL begins with the other's, the earlier first."""
    for later, row in enumerate(rows):
        url = row.url
        for earlier, other in enumerate(rows[:later]):
            if url.startswith(other.url) or other.url.startswith(url):
                yield earlier, later


def in_common_order(rows: Rows) -> tuple[StaticFile, ...]:
    """The rows in the order that is the same for all lists of them that mean the same."""
    sorter: TopologicalSorter[int] = TopologicalSorter(dict.fromkeys(range(len(rows)), ()))
    for earlier, later in overlapping(rows):
        sorter.add(later, earlier)
    sorter.prepare()
    found: list[StaticFile] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=lambda place: (rows[place].url, rows[place].path))
        found += (rows[place] for place in ready)
        sorter.done(*ready)
    return tuple(found)


def first_hiding(rows: Rows) -> Iterator[tuple[StaticFile, StaticFile]]:
    """Each row whose URLs are looked for in an earlier row first, after the first such row."""
    for place, row in enumerate(rows):
        hiding = next((each for each in rows[:place] if row.url.startswith(each.url)), None)
        if hiding:
            yield hiding, row


@dataclass(frozen=True, slots=True)
class Rival:
    """Two mappings that have some of their URLs in common: a file of `row` whose path begins with
    `own` has the URL of the file of `other` that has `theirs` in its place.
    """

    row: StaticFile
    other: StaticFile
    own: str
    theirs: str


def rivals(rows: Rows) -> Iterator[Rival]:
    """Each row with each other one that has some of its URLs, whichever of the two comes first."""
    for place, row in enumerate(rows):
        for other in (*rows[:place], *rows[place + 1 :]):
            if row.url.startswith(other.url):
                yield Rival(row, other, path_at(row, row.url), path_at(other, row.url))
            elif other.url.startswith(row.url):
                yield Rival(row, other, path_at(row, other.url), path_at(other, other.url))


def path_at(row: StaticFile, url: str) -> str:
    """What the paths of files begin with whose URLs begin with this one, as uWSGI joins the two."""
    between = "/" if row.url.endswith("/") else ""
    return f"{row.path.rstrip('/')}{between}{url[len(row.url) :]}"
