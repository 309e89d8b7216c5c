"""What pa-deploy wants, and what became of it: pointer.json and status.json."""

from __future__ import annotations

import hashlib
import os
import sys
from contextlib import suppress
from typing import Any, Dict

from .files import LOADER_ZIP, OUTPUT, REQUEST_KEY, Home, private, read_bytes
from .generated import without_generated
from .layout import LAYOUT, number_in
from .releases import RELEASE_ID, live
from .verified import marked

SETTLED = "settled.json"
"""The last status that says what became of a pointer, in case status.json is lost."""
OUTPUT_BYTES = 64 * 1024
"""How much of the end of the commands' output is in the status."""
STATUS: Dict[str, Any] = {
    "nonce": "",
    "id": "",
    "state": "",
    "beat": 0,
    "at_once": False,
    "placed": False,
    "step": "",
    "error": "",
    "live": "",
    "previous": "",
    "releases": [],
    "samples": [],
    "wrote": {},
    "late": [],
    "missing": [],
    "tries": 0,
    "ran": 0,
    "lock": 0,
    "output": "",
    "output_bytes": 0,
}
"""What status.json says if nothing has happened yet."""
NEEDED = ("nonce", "state", "live", "releases")
"""Without them a status is as good as none."""
OVER = ("live", "refused")
"""The states in which nothing is left to do for a pointer."""


def read_pointer(home: Home) -> Dict[str, Any]:
    """What should be live; an empty object if the pointer is missing or damaged."""
    pointer = home.read("pointer.json")
    if not pointer:
        return {}
    texts = all(isinstance(pointer.get(name), str) for name in ("id", "nonce"))
    if number_in(pointer) == LAYOUT and texts and RELEASE_ID.fullmatch(pointer["id"]):
        return pointer
    sys.stderr.write("pa-deploy: %s is damaged, so it was ignored\n" % home.at("pointer.json"))
    return {}


def read_status(home: Home) -> Dict[str, Any]:
    """What was done last. A damaged value counts as missing.

    If the file is lost, all that it knew of the releases is in the last settled one: which may be
    gone back to is found nowhere else.
    """
    said = home.read("status.json")
    if any(type(said.get(name)) is not type(STATUS[name]) for name in NEEDED):
        said = home.read(SETTLED)
    status = {
        name: said[name] if type(said.get(name)) is type(default) else default
        for name, default in STATUS.items()
    }
    return {**status, "releases": marked(home, status)}


def is_decided(status: Dict[str, Any], wanted: Dict[str, Any]) -> bool:
    """Whether what the pointer wants was done or refused."""
    return status["nonce"] == wanted["nonce"] and status["state"] in OVER


def is_prepared(status: Dict[str, Any], wanted: Dict[str, Any]) -> bool:
    """Whether the preparer is through with what the pointer wants, and no import has switched."""
    return (status["nonce"], status["state"]) == (wanted["nonce"], "ready")


def begun(home: Home, status: Dict[str, Any], wanted: Dict[str, Any]) -> Dict[str, Any]:
    """The status to go on with, which is a new one if the pointer is new."""
    if status["nonce"] == wanted["nonce"]:
        return status
    with suppress(OSError):
        os.truncate(home.at(OUTPUT), 0)
    news = {"nonce": wanted["nonce"], "id": wanted["id"], "state": "preparing"}
    kept = {"releases": status["releases"], "previous": live(home), "live": live(home)}
    return {**STATUS, **news, **kept}


def sign_status(home: Home, status: Dict[str, Any]) -> None:
    """Write the status down, and which loader did, with the layout of its files.

    The loader's lock must be held.
    """
    signed = {**status, "layout": LAYOUT, "loader": os.path.basename(LOADER_ZIP)}
    signed["request_key"] = _digest_of_key(home)
    if signed != home.read("status.json"):
        home.write_over("status.json", signed)
    if signed["state"] in OVER and signed != home.read(SETTLED):
        with suppress(OSError):  # a full disk must not stop what the status is about
            home.write_over(SETTLED, signed)


def write_status(home: Home, status: Dict[str, Any]) -> None:
    """The same, with the end of the commands' output."""
    with open(home.at(OUTPUT), "ab+", opener=private) as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - OUTPUT_BYTES))
        text = file.read().decode("utf-8", "surrogateescape")
    told = {**status, "output": text, "output_bytes": size}
    hidden = {name: without_generated(home, told[name]) for name in ("output", "error", "step")}
    sign_status(home, {**told, **hidden})


def trim_output(home: Home) -> None:
    """Leave the end of the commands' output, which the status has, and give the room back."""
    with open(home.at(OUTPUT), "ab+", opener=private) as file:
        size = file.seek(0, os.SEEK_END)
        if size > OUTPUT_BYTES:
            file.seek(size - OUTPUT_BYTES)
            end = file.read()
            file.truncate(0)
            file.write(end)


def _digest_of_key(home: Home) -> str:
    """By it pa-deploy knows whether its key is here; see `request.py`."""
    try:
        return hashlib.sha256(read_bytes(home.at(REQUEST_KEY))).hexdigest()
    except OSError:
        return ""
