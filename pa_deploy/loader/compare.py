"""How the live release differs from what was made ready, for pa-deploy to tell."""

from __future__ import annotations

import os
from typing import Any, Dict, List

from .damage import are_layers_well, damaged_files
from .files import Home
from .inventory import MOST_TOLD, left_behind, told_of
from .late import written_late
from .pruning import Pruning
from .releases import Release, live, parts_changed
from .shared import broken_links
from .status import read_pointer, read_status

LINK = "the link %s to shared/"


def compare_live(home: Home) -> Dict[str, Any]:
    """What is `missing` of it, which code was `changed`, what was `wrote` there, what was written
    `late` in others, and whether something was `left` there that no release needs.
    """
    release = Release(home, live(home))
    damaged = damaged_files(release)
    changed = [path for path in damaged if os.path.lexists(os.path.join(release.code, path))]
    missing = [path for path in damaged if path not in changed]
    leave = read_pointer(home).get("discard", [])
    wrote = left_behind(release, {}, leave)
    return {
        "missing": (_parts_missing(release) + missing)[:MOST_TOLD],
        "changed": changed[:MOST_TOLD],
        "wrote": told_of(release, wrote, release.record.get("shared", [])),
        "late": written_late(home, leave),
        "left": _is_something_left(home),
    }


def _is_something_left(home: Home) -> bool:
    """Whether there is something that no release needs."""
    rows = [str(row.get("id")) for row in read_status(home)["releases"] if isinstance(row, dict)]
    return bool(Pruning(home, [*rows, live(home)], {}).names())


def _parts_missing(release: Release) -> List[str]:
    """What else is not there: the record, dependencies, secrets."""
    if not release.record:
        return ["its record"]
    is_well = release.environment.is_well and are_layers_well(release)
    found = [] if is_well else ["dependencies"]
    try:
        release.variables()
    except RuntimeError:
        found.append("secrets")
    found += [each for each in parts_changed(release) if each not in found]
    return found + [LINK % name for name in broken_links(release)]
