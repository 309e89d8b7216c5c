"""The files of a folder that a release of it would have, by their names: nothing is opened but
what git and its ignore files are.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pa_deploy.bundle.names import CI_FILES
from pa_deploy.bundle.patterns import patterns_of
from pa_deploy.bundle.walk import LeftOut, Rules, Walk

MOST_OF_CI = 100
KEPT_BYTES = 64 * 1024 * 1024
"""How much a reader keeps of what it has read: files are asked for again and again."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Paths, sorted, and what git or a name keeps out. `is_cut`: there are more files than that.

    `empty_submodules` are folders that were not checked out.
    """

    paths: tuple[str, ...]
    left_out: tuple[LeftOut, ...] = ()
    empty_submodules: tuple[str, ...] = ()
    is_cut: bool = False


class _Enough(Exception):
    """There are as many paths as anybody wants."""


def list_folder(folder: Path, most: int) -> Listed:
    """The files nearest to the top, at most so many. What cannot be read is left out."""
    source = Path(os.path.realpath(folder))

    def check() -> None:
        if len(found.paths) >= most:
            raise _Enough

    nothing = patterns_of(())
    found = Walk(source, Rules(nothing, nothing), check)
    is_cut = False
    try:
        found.go()
    except _Enough:
        is_cut = True
    return Listed(
        tuple(sorted((*found.paths, *_of_ci(source)))),
        tuple(found.left_out(found.paths)),
        tuple(found.empty_submodules),
        is_cut,
    )


def _of_ci(source: Path) -> Iterator[str]:
    """The files of CI systems, which no release has. No link is followed."""
    for name in CI_FILES:
        place = source / name
        if place.is_symlink():
            continue
        if place.is_file():
            yield name
        elif name.endswith("/"):
            yield from itertools.islice(_below(source, place), MOST_OF_CI)


def _below(source: Path, place: Path) -> Iterator[str]:
    for folder, _, files in os.walk(place):
        inside = Path(folder).relative_to(source)
        yield from ((inside / file).as_posix() for file in sorted(files))


def reader(folder: Path, most: int) -> Callable[[str], bytes | None]:
    """Reads a file below the folder, at most so many bytes of it; None if there is none.

    A link that leads out of the folder counts as none, and so does what is not a regular file.
    What was read once is taken to stay as it was.
    """
    top = Path(os.path.realpath(folder))
    kept: dict[str, bytes | None] = {}
    room = KEPT_BYTES

    def read(path: str) -> bytes | None:
        nonlocal room
        if path in kept:
            return kept[path]
        content = read_now(path)
        room -= len(content or b"")
        if room > 0:
            kept[path] = content
        return content

    def read_now(path: str) -> bytes | None:
        try:
            file = (top / path).resolve()
            if not file.is_relative_to(top) or not file.is_file():
                return None
            with file.open("rb") as stream:
                return stream.read(most)
        except (OSError, ValueError, RuntimeError):  # RuntimeError: links in a circle, before 3.13
            return None

    return read
