"""Which uploads are of another run, that may be about to want them.

Without the lock, several runs may upload at the same time. Each removes what it has brought itself.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import Any, Iterable, Mapping

from .files import Home

MOST_SECONDS = 3 * 3600.0
"""No run lasts longer: what is older has been left behind."""


class Uploads:
    """What runs upload before they say what they want. `wanted` is the pointer of this one, `known`
    are ids of releases that are, or were, on the disk.
    """

    def __init__(self, home: Home, wanted: Mapping[str, Any], known: Iterable[str]) -> None:
        self._home = home
        archives = [wanted["code"], wanted.get("environment", {}).get("archive", {})]
        parts = [os.path.basename(part) for each in archives for part in each.get("parts", [])]
        self._own = {
            "incoming": set(parts),
            "secrets": {"%s.json" % name for name in (wanted["id"], *known)},
        }

    def are_of_another(self, folder: str, name: str) -> bool:
        """Whether a file of a folder was uploaded by another run, not long ago."""
        if folder not in self._own or name in self._own[folder]:
            return False
        with suppress(OSError):
            return abs(time.time() - os.path.getmtime(self._home.at(folder, name))) < MOST_SECONDS
        return False
