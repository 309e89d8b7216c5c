"""One run of a command."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pa_emulator.processes import end

if TYPE_CHECKING:
    import subprocess
    import threading
    from collections.abc import Callable

LOG_SECONDS = 1
"""A log is complete when all processes that could write to it have ended."""


@dataclass(frozen=True, slots=True)
class Run:
    """A process, the threads that copy its output into logs, and a way to write to its log."""

    process: subprocess.Popen[bytes]
    copying: tuple[threading.Thread, ...]
    write: Callable[[str], None]

    @property
    def pid(self) -> int:
        return self.process.pid

    def say(self, text: str) -> None:
        """Write a line into its log."""
        self.write(f"{text}\n")

    def is_alive(self) -> bool:
        return self.process.poll() is None

    def wait(self) -> int:
        return self.process.wait()

    def end(self) -> None:
        """End it with all that it started, and complete its logs."""
        end(self.process)
        for thread in self.copying:
            thread.join(LOG_SECONDS)
