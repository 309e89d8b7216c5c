"""Short lines on stderr that say what a run does now."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    Say = Callable[[str], None]

STDERR = 2


def to_stderr(text: str) -> None:
    """Print a line. Ignore errors: if the terminal is gone, the run must still clean up."""
    with contextlib.suppress(OSError, ValueError):
        try:
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()
        except RuntimeError:  # a signal came while stderr was being written to
            os.write(STDERR, f"{text}\n".encode())


def nothing(_text: str) -> None:
    """Print nothing: for a run that is only listed."""
