"""Where it is written down how full the disk is, so that pa-deploy can ask for it."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any, Dict

from .files import Home

SPACE = "space.json"
RESERVED_BYTES = 2048
"""Its size. It is there before the disk is full, and is then written over in its place."""


def reserve(home: Home) -> None:
    """Have the file while there is room."""
    if not os.path.exists(home.at(SPACE)):
        with suppress(OSError):
            note_space(home, {})


def note_space(home: Home, told: Dict[str, Any]) -> None:
    """Write down what was found. Blanks after JSON do no harm."""
    home.write_over(SPACE, told, RESERVED_BYTES)
