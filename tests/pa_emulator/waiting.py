"""Waiting for what a process does, without sleeping longer than it takes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

SECONDS = 20
GLANCE_SECONDS = 0.05


def eventually(look: Callable[[], T]) -> T:
    """Look again and again until there is something; returns the last that was seen."""
    deadline = time.monotonic() + SECONDS
    while True:
        seen = look()
        if seen or time.monotonic() > deadline:
            return seen
        time.sleep(GLANCE_SECONDS)
