"""What a site's processes report: whether they have imported its WSGI file, and their visits."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import struct
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

BYTES = 4096
CREDENTIALS = struct.Struct("3i")  # pid, user, group, as the kernel writes them
SCM_CREDENTIALS = 2


class Reports:
    """Reads the reports of a site's processes, which are datagrams.

    `-PID` when one begins to import, `+PID` when it has imported, `=PID VISIT` when it begins a
    visit. `settled` is set when all `importers` have imported, or one has died meanwhile. Only the
    master imports, but under `--lazy-apps` each worker does.
    """

    def __init__(self, path: Path, importers: int) -> None:
        self.importing = threading.Event()
        self.settled = threading.Event()
        self.has_failed = False
        self._importers = importers
        self._loading: set[int] = set()
        self._serving: set[int] = set()
        self._visits: dict[str, int] = {}
        self._path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        with contextlib.suppress(AttributeError):  # Linux only
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        threading.Thread(target=self._read, daemon=True).start()

    def expect(self) -> None:
        """Forget the last import, because another one follows."""
        self.importing.clear()
        self.settled.clear()
        self._serving.clear()

    def has_begun(self, visit: str) -> bool:
        """Tell whether a worker has begun the visit."""
        return visit in self._visits

    def end_worker(self, visit: str) -> None:
        """Kill the worker that handles a visit. The visit must not have been answered yet.

        Nothing happens if no worker has begun it.
        """
        pid = self._visits.get(visit)
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def living_workers(self) -> list[int]:
        """Return the living workers that have begun a visit."""
        return [pid for pid in self._visits.values() if _is_alive(pid)]

    def close(self) -> None:
        """Stop reading. May be called only once."""
        with (
            contextlib.suppress(OSError),
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as last,
        ):
            last.sendto(b"", str(self._path))
        self._path.unlink(missing_ok=True)

    def _read(self) -> None:
        with self._socket:
            while True:
                report, ancillary, _, _ = self._socket.recvmsg(BYTES, 256)
                if not report:
                    return
                pid, _, visit = report[1:].decode().partition(" ")
                self._take(chr(report[0]), _sender(ancillary) or int(pid), visit)

    def _take(self, sign: str, pid: int, visit: str) -> None:
        if sign != "=":
            self._note(sign, pid)
            return
        # Keep only a worker's last visit: it handles one at a time.
        others = {other: at for other, at in self._visits.items() if at != pid}
        self._visits = {**others, visit: pid}

    def _note(self, sign: str, pid: int) -> None:
        """A site has failed if no process serves it and one has died while it imported."""
        if sign == "-":
            self.importing.set()
        dead = {other for other in self._loading | self._serving if not _is_alive(other)}
        died_loading = bool(dead & self._loading)
        self._loading = (self._loading | {pid}) - dead
        self._serving -= dead
        if sign == "+":
            self._loading.discard(pid)
            self._serving.add(pid)
        self.has_failed = not self._serving and (self.has_failed or died_loading)
        if self.has_failed or len(self._serving) >= self._importers:
            self.settled.set()


def _sender(ancillary: list[tuple[int, int, bytes]]) -> int | None:
    """Return the sender's pid as seen here: in a namespace, the sender sees another."""
    for level, kind, data in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, SCM_CREDENTIALS):
            pid: int = CREDENTIALS.unpack(data[: CREDENTIALS.size])[0]
            return pid
    return None


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
