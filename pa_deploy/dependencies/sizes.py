"""How large the wheels are that uv has chosen, as the index tells it, before they are fetched."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path


class TooLarge(Exception):
    """The wheels have more bytes than may be fetched. `sizes` are those of each, by its name."""

    def __init__(self, sizes: tuple[tuple[str, int], ...]) -> None:
        super().__init__(sizes)
        self.sizes = sizes


def insist_on_size(lock: Path, most_bytes: int) -> None:
    """Raise TooLarge if the wheels of uv's lock file are larger in sum. 0: they may be."""
    sizes = tuple(_sizes(lock)) if most_bytes else ()
    if sum(size for _, size in sizes) > most_bytes:
        raise TooLarge(sizes)


def _sizes(lock: Path) -> Iterator[tuple[str, int]]:
    """The least that each package has: of several wheels, uv fetches one."""
    for row in tomllib.loads(lock.read_text("utf-8")).get("packages", []):
        told = (each.get("size") for each in row.get("wheels", []))
        sizes = [size for size in told if isinstance(size, int)]
        if sizes:
            yield f"{row.get('name')}=={row.get('version')}", min(sizes)
