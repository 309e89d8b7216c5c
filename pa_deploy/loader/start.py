"""Start processes of the loader's own: the preparer, for which no reload, worker or visitor waits,
and the one that compares.
"""

from __future__ import annotations

import os
import select
import subprocess
from contextlib import suppress
from typing import Any, Dict, List

from .files import LOADER_ZIP, OUTPUT, Home, private
from .interpreter import own_python, python_of
from .origin import ENVIRON, told
from .status import begun, read_status, sign_status

SERVERS = "UWSGI_"
"""So begin the names of variables that are for uWSGI's own processes."""


def start_preparer(home: Home, wanted: Dict[str, Any], lock: int, seconds: float) -> None:
    """Start it, and wait `seconds` at most for its end. It has the lock, which is the file `lock`.

    It holds the end of a pipe. Nothing is written there; but when it ends, however it does, the
    pipe is closed. uWSGI's master and workers cannot be asked for the end of a process: they have
    their own ways to wait for children.
    """
    sign_status(home, begun(home, read_status(home), wanted))
    python = python_of(home, str(wanted.get("python", "")), str(wanted.get("virtualenv", "")))
    if python.said:
        with suppress(OSError):  # a full disk
            home.say(python.said)
    reader, writer = os.pipe()
    try:
        try:
            _start(home, python.path, lock, writer)
        finally:
            os.close(writer)
        select.select([reader], [], [], seconds)
    finally:
        os.close(reader)


def words_of_preparer(python: str, home: Home, lock: int, writer: int, origin: str) -> List[str]:
    """Its command line: see `program.py`."""
    words = [python, "-I", "-S", "-X", "utf8", LOADER_ZIP, "prepare", home.base]
    return [*words, str(lock), str(writer), origin]


def compared(home: Home) -> bytes:
    """How the live release differs from what was made ready, as JSON.

    A process of its own reads the files: whenever a process closes a database's file, the locks
    are gone that its app has on it by SQLite.
    """
    words = [own_python(), "-I", "-S", "-X", "utf8", LOADER_ZIP, "compare", home.base]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        words, cwd=home.base, env=_environ(), stdin=subprocess.DEVNULL, stdout=pipe
    ) as process:
        return process.communicate()[0]


def start_space(home: Home, word: str, keep: str, asked: str) -> None:
    """Have the disk measured, or room made, by a process that nobody waits for."""
    words = [own_python(), "-I", "-S", "-X", "utf8", LOADER_ZIP, "space", home.base]
    subprocess.Popen(
        [*words, word, keep, asked],
        cwd=home.base,
        env=_environ(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    ).wait()


def _environ() -> Dict[str, str]:
    return {name: ENVIRON[name] for name in ENVIRON if not name.startswith(SERVERS)}


def _start(home: Home, python: str, lock: int, writer: int) -> None:
    """It forks, so that the process that is waited for here ends at once, and is nobody's child."""
    with open(home.at(OUTPUT), "ab", opener=private) as log:
        process = subprocess.Popen(
            words_of_preparer(python, home, lock, writer, told()),
            cwd=home.base,
            env=_environ(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=[lock, writer],
        )
    process.wait()
