"""Whether a run still waits for what the pointer wants.

A run that has died cannot withdraw its pointer. So a pointer counts only for a while; a run that
waits uploads a file from time to time, and so the clock is PythonAnywhere's alone.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress

from .files import Home

LEASE_SECONDS = 180.0
RENEWED_BY = ("pointer.json", "lease")
NO_LEASE = "the run that wanted it has ended, or lost its connection, before it was ready"


def has_lease(home: Home) -> bool:
    """Whether one of its files is new. One from the future counts no longer than one from before:
    the clock was wrong.
    """
    now = time.time()
    for name in RENEWED_BY:
        with suppress(OSError):
            if abs(now - os.path.getmtime(home.at(name))) <= LEASE_SECONDS:
                return True
    return False
