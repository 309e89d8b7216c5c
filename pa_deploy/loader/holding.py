"""Keep SQLite from removing the files beside a database while a release is prepared.

An app may have opened a database before it was moved, and not have read from it. At its first
statement SQLite opens these files by their old names. Both names lead to the same files as long as
nobody is the last to close the database, because that one removes them.
"""

from __future__ import annotations

import importlib
import os
import subprocess
from typing import IO, List, Optional

from .files import LOADER_ZIP
from .interpreter import own_python

IN_USE: List[Optional[IO[bytes]]] = []
"""When this process ends, however it does, these pipes are closed, and so those end that hold."""


def hold(database: str) -> None:
    """Have it open until this process ends.

    A process of its own does that: whenever another file of a process is closed that is the same
    one, its locks are gone.
    """
    words = [own_python(), "-I", "-S", "-X", "utf8", LOADER_ZIP, "hold", database]
    pipe = subprocess.PIPE
    process = subprocess.Popen(words, stdin=pipe, stdout=pipe, start_new_session=True)
    IN_USE.append(process.stdin)
    if process.stdout:
        process.stdout.readline()


def be_the_holder(database: str) -> None:
    """Have it open until stdin is closed. It is not closed then."""
    sqlite3 = importlib.import_module("sqlite3")
    opened = sqlite3.connect(os.fsencode(database), isolation_level=None)
    opened.execute("SELECT count(*) FROM sqlite_master").fetchone()
    os.write(1, b"held\n")
    os.read(0, 1)
    os._exit(0)
