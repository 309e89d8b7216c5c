"""Which static file mappings stand in each other's way, and in which order they may come.

PythonAnywhere tries the rows one after the other, and matching is by plain string prefix (help page
DebuggingStaticFiles): so only the order of URLs that begin with each other has a meaning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from graphlib import TopologicalSorter

from pa_deploy.model import StaticFile

Rows = Sequence[StaticFile]


def overlapping(rows: Rows) -> Iterator[tuple[int, int]]:
    """The places of each two rows of which one's URL begins with the other's, the earlier first."""
    places: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        places.setdefault(row.url, []).append(place)
    beginnings = _beginnings(places)
    for place, row in enumerate(rows):
        for url in _with_beginnings(row.url, beginnings):
            for other in places[url]:
                if url != row.url or other < place:
                    yield min(place, other), max(place, other)


def _beginnings(urls: Iterable[str]) -> dict[str, str | None]:
    """Of each URL the longest other one that it begins with.

    In the order of texts, what begins with a URL comes right after it. So a long URL costs what it
    costs to compare it, and not its length squared.
    """
    found: dict[str, str | None] = {}
    open_ones: list[str] = []
    for url in sorted(urls):
        while open_ones and not url.startswith(open_ones[-1]):
            open_ones.pop()
        found[url] = open_ones[-1] if open_ones else None
        open_ones.append(url)
    return found


def _with_beginnings(url: str, beginnings: Mapping[str, str | None]) -> Iterator[str]:
    """The URL and all others that it begins with, the longest first."""
    beginning: str | None = url
    while beginning is not None:
        yield beginning
        beginning = beginnings[beginning]


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
    beginnings = _beginnings({row.url for row in rows})
    first_place: dict[str, int] = {}
    for place, row in enumerate(rows):
        urls = _with_beginnings(row.url, beginnings)
        hiding = [first_place[url] for url in urls if url in first_place]
        if hiding:
            yield rows[min(hiding)], row
        first_place.setdefault(row.url, place)
