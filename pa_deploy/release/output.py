"""What the commands and the app printed, for people: the line that tells most, and short frames."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

COMMAND = "$ "
"""How the loader begins the line that names a command."""
NPM = re.compile(r"npm (?:ERR!|error)\s*(.*)")
NPM_DETAIL = re.compile(r"(?:code|syscall|errno|path|command|signal|workspace|location|cwd)\b")
ERROR = re.compile(
    r"^(?:[\w.]*(?:Error|Exception)\b|(?:error|fatal|usage error)\b ?:)", re.IGNORECASE
)
FRAME = re.compile(r'^(?P<before>\s*File ")(?P<path>[^"]+)(?P<after>", line \d+.*)$')
OF_RELEASE = re.compile(r".*/releases/[0-9a-f]+/code/")
OF_PACKAGE = re.compile(r".*/(?:layers/[0-9a-f]+|(?:site|dist)-packages|lib/python3[\d.]*)/")
MOST_FRAMES = 2
"""Of packages, one after the other."""


def telling_line(output: str) -> tuple[str, bool]:
    """The line that tells most of the last command's output, and whether it is the last one.

    "" if nothing was printed.
    """
    lines = [line.strip() for line in output.split("\n")]
    begun = max((at for at, line in enumerate(lines) if line.startswith(COMMAND)), default=-1)
    printed = [line for line in lines[begun + 1 :] if line]
    if not printed:
        return "", True
    chosen = _of_npm(printed) or next(filter(ERROR.search, reversed(printed)), printed[-1])
    return chosen, chosen == printed[-1]


def _of_npm(lines: Iterable[str]) -> str:
    """The sentence of npm, which ends with where its log is, and begins with codes."""
    found = (NPM.fullmatch(line) for line in lines)
    said = (each[1].strip() for each in found if each)
    return next((each for each in said if each and not NPM_DETAIL.match(each)), "")


def shortened(lines: Iterable[str]) -> Iterator[str]:
    """Tracebacks with short paths, and with the last frames of packages alone."""
    for is_package, frames in groupby(_frames(lines), key=_is_of_package):
        rows = list(frames)
        if is_package and len(rows) > MOST_FRAMES:
            yield f"  … {len(rows) - MOST_FRAMES + 1} calls within packages"
            rows = rows[1 - MOST_FRAMES :]
        for frame in rows:
            yield from (_short(line) for line in frame)


def _frames(lines: Iterable[str]) -> Iterator[list[str]]:
    """Lines in pieces: a frame with the code below it, or one other line."""
    piece: list[str] = []
    for line in lines:
        if piece and _is_below(piece[0], line):
            piece.append(line)
            continue
        if piece:
            yield piece
        piece = [line]
    if piece:
        yield piece


def _is_below(first: str, line: str) -> bool:
    """Whether a line is of the code below a frame, which is indented by two more."""
    margin = len(first) - len(first.lstrip())
    is_code = line.startswith(" " * (margin + 2)) and not FRAME.match(line)
    return FRAME.match(first) is not None and is_code


def _is_of_package(frame: list[str]) -> bool:
    found = FRAME.match(frame[0])
    is_own = found and OF_RELEASE.match(found["path"])
    return bool(found and not is_own and OF_PACKAGE.match(found["path"]))


def _short(line: str) -> str:
    found = FRAME.match(line)
    if not found:
        return line
    path = OF_RELEASE.sub("", found["path"], count=1)
    if path == found["path"]:
        path = OF_PACKAGE.sub("…/", path, count=1)
    return f"{found['before']}{path}{found['after']}"
