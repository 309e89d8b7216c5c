"""A process of its own that measures the disk, or removes what no release needs.

No visitor waits for it: it writes down what it has found, and pa-deploy asks again.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Dict, Set

from .boot import work
from .files import Home
from .layout import BUSY
from .lease import has_lease
from .pruning import Pruning
from .releases import Release, live
from .space_note import note_space
from .status import read_pointer, read_status, sign_status
from .usage import given_back, measure

MOST_TOLD = 20
UNKNOWN = (
    "the record of the live release is missing or damaged, so it is not known what that release "
    "needs. First deploy, which writes a new record. Then prune"
)


def see_to_space(home: Home, word: str, keep: int, asked: str) -> None:
    """Do what was `asked`, of which this is the id: `usage` or `prune`. `keep` is how many
    releases stay; 0: all that are listed.
    """
    told: Dict[str, Any] = {"asked": asked, "ended": True, "error": ""}
    try:
        told.update(_prune(home, keep) if word == "prune" else _look(home, keep))
        told.update(measure(home))
    except Exception as error:  # pa-deploy tells it
        told["error"] = str(error) or repr(error)
    note_space(home, told)


def _look(home: Home, keep: int) -> Dict[str, Any]:
    """What a removal would remove, and how much it would free."""
    kept = _kept(home, read_status(home), keep)
    return _told(home, Pruning(home, kept, {}), kept)


def _prune(home: Home, keep: int) -> Dict[str, Any]:
    """Remove it. What the app wrote in a release is moved to `backups/` before."""
    with work(home) as lock:
        status = read_status(home)
        if lock < 0 or (status["state"] in ("preparing", "ready") and has_lease(home)):
            raise RuntimeError(BUSY)
        if live(home) and not Release(home, live(home)).record:
            raise RuntimeError(UNKNOWN)
        kept = _kept(home, status, keep)
        pruning = Pruning(home, kept, {}, leave=read_pointer(home).get("discard", []))
        pruning.rescue()
        told = _told(home, pruning, pruning.ids)
        pruning.carry_out()
        there = home.names_in("releases")
        rows = [row for row in status["releases"] if row.get("id") in there]
        sign_status(home, {**status, "releases": rows})
    return told


def _kept(home: Home, status: Dict[str, Any], keep: int) -> Set[str]:
    """The ids of the releases that stay: the live one, and the newest to go back to."""
    rows = [row for row in status["releases"] if isinstance(row, dict)]
    serving = {status["live"], live(home)} - {""}
    if not keep:
        return serving | {str(row.get("id")) for row in rows}
    others = [str(row.get("id")) for row in rows if row.get("id") not in serving]
    good = [str(row.get("id")) for row in rows if _is_target(home, row)]
    chosen = [each for each in others if each in good][: keep - bool(serving)]
    return serving | set(chosen)


def _is_target(home: Home, row: Dict[str, Any]) -> bool:
    """Whether a rollback can go to it: it was not refused, and is still there."""
    is_good = row.get("bad") is not True and row.get("verified") is not False
    return is_good and Release(home, str(row.get("id"))).is_whole


def _told(home: Home, pruning: Pruning, kept: Set[str]) -> Dict[str, Any]:
    names = pruning.names()
    counts = Counter(folder for folder, name in names if not name.endswith(".json"))
    releases = sorted(name for folder, name in names if folder == "releases")
    return {
        "frees": given_back(home.at(*each) for each in names),
        "releases": releases[:MOST_TOLD],
        "environments": counts["environments"],
        "packages": counts["distributions"],
        "left": sum(
            count for folder, count in counts.items() if folder in ("incoming", "unpacking")
        ),
        "stay": sorted(kept)[:MOST_TOLD],
    }
