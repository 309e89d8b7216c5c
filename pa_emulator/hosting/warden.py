"""Kills the processes of sites that have grown too large, or are too many."""

from __future__ import annotations

import contextlib
import mmap
import os
import signal
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pa_emulator.processes import descendants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .uwsgi import Uwsgi

_GLANCE_SECONDS = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Warden:
    """Looks at all sites again and again. A limit of 0 is none; memory is in bytes."""

    memory: int
    processes: int
    sites: Callable[[], Iterable[Uwsgi]]
    stopped: threading.Event

    def start(self) -> None:
        if self.memory or self.processes:
            threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while not self.stopped.wait(_GLANCE_SECONDS):
            for uwsgi in self.sites():
                self._look_at(uwsgi)

    def _look_at(self, uwsgi: Uwsgi) -> None:
        pids = sorted(descendants(uwsgi.pid))
        if self.processes:
            for pid in pids[self.processes :]:
                _kill(pid, uwsgi, f"more than {self.processes} processes")
        if self.memory:
            for pid in pids:
                if _resident_bytes(pid) > self.memory:
                    _kill(pid, uwsgi, f"more than {self.memory // 2**20} MB of memory")


def _kill(pid: int, uwsgi: Uwsgi, reason: str) -> None:
    uwsgi.say(f"process (pid: {pid}) was killed: {reason}")
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _resident_bytes(pid: int) -> int:
    """Return what a process has in memory; 0 if it is gone, or there is no /proc."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * mmap.PAGESIZE
