"""What was written into a release after it was left, as by a request that was under way then.

Nobody serves it. So it is told, and is not lost when the release is removed.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any, Dict, Iterable, Iterator, List

from .files import Home
from .inventory import MOST_TOLD, written
from .paths import covers
from .releases import HAND_OVER, Release, live


def written_late(home: Home, leave: Iterable[str]) -> List[Dict[str, Any]]:
    """For each release that somebody has written to since the last switch: its id as `release`,
    some `paths` there, and their `count`. `leave` are paths that may be left behind.
    """
    try:
        switched = os.lstat(home.at("current")).st_mtime_ns
    except OSError:
        return []
    names = [each for each in home.names_in("releases") if each not in (live(home), HAND_OVER)]
    found = []
    for release in [Release(home, name) for name in names if not name.startswith(".")]:
        late = (path for path in _written(release) if _time_of(release, path) >= switched)
        paths = [path for path in late if not covers(leave, path)]
        if paths:
            told = {"release": release.id, "paths": paths[:MOST_TOLD], "count": len(paths)}
            found.append(told)
    return found


def _written(release: Release) -> Iterator[str]:
    """With what has taken the place of a link to `shared/`."""
    if not release.record:
        return
    for name in release.record.get("shared", []):
        path = os.path.join(release.code, name.rstrip("/"))
        if os.path.lexists(path) and not os.path.islink(path):
            yield name
    yield from written(release)


def _time_of(release: Release, path: str) -> int:
    """When it was written or put there (ns)."""
    with suppress(OSError):
        return os.lstat(os.path.join(release.code, path.rstrip("/"))).st_ctime_ns
    return 0
