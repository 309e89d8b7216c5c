"""Copies a command's output into a log."""

from __future__ import annotations

import threading
from typing import IO, TYPE_CHECKING

from pa_emulator.paths import as_seen, under

if TYPE_CHECKING:
    from pathlib import Path


def append(root: Path, log: str, text: str) -> None:
    """Write to a log; a deleted one comes back. `log` is its path on PythonAnywhere."""
    path = under(root, log)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.write(text.encode("utf-8", "replace"))


def follow(stream: IO[bytes], root: Path, log: str) -> threading.Thread:
    """Copy line by line until the stream ends, with root removed from the paths."""

    def copy() -> None:
        with stream:
            for line in stream:
                append(root, log, as_seen(root, line.decode("utf-8", "replace")))

    thread = threading.Thread(target=copy, daemon=True)
    thread.start()
    return thread
