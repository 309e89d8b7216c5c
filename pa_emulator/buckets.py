"""The rate limit: a sliding minute for each endpoint and account (API page: 40 calls)."""

from __future__ import annotations

import threading
from collections import defaultdict, deque

WINDOW_SECONDS = 60.0

Key = tuple[int, str]


class Buckets:
    """When each account last called each endpoint; refused calls do not count."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: defaultdict[Key, deque[float]] = defaultdict(deque)

    def take(self, key: Key, limit: int, now: float) -> float:
        """Count a call and return 0.0; if the bucket is full, the seconds until there is room."""
        with self._lock:
            calls = self._calls[key]
            while calls and calls[0] <= now - WINDOW_SECONDS:
                calls.popleft()
            if len(calls) >= limit:
                return calls[0] + WINDOW_SECONDS - now
            calls.append(now)
            return 0.0

    def clear(self) -> None:
        with self._lock:
            self._calls.clear()
