"""Wall time beside the limit, as a bar chart in SVG that reads well on light and dark pages."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby
from math import log10

from bench.model import Result

WIDTH, LEFT, RIGHT, BAR, GAP = 860, 250, 90, 16, 22
COLOURS = ("#8a8f98", "#2f81f7", "#d29922", "#db6d28", "#a371f7")
SHORTEST_SECONDS = 0.1


def chart_svg(results: Sequence[Result]) -> str:
    """One group of bars a scenario, at the longest round-trip time; a logarithmic scale."""
    longest = max(each.round_trip_ms for each in results)
    shown = [each for each in results if each.round_trip_ms == longest]
    names = list(dict.fromkeys(each.contender.name for each in shown))
    most = max(each.usage.wall_seconds for each in shown)
    parts, y = [], 54
    for scenario, group in groupby(shown, key=lambda each: each.scenario.name):
        bars = list(group)
        middle = y + BAR * len(bars) / 2
        parts.append(_text(LEFT - 10, middle + 4, scenario, anchor="end"))
        for each in bars:
            width = max(2.0, _share(each.usage.wall_seconds, most) * (WIDTH - LEFT - RIGHT))
            colour = COLOURS[names.index(each.contender.name) % len(COLOURS)]
            parts.append(
                f'<rect x="{LEFT}" y="{y}" width="{width:.1f}" height="{BAR - 2}" rx="2" '
                f'fill="{colour}"/>'
            )
            seconds = f"{each.usage.wall_seconds:,.1f} s"
            parts.append(_text(LEFT + width + 6, y + 11, seconds, size=11))
            y += BAR
        y += GAP
    title = f"Seconds at a round trip of {longest} ms (logarithmic)"
    legend = _legend(names)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" role="img" '
        f'aria-label="{escape(title)}">\n'
        f"<style>text {{ font-family: sans-serif; fill: #767b83 }}</style>\n"
        f"{_text(LEFT, 18, title, size=14)}\n{legend}\n" + "\n".join(parts) + "\n</svg>\n"
    )


def _share(seconds: float, most: float) -> float:
    return log10(max(seconds, SHORTEST_SECONDS) / SHORTEST_SECONDS) / log10(most / SHORTEST_SECONDS)


def _legend(names: Sequence[str]) -> str:
    parts, x = [], LEFT
    for name, colour in zip(names, COLOURS, strict=False):
        parts.append(f'<rect x="{x}" y="30" width="10" height="10" rx="2" fill="{colour}"/>')
        parts.append(_text(x + 15, 39, name, size=11))
        x += 30 + 7 * len(name)
    return "\n".join(parts)


def _text(x: float, y: float, text: str, *, size: int = 12, anchor: str = "start") -> str:
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" font-size="{size}" text-anchor="{anchor}">'
        f"{escape(text)}</text>"
    )
