"""Consoles of an account."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """A console. `url` is relative to the host; only a browser that opens it starts the process."""

    id: int
    user: str
    name: str
    executable: str
    working_directory: str
    url: str
