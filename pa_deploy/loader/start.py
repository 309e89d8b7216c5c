"""Start the preparer: a process of its own, which no reload, worker or visitor waits for."""

from __future__ import annotations

import os
import select
import subprocess
from contextlib import suppress
from typing import Any, Dict, List

from .files import LOADER_ZIP, OUTPUT, Home, private
from .interpreter import python_of
from .status import begun, read_status, sign_status

SERVERS = "UWSGI_"
"""So begin the names of variables that are for uWSGI's own processes."""
ENVIRON: Dict[str, str] = dict(os.environ)
"""What was there when the loader was imported: the app adds to it what is its own."""


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


def words_of_preparer(python: str, home: Home) -> List[str]:
    """Its command line, without the two files that it holds."""
    return [python, "-I", "-S", "-X", "utf8", LOADER_ZIP, "prepare", home.base]


def _start(home: Home, python: str, lock: int, writer: int) -> None:
    """It forks, so that the process that is waited for here ends at once, and is nobody's child."""
    with open(home.at(OUTPUT), "ab", opener=private) as log:
        process = subprocess.Popen(
            [*words_of_preparer(python, home), str(lock), str(writer)],
            cwd=home.base,
            env={name: ENVIRON[name] for name in ENVIRON if not name.startswith(SERVERS)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=[lock, writer],
        )
    process.wait()
