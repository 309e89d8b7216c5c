"""Two databases of a name: one in `shared/`, and one where the link to it should be.

Somebody has deleted the link, and the app has made a new one. Or it was put there on purpose.
"""

from __future__ import annotations

import os
from typing import Iterable, Iterator, List, Tuple

from .databases import databases_in, has_rows, is_database
from .paths import covers

FEW = 10
"""How many are told."""


class Twins(RuntimeError):
    """Both have rows, so nobody but the user knows which is right. `paths` are below `shared/`."""

    def __init__(self, paths: List[str]) -> None:
        super().__init__("the link to it is gone, and both databases have rows")
        self.paths = paths[:FEW]
        self.count = len(paths)


def insist_on_one(here: str, kept: str, name: str, leave: Iterable[str]) -> None:
    """Raise Twins if both have a database with rows. They may be files or folders.

    `name` is their path below `shared/`, `leave` are paths that may be left behind.
    """
    below = [
        os.path.normpath(os.path.join(name, os.path.relpath(other, kept)))
        for one, other in twins(here, kept)
        if has_rows(one) and has_rows(other)
    ]
    paths = [path for path in below if not covers(leave, path)]
    if paths:
        raise Twins(paths)


def are_there(here: str, kept: str) -> bool:
    """Whether a database, or an empty file, stands where one of `shared/` should be."""
    return any(True for _ in twins(here, kept))


def is_void(here: str, kept: str) -> bool:
    """Whether what an app has made there has nothing, and `shared/` has a database."""
    is_nothing = os.path.isfile(here) and not os.path.getsize(here)
    return is_database(kept) and (is_nothing or (is_database(here) and not has_rows(here)))


def twins(here: str, kept: str) -> Iterator[Tuple[str, str]]:
    """Of each database in `shared/` the file that stands for it, if that is another one."""
    for other in databases_in(kept):
        one = os.path.normpath(os.path.join(here, os.path.relpath(other, kept)))
        is_other = os.path.isfile(one) and not os.path.samefile(one, other)
        if is_other and (is_database(one) or not os.path.getsize(one)):
            yield one, other
