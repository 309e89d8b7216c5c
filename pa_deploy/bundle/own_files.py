"""Find the run's own files in a folder, and all links that lead to them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from pa_deploy.bundle.links import MOST_LINKS


def own_paths(folder: Path, files: Sequence[Path]) -> frozenset[str]:
    """Paths relative to the folder: the files in it, and all links that lead to the files."""
    top = Path(os.path.realpath(folder))
    places = (place for file in files for place in _places(file))
    return frozenset(
        place.relative_to(top).as_posix() for place in places if place.is_relative_to(top)
    )


def _places(file: Path) -> Iterator[Path]:
    try:
        for _ in range(MOST_LINKS):
            file = Path(os.path.realpath(file.parent)) / file.name
            yield file
            yield from _as_listed(file)
            if not file.is_symlink():
                return
            file = file.parent / file.readlink()
    except (OSError, ValueError):  # the text cannot be a path, so no file has that name
        return


def _as_listed(file: Path) -> Iterator[Path]:
    """The file by another name of its folder that differs in capitals only: some disks ignore
    these, and tell the name as it was first written.
    """
    with suppress(OSError), os.scandir(file.parent) as rows:
        for row in rows:
            is_alike = row.name.casefold() == file.name.casefold() and row.name != file.name
            if is_alike and file.samefile(row.path):
                yield file.parent / row.name
