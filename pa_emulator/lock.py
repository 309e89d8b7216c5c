"""One emulator at a time on a root: two would change each other's accounts and sites."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING

from pa_emulator.config import CannotStart

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextlib.contextmanager
def held(state: Path) -> Iterator[None]:
    """Hold the root until the end of the process: the kernel releases it in any case.

    Raises CannotStart if another emulator holds it.
    """
    file = os.open(state / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(file, state.parent)
        yield
    finally:
        os.close(file)


def _take(file: int, root: Path) -> None:
    if sys.platform == "win32":
        return
    import fcntl  # noqa: PLC0415 - not on Windows

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise CannotStart(
            f"another emulator uses {root}: stop it, or pass another --root"
        ) from None
