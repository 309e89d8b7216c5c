"""The log of API calls that tests read under `/_emulator/requests`."""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Call:
    """One API call: `path` without its query; `status` is 0 if the connection was dropped."""

    method: str
    path: str
    query: str
    status: int
    seconds: float


class Journal:
    """Calls in the order in which they ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: list[Call] = []

    def add(self, call: Call) -> None:
        with self._lock:
            self._calls.append(call)

    def clear(self) -> None:
        with self._lock:
            self._calls.clear()

    def as_data(self) -> list[dict[str, object]]:
        with self._lock:
            return [asdict(call) for call in self._calls]
