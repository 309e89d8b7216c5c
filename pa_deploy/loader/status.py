"""What pa-deploy wants, and what became of it: pointer.json and status.json."""

from __future__ import annotations

import os
import sys
from typing import Any, Dict

from .files import LOADER_ZIP, Home, private
from .layout import LAYOUT, number_in
from .releases import RELEASE_ID

OUTPUT_BYTES = 64 * 1024
"""How much of the end of the commands' output is in the status."""
STATUS: Dict[str, Any] = {
    "nonce": "",
    "id": "",
    "state": "",
    "step": "",
    "error": "",
    "live": "",
    "previous": "",
    "releases": [],
    "tries": 0,
    "ran": 0,
    "output": "",
    "output_bytes": 0,
}
"""What status.json says if nothing has happened yet."""


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
    """What was done last. A damaged value counts as missing."""
    status = home.read("status.json")
    return {
        name: status[name] if type(status.get(name)) is type(default) else default
        for name, default in STATUS.items()
    }


def sign_status(home: Home, status: Dict[str, Any]) -> None:
    """Write the status down, and which loader did, with the layout of its files."""
    signed = {**status, "layout": LAYOUT, "loader": os.path.basename(LOADER_ZIP)}
    if signed != home.read("status.json"):
        home.write("status.json", signed)


def write_status(home: Home, status: Dict[str, Any]) -> None:
    """The same, with the end of the commands' output."""
    with open(home.at("output.log"), "ab+", opener=private) as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - OUTPUT_BYTES))
        text = file.read().decode("utf-8", "surrogateescape")
    sign_status(home, {**status, "output": text, "output_bytes": size})
