"""Keep what the app has written to its shared paths."""

from __future__ import annotations

import os
import time

from .files import move
from .releases import Release


def bring_back_shared(release: Release) -> None:
    """Put back into `shared/` what an app has put in the place of a link to it.

    A program that saves a file by renaming another over it does so. What `shared/` had goes to
    `backups/`.
    """
    home = release.home
    for name in [each.rstrip("/") for each in release.record.get("shared", [])]:
        here, kept = os.path.join(release.code, name), home.at("shared", name)
        if not os.path.lexists(here) or os.path.islink(here):
            continue
        if os.path.lexists(kept):
            backup = home.at("backups", "%s.%d" % (name.replace("/", "_"), time.time_ns()))
            os.makedirs(os.path.dirname(backup), mode=0o700, exist_ok=True)
            os.rename(kept, backup)
        move(here, kept)
        os.symlink(kept, here)
