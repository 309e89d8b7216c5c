"""Sizes as messages show them."""

from __future__ import annotations

KIB, MIB = 1024, 1024 * 1024
PRECISE_BELOW = 10 * MIB


def shown_size(size: int) -> str:
    """A number of bytes for people, rounded up, so that nobody counts on what is not there."""
    if size < MIB:
        return f"{-(-size // KIB):,} KiB"
    if size < PRECISE_BELOW:
        tenths = -(-size * 10 // MIB)
        return f"{tenths // 10}.{tenths % 10} MiB".replace(".0 ", " ")
    return f"{-(-size // MIB):,} MiB"
