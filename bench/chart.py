"""Wall times as a bar chart in SVG that reads well on light and dark pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from math import log10

from bench.model import Result
from bench.ways import LIMIT, LOCKED_LIMIT, OFFICIAL, OURS, PER_FILE, UNLOCKED

WIDTH, LEFT, RIGHT, TOP, BOTTOM, BAR, GAP = 860, 160, 90, 90, 22, 15, 12
COLOURS = {
    LIMIT: "#8a8f98",
    LOCKED_LIMIT: "#57606a",
    UNLOCKED: "#79b8ff",
    OURS: "#1f6feb",
    OFFICIAL: "#d29922",
    PER_FILE: "#db6d28",
}
SHORTEST_SECONDS = 0.1
"""Where the axis begins; a logarithmic one has no 0."""
STEPS = (0.1, 1, 10, 100, 1_000, 10_000)


def chart_svg(results: Sequence[Result]) -> str:
    """One group of bars a scenario, at the longest round-trip time; a logarithmic scale."""
    longest = max(each.round_trip_ms for each in results)
    shown = [each for each in results if each.round_trip_ms == longest]
    title = f"Seconds that each piece of work takes at a round trip of {longest} ms"
    most = max(each.usage.wall_seconds for each in shown)
    parts: list[str] = []
    height = TOP
    for _, group in groupby(shown, key=lambda each: each.scenario.name):
        bars = list(group)
        parts += _group(bars, height, most)
        height += BAR * len(bars) + GAP
    height += BOTTOM
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{escape(title)}">'
    )
    return "\n".join(
        (
            head,
            "<style>text { font-family: sans-serif; fill: #767b83 }</style>",
            _text(
                10, 20, f"{title} (the axis is logarithmic, from {SHORTEST_SECONDS} s on)", size=14
            ),
            *_legend(dict.fromkeys(each.contender.name for each in shown)),
            *_axis(most, height - BOTTOM),
            *parts,
            "</svg>\n",
        )
    )


def _axis(most_seconds: float, bottom: float) -> Iterator[str]:
    """A line down the chart at each power of ten, named above and below."""
    for seconds in STEPS:
        if seconds <= most_seconds:
            x = LEFT + _length(seconds, most_seconds)
            yield f'<path d="M{x:.1f} {TOP - GAP}V{bottom}" stroke="#767b83" stroke-opacity="0.4"/>'
            for y in (TOP - GAP - 4, bottom + 14):
                yield _text(x, y, f"{seconds:,} s", size=11, anchor="middle")


def _group(bars: Sequence[Result], top: int, most_seconds: float) -> Iterator[str]:
    middle = top + BAR * len(bars) / 2
    yield _text(LEFT - 10, middle + 4, bars[0].scenario.label, anchor="end")
    for number, each in enumerate(bars):
        seconds = each.usage.wall_seconds
        width = max(2.0, _length(seconds, most_seconds))
        y = top + BAR * number
        yield _box(LEFT, y, width, BAR - 2, COLOURS[each.contender.name])
        told = f"{seconds:,.1f} s" if seconds < 100 else f"{seconds:,.0f} s"
        told = f"≈ {told}" if each.usage.virtual_seconds else told
        yield _text(LEFT + width + 6, y + 11, told, size=11)


def _length(seconds: float, most: float) -> float:
    """Of a bar; the longest fills the chart."""

    def tens(each: float) -> float:
        return log10(max(each, SHORTEST_SECONDS) / SHORTEST_SECONDS)

    return tens(seconds) / (tens(most) or 1.0) * (WIDTH - LEFT - RIGHT)


def _legend(names: dict[str, None]) -> Iterator[str]:
    x = 10
    for name in names:
        yield _box(x, 34, 10, 10, COLOURS[name])
        yield _text(x + 15, 43, name, size=11)
        x += 32 + 6 * len(name)


def _box(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{x}" y="{y}" width="{width:.1f}" height="{height}" rx="2" fill="{colour}"/>'


def _text(x: float, y: float, text: str, *, size: int = 12, anchor: str = "start") -> str:
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" font-size="{size}" text-anchor="{anchor}">'
        f"{escape(text)}</text>"
    )
