"""What an import does before it serves: begin to prepare a release, or switch to one that is ready.

Nothing here takes long, because no visitor gets an answer before the import has ended.
"""

from __future__ import annotations

import os
import traceback
from typing import Any, Dict, List

from .apart import put_right
from .boot import one_boot, work
from .environment import Environment
from .files import Home, discard
from .former import start_from_before
from .interpreter import has_virtualenv
from .layout import LAYOUT, number_in
from .lease import NO_LEASE, has_lease
from .leaving import Leaving
from .releases import Release, highest_number, live, parts_changed
from .shared import link_what_is_missing
from .start import start_preparer
from .status import is_decided, is_prepared, read_pointer, read_status, sign_status
from .takeover import hand_over, take_over
from .verified import VERIFIED, with_marks_of

AGAIN = "before/again"
"""pa-deploy uploads it if the site of before the first release has served since the live one."""
PATIENCE_SECONDS = 1.0
"""How long an import waits for a release that may be ready soon."""
MOST_FILES = 20_000
"""If a release has more, there is no time to see at the last moment what the app has written. The
preparer has seen to it a moment before.
"""


def bring_up(home: Home, wsgi_file: str) -> None:
    """Have the wanted release prepared, or switch to it if it is ready."""
    with one_boot(home), work(home) as lock:
        if lock < 0 or highest_number(home) > LAYOUT:
            return  # the preparer is at work; or somebody had the lock before, and was newer
        _mend(home, wsgi_file)
        status, wanted = read_status(home), read_pointer(home)
        is_over = not wanted or is_decided(status, wanted)
        if is_over or not has_lease(home):
            _undo_changes(home)
            if not is_over:
                _refuse(home, status, wanted)
            return
        is_new = not _is_ready(home, status, wanted)
        if is_new:
            start_preparer(home, wanted, lock, _patience(home, wanted))
            status = read_status(home)
        if _is_ready(home, status, wanted):
            _switch(home, status, wanted, at_once=is_new)
            hand_over(home, wsgi_file)


def _mend(home: Home, wsgi_file: str) -> None:
    """Put right what an earlier edition, a killed process or somebody's hand has left."""
    try:
        take_over(home, wsgi_file)
    except Exception:  # a full disk, say: what was not taken over is still found
        traceback.print_exc()
    status = read_status(home)
    if os.path.lexists(home.at(AGAIN)):
        start_from_before(home, Release(home, live(home)))
        status["live"] = ""
        sign_status(home, status)
        discard(home.at(AGAIN))
    if number_in(home.read("status.json")) != LAYOUT:
        status["live"] = live(home)
    told = Release(home, status["live"])
    status["missing"] = parts_changed(told)
    sign_status(home, status)
    link_what_is_missing(told)
    if live(home) != told.id and told.is_whole:
        # Somebody changed `current`, or the import was killed before it said so.
        told.make_current()


def _undo_changes(home: Home) -> None:
    """Put the environments right, if commands have changed them and nothing goes on with these."""
    try:
        put_right(home)
    except Exception:  # a full disk, say: the next one tries again
        traceback.print_exc()


def _patience(home: Home, wanted: Dict[str, Any]) -> float:
    """None for what takes longer anyway: the visitors wait as well. And none for another virtualenv
    than this process has: the release needs that one, which is set when it is ready.
    """
    packages = Environment(home, wanted.get("environment", {}).get("id", ""))
    is_long = not packages.is_there or wanted["run"] or wanted.get("first_run")
    is_here = has_virtualenv(home, str(wanted.get("virtualenv", "")))
    return PATIENCE_SECONDS if is_here and not is_long else 0.0


def _refuse(home: Home, status: Dict[str, Any], wanted: Dict[str, Any]) -> None:
    told = {"nonce": wanted["nonce"], "id": wanted["id"], "state": "refused", "step": "lease"}
    sign_status(home, {**status, **told, "error": NO_LEASE})


def _is_ready(home: Home, status: Dict[str, Any], wanted: Dict[str, Any]) -> bool:
    """Whether the preparer is through with it, and nobody has removed it since."""
    return is_prepared(status, wanted) and Release(home, wanted["id"]).is_whole


def _rows(home: Home, status: Dict[str, Any], wanted: Dict[str, Any]) -> List[Any]:
    """Those that pa-deploy wants to stay, and what was live: it may have found no status of it.

    Then only the note of a healthy release can tell that the site may go back to it.
    """
    rows: List[Any] = wanted["releases"]
    previous = status["previous"]
    if not previous or previous in [row.get("id") for row in rows if isinstance(row, dict)]:
        return rows
    is_verified = home.read(VERIFIED).get("release") == previous
    return [*rows, {"id": previous, "created": "", "bad": False, "verified": is_verified}]


def _switch(home: Home, status: Dict[str, Any], wanted: Dict[str, Any], *, at_once: bool) -> None:
    """Make the release the live one. `at_once`: by the import that had it prepared."""
    release = Release(home, wanted["id"])
    leaving = Leaving(release, wanted, status.update)
    try:
        leaving.bring_back()
        files = release.record.get("files", {})
        if not at_once and len(files) <= MOST_FILES:
            leaving.look(files)
        release.make_current()
    except (OSError, RuntimeError) as error:  # a full disk, or the app has just written something
        sign_status(home, {**status, "state": "refused", "error": str(error)})
        return
    rows = with_marks_of(_rows(home, status, wanted), status["releases"], but=wanted["id"])
    news = {"state": "live", "live": wanted["id"], "releases": rows}
    sign_status(home, {**status, **news, "at_once": at_once})
