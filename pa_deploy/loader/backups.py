"""Copies of what is shared, in `backups/`: `PATH.TIME`, with `.replaced` at the end if moved there.

Copies that are made before `run` are few, and the oldest go. What was moved there was the only one
of its kind, and stays.
"""

from __future__ import annotations

import os
import re
import time
from typing import Dict, List

from .boot import BOOT, ONE_AT_A_TIME, WORK
from .databases import COMPANIONS, copy_database, databases_reached, is_database, nobody_writes
from .files import OUTPUT, PLACES, UPLOADED, Home, discard, move, names_in
from .inventory import digest_of
from .status import SETTLED
from .verified import VERIFIED

MOVED = ".replaced"
OUR_FILES = (*UPLOADED, "status.json", SETTLED, BOOT, ONE_AT_A_TIME, WORK, OUTPUT, VERIFIED)
TIME = re.compile(r"\.\d{8}T\d{6}\.\d{6}Z")


def back_up(home: Home, most: int, names: List[str]) -> None:
    """Copy the databases among these shared paths, and keep the newest `most` copies of each."""
    found: Dict[str, str] = {}
    for name in names:
        for path in databases_reached(home.at("shared", name.rstrip("/"))):
            found.setdefault(os.path.realpath(path), path)
    for database, path in found.items() if most else ():
        copy = place_for(home, os.path.relpath(path, home.at("shared")))
        try:
            copy_database(database, copy)
        except ImportError:
            raise RuntimeError(
                "this Python has no module sqlite3, which is needed to copy the databases. "
                "With `backups: 0`, no copies are made"
            ) from None
        _remove_old(copy, most)


def move_to_backups(home: Home, path: str, name: str) -> None:
    """Put what is at `path` where nothing removes it; `name` is what it was called."""
    place = place_for(home, name) + MOVED
    if is_database(path):
        with nobody_writes([path]):
            pass  # SQLite puts into the file what is beside it, if nobody else has it open
        for each in COMPANIONS:
            if os.path.lexists(path + each):
                move(path + each, place + each)
    move(path, place)


def make_way(home: Home) -> None:
    """Move away folders that somebody has put where our files are, and files where folders are."""
    for name in home.names_in(""):
        path = home.at(name)
        is_folder = os.path.isdir(path) and not os.path.islink(path)
        if (is_folder and name in OUR_FILES) or (name in PLACES and not os.path.isdir(path)):
            move_to_backups(home, path, name)


def place_for(home: Home, name: str) -> str:
    """A new name in `backups/`, which nothing else has."""
    now = time.time_ns()
    moment = time.strftime("%Y%m%dT%H%M%S", time.gmtime(now // 10**9))
    place = home.at("backups", "%s.%s.%06dZ" % (name, moment, now // 1000 % 10**6))
    os.makedirs(os.path.dirname(place), mode=0o700, exist_ok=True)
    return place


def _remove_old(newest: str, most: int) -> None:
    """Remove all but the newest copies; the newest too if it is the same as the one before."""
    folder, name = os.path.split(newest)
    stem = TIME.sub("", name)
    copies = [
        each
        for each in names_in(folder)
        if each.startswith(stem) and TIME.fullmatch(each[len(stem) :])
    ]
    if len(copies) > 1 and digest_of(os.path.join(folder, copies[-2])) == digest_of(newest):
        discard(os.path.join(folder, copies.pop()))
    for each in copies[:-most]:
        discard(os.path.join(folder, each))
