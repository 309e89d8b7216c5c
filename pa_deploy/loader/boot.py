"""When an import of the WSGI file begins and ends.

A reload that arrives while uWSGI's master imports is lost, and leaves it deaf for a minute. So
pa-deploy asks for none until the import has ended.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import Iterator

from .files import Home, private

BOOT = "boot.json"
ONE_AT_A_TIME = "boot.lock"
WORK = "loader.lock"
"""Whoever works on the releases has it: an import for a moment, the preparer until its end."""


class Boot:
    """One import of the WSGI file, by uWSGI's master or by a worker of its own."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._id = os.urandom(8).hex()

    def begin(self) -> None:
        """Note that it has begun."""
        with one_boot(self._home):
            self._home.write(BOOT, {"id": self._id, "ended": False})

    def end(self) -> None:
        """Note that it has ended, unless another one has begun since."""
        with one_boot(self._home):
            if self._home.read(BOOT).get("id") == self._id:
                self._home.write(BOOT, {"id": self._id, "ended": True})


@contextmanager
def one_boot(home: Home) -> Iterator[None]:
    """Wait until no other import is at this place; none is for longer than two seconds."""
    with open(home.at(ONE_AT_A_TIME), "ab", opener=private) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def work(home: Home) -> Iterator[int]:
    """The lock of the releases as an open file; -1 if somebody has it.

    A process that inherits the file has the lock, too, until both have closed it.
    """
    with open(home.at(WORK), "ab", opener=private) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield -1
        else:
            yield file.fileno()
