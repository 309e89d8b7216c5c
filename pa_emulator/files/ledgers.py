"""Keeps an account's programs within its disk quota, see quota.c.

A ledger is a file of four numbers that the emulator shares with those programs: the bytes that are
left, the number of counts asked for, the number of counts made, and the time until which the count
is valid.
"""

from __future__ import annotations

import hashlib
import mmap
import os
import shutil
import struct
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pa_emulator.files.quota import NUMBER, ledger_path, used_bytes
from pa_emulator.hosting.pythons import cache_folder
from pa_emulator.paths import under

if TYPE_CHECKING:
    from collections.abc import Callable

HOME_VARIABLE = "PA_EMULATOR_QUOTA_HOME"
"""The account's home, as its programs see it."""
SOURCE = Path(__file__).with_name("quota.c")
NUMBERS = struct.Struct("=4q")
LEFT, COUNTED, GOOD_UNTIL = 0, 16, 24
GLANCE_SECONDS = 0.02
"""A program that finds too little left gets another count this soon."""
GOOD_SECONDS = 0.5
"""A count is valid this long: counting must not keep a processor busy."""
IDLE_SHARE = 20


@dataclass(frozen=True, slots=True)
class Ledger:
    """One account's ledger, its home, and how many bytes its plan allows."""

    shared: mmap.mmap
    home: Path
    limit: int

    def count(self) -> None:
        """Write down what is left now."""
        wanted = NUMBERS.unpack(self.shared[: NUMBERS.size])[1]
        begun = time.monotonic()
        self._write(LEFT, self.limit - used_bytes(self.home))
        took = time.monotonic() - begun
        good = max(GOOD_SECONDS, IDLE_SHARE * took)
        self._write(GOOD_UNTIL, int((begun + took + good) * 1e9))
        self._write(COUNTED, wanted)

    def _write(self, at: int, number: int) -> None:
        self.shared[at : at + NUMBER.size] = NUMBER.pack(number)

    def is_asked(self) -> bool:
        _, wanted, counted, _ = NUMBERS.unpack(self.shared[: NUMBERS.size])
        return bool(wanted != counted)


class Ledgers:
    """The ledgers of all accounts that have run programs."""

    def __init__(self, root: Path, limit: Callable[[str], int]) -> None:
        self._root = root
        self._limit = limit
        self._lock = threading.Lock()
        self._ledgers: dict[str, Ledger] = {}
        self._library: Path | None = None
        self._has_tried = False

    def variables(self, username: str) -> dict[str, str]:
        """Return the variables that make a program keep to the quota; none if impossible."""
        with self._lock:
            library = self._built()
            if library is None:
                return {}
            self._open(username).count()
        return {
            "LD_PRELOAD": str(library),
            "PA_EMULATOR_QUOTA": str(ledger_path(self._root, username)),
            HOME_VARIABLE: str(under(self._root, f"/home/{username}")),
        }

    def _open(self, username: str) -> Ledger:
        limit, home = self._limit(username), under(self._root, f"/home/{username}")
        known = self._ledgers.get(username)
        if known is None:
            path = ledger_path(self._root, username)
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(bytes(NUMBERS.size))
            with path.open("r+b") as file:
                shared = mmap.mmap(file.fileno(), NUMBERS.size)
        else:
            shared = known.shared
        self._ledgers = {**self._ledgers, username: Ledger(shared, home, limit)}
        return self._ledgers[username]

    def _built(self) -> Path | None:
        """Return the library, built at the first call; if that fails, print why and return None."""
        if not self._has_tried:
            self._has_tried = True
            self._library = _library()
            if self._library is not None:
                threading.Thread(target=self._answer, daemon=True).start()
        return self._library

    def _answer(self) -> None:
        """Count each time a program asks for it."""
        while True:
            for ledger in self._ledgers.values():
                if ledger.is_asked():
                    ledger.count()
            time.sleep(GLANCE_SECONDS)


def _library() -> Path | None:
    """Return the library of quota.c; compile it into the user's cache folder if it is missing."""
    digest = hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:12]
    library = cache_folder() / f"quota-{digest}.so"
    if library.is_file():
        return library
    compiler = next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)
    if compiler is None or sys.platform != "linux":
        _warn("that needs Linux and a C compiler")
        return None
    new = library.with_suffix(f".{os.getpid()}")
    command = [compiler, "-O2", "-shared", "-fPIC", "-o", str(new), str(SOURCE), "-ldl"]
    try:
        library.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own words
        new.replace(library)
    except (OSError, subprocess.SubprocessError) as error:
        _warn(f"{SOURCE.name} cannot be compiled: {error}")
        return None
    return library


def _warn(reason: str) -> None:
    sys.stderr.write(
        "pa-emulator: the disk quota limits uploads only, not what apps and consoles write: "
        f"{reason}.\n"
    )
