"""Bytecode that an environment has is that of another one too, as far as both have the same files.

Python takes it by the time and size of its source. It never writes to such a file in its place.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Iterator, Tuple

from .files import discard, names_in

CACHE = "__pycache__"


def share_caches(folder: str, other: str) -> None:
    """Have hard links in a folder to the bytecode in another one."""
    for below, name in _caches_in(other):
        source = os.path.join(below, name.partition(".")[0] + ".py")
        with suppress(OSError):  # it is not in both, or the disk has no hard links
            if os.path.samefile(os.path.join(folder, source), os.path.join(other, source)):
                os.makedirs(os.path.join(folder, below, CACHE), exist_ok=True)
                path = os.path.join(below, CACHE, name)
                os.link(os.path.join(other, path), os.path.join(folder, path))


def discard_caches(source: str) -> None:
    """Remove the bytecode of a file that has changed: size and time may be those of before."""
    folder = os.path.join(os.path.dirname(source), CACHE)
    stem = os.path.basename(source).partition(".")[0]
    for name in names_in(folder):
        if name.partition(".")[0] == stem:
            discard(os.path.join(folder, name))


def _caches_in(folder: str) -> Iterator[Tuple[str, str]]:
    """Each file of bytecode: the folder of its source, and its name."""
    for here, folders, _ in os.walk(folder):
        if CACHE in folders:
            folders.remove(CACHE)
            below = here[len(folder) + 1 :]
            for name in names_in(os.path.join(here, CACHE)):
                if name.endswith(".pyc"):
                    yield below, name
