"""Requests by which pa-deploy says that the pointer has changed or that the site is healthy, or
asks what was changed in the live release, or how full the disk is.

So no reload has to, no upload and no download. They are signed with a key that only the account and
pa-deploy know, and have no command but that to remove what no release needs. Anybody else's request
goes to the app as it is.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from contextlib import suppress
from typing import Any, Dict, Match, Tuple

from .app import App
from .boot import one_boot, work
from .files import OUTPUT, REQUEST_KEY, Home, discard, read_bytes
from .origin import is_lost
from .space_note import SPACE, note_space
from .start import compared, start_preparer, start_space
from .status import is_decided, is_prepared, read_pointer, read_status, sign_status
from .verified import note_verified

VARIABLE = "HTTP_X_PA_DEPLOY"
HEADER = "X-Pa-Deploy"
VERIFIED, COMPARE = ":verified", ":compare"
DISK = ":(?:usage|prune)-[0-9]{1,2}-[0-9a-f]{1,16}"
"""What to do about the disk, how many releases stay, and an id by which it is asked again."""
SIGNED = re.compile("(([0-9a-zA-Z]{1,64})(%s|%s|%s)?):([0-9a-f]{64})" % (VERIFIED, COMPARE, DISK))
"""The pointer's nonce, what is said of the release, and the signature of both."""


def answering(home: Home, app: App) -> App:
    """The app, and an answer to that request."""

    def application(environ: Any, start_response: Any) -> Any:
        said = SIGNED.fullmatch(environ.get(VARIABLE, ""))
        if not said or not _is_ours(home, said):
            return app(environ, start_response)
        state, body = _answer(home, said)
        if not state:
            return app(environ, start_response)
        headers = [("Content-Type", "application/json"), ("Cache-Control", "no-store")]
        start_response("202 Accepted", [*headers, (HEADER, state)])
        return [body]

    return application


def _answer(home: Home, said: Match[str]) -> Tuple[str, bytes]:
    """What is being done or was done, in a word, and the status or what was compared.

    Without a word it is the app's to answer.
    """
    if said[3] == COMPARE:
        return "compared", compared(home)
    if said[3] and said[3] != VERIFIED:
        return _see_to_space(home, *said[3][1:].split("-"))
    state = _note_verified(home, said[2]) if said[3] == VERIFIED else _begin(home)
    return state, read_bytes(home.at("status.json"))


def _see_to_space(home: Home, word: str, keep: str, asked: str) -> Tuple[str, bytes]:
    """Begin with it, unless that is done; what was found so far."""
    if home.read(SPACE).get("asked") != asked:
        if not _can_note(home, {"asked": asked, "ended": False}):
            return "", b""
        start_space(home, word, keep, asked)
    return "space", read_bytes(home.at(SPACE))


def _can_note(home: Home, note: Dict[str, Any]) -> bool:
    """Whether there is room for an answer. On a full disk, an old output makes room."""
    with suppress(OSError):
        note_space(home, note)
        return True
    discard(home.at(OUTPUT))
    with suppress(OSError):
        note_space(home, note)
        return True
    return False


def _is_ours(home: Home, said: Match[str]) -> bool:
    """Whether somebody who knows the key speaks of the present pointer.

    What is said of the disk may be of one that was withdrawn since.
    """
    known = [read_pointer(home).get("nonce")]
    if said[3] not in (None, VERIFIED, COMPARE):
        known.append(read_status(home)["nonce"])
    if said[2] not in known:
        return False
    try:
        key = read_bytes(home.at(REQUEST_KEY))
    except OSError:
        return False
    expected = hmac.new(key, said[1].encode(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(said[4], expected)


def _note_verified(home: Home, nonce: str) -> str:
    """Note that the live release is healthy, if it is the pointer's. "verified" if that is done."""
    with work(home) as lock:
        status = read_status(home)
        if lock < 0 or (status["nonce"], status["state"]) != (nonce, "live"):
            return "busy"
        note_verified(home, status)
        sign_status(home, read_status(home))
    return "verified"


def _begin(home: Home) -> str:
    """Start the preparer, unless there is one or nothing to do. What is being done, in a word.

    "" if it would not be as one that an import starts; a reload does better then.
    """
    with one_boot(home), work(home) as lock:
        if lock < 0:
            return "busy"
        status, wanted = read_status(home), read_pointer(home)
        if not wanted or is_decided(status, wanted) or is_prepared(status, wanted):
            return "idle"
        if is_lost():
            return ""
        start_preparer(home, wanted, lock, 0.0)
    return "preparing"
