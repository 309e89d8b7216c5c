"""Kills processes of sites and tasks that are too large or too many."""

from __future__ import annotations

import contextlib
import mmap
import os
import signal
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pa_emulator.processes import descendants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

GLANCE_SECONDS = 0.2


class Watched(Protocol):
    """A process that is watched with its descendants. `say` notes in a log what was killed."""

    @property
    def pid(self) -> int: ...

    def say(self, text: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Warden:
    """Watches all running processes. A limit of 0 means no limit; memory is in bytes."""

    memory: int
    processes: int
    running: Callable[[], Iterable[Watched]]
    _closed: threading.Event = field(init=False, default_factory=threading.Event)

    def open(self) -> None:
        if self.memory or self.processes:
            threading.Thread(target=self._watch, daemon=True).start()

    def close(self) -> None:
        self._closed.set()

    def _watch(self) -> None:
        while not self._closed.wait(GLANCE_SECONDS):
            for watched in self.running():
                self._look_at(watched)

    def _look_at(self, watched: Watched) -> None:
        pids = sorted(descendants(watched.pid))
        if self.processes:
            for pid in pids[self.processes :]:
                _kill(pid, watched, f"more than {self.processes} processes")
        if self.memory:
            for pid in pids:
                if _resident_bytes(pid) > self.memory:
                    _kill(pid, watched, f"more than {self.memory // 2**20} MB of memory")


def _kill(pid: int, watched: Watched, reason: str) -> None:
    watched.say(f"process (pid: {pid}) was killed: {reason}")
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _resident_bytes(pid: int) -> int:
    """Return what a process has in memory; 0 if it is gone, or the machine has no /proc."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * mmap.PAGESIZE
