"""Sizes as messages show them."""

from __future__ import annotations

import pytest

from pa_deploy.sizes import shown_size


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (0, "0 KiB"),
        (1, "1 KiB"),
        (1024 * 1024 - 1, "1,024 KiB"),
        (1024 * 1024, "1 MiB"),
        (1024 * 1024 + 1, "1.1 MiB"),
        (10 * 1024 * 1024, "10 MiB"),
        (512 * 1024 * 1024 + 1, "513 MiB"),
        (5000 * 1024 * 1024, "5,000 MiB"),
    ],
)
def test_a_size_is_rounded_up(size: int, shown: str) -> None:
    assert shown_size(size) == shown
