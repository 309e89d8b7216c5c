"""Prints what a comparison found."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pa_emulator.compare.player import Comparison, Played


def lines(comparison: Comparison) -> Iterator[str]:
    """Return the report's lines. Line breaks in a recording's keys and paths break none of them."""
    yield from map(harmless, _lines(comparison))


def harmless(text: str) -> str:
    """Remove what a terminal or a CI takes for a command."""
    shown = "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)
    return shown.replace("##", "# #").replace("::", ": :")


def _lines(comparison: Comparison) -> Iterator[str]:
    for played in comparison.played:
        if played.differences:
            yield from _about(played)
    yield from _left_out(comparison)
    count, number = len(comparison.played), comparison.differences
    yield f"{_counted(count, 'request')} compared: {_counted(number, 'difference')}."


def _about(played: Played) -> Iterator[str]:
    line = played.line
    path = line.path.split("/", 5)[5]
    yield f"line {line.number}: {line.method} {path}"
    for each in played.differences:
        place = f"{each.what} of {each.where}" if each.where else each.what
        yield f"    {place:<32} recorded: {each.recorded:<24} emulator: {each.found}"


def _left_out(comparison: Comparison) -> Iterator[str]:
    recording = comparison.recording
    for reason, number in sorted(comparison.skipped.items()):
        if number:
            yield f"Not compared: {_counted(number, 'request')} {reason}."
    for line in recording.lines:
        if line.unknown:
            keys = ", ".join(line.unknown)
            yield f"Not compared: {keys} in line {line.number}, unknown to this pa-emulator."
    if recording.left_out:
        yield f"Not recorded: {_counted(recording.left_out, 'exchange')}."
    if recording.damage:
        yield f"The recording is cut off ({recording.damage}). It was compared up to there."


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
