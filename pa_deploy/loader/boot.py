"""When an import of the WSGI file begins and ends.

A reload that arrives while uWSGI's master imports is lost, and leaves it deaf for a minute. So
pa-deploy asks for none until the import has ended.
"""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import ExitStack, contextmanager, suppress
from typing import Iterator

from .files import Home, private

BOOT = "boot.json"
ONE_AT_A_TIME = "boot.lock"
WORK = "loader.lock"
"""Whoever works on the releases has it: an import for a moment, the preparer until its end."""
ALIVE_SECONDS = 5.0
"""A preparer that lives has written the status since."""
MOST_TRIES = 5
BETWEEN_SECONDS = 0.1


class Boot:
    """One import of the WSGI file, by uWSGI's master or by a worker of its own."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._id = os.urandom(8).hex()

    def begin(self) -> None:
        """Note that it has begun."""
        with one_boot(self._home):
            self._home.write_over(BOOT, {"id": self._id, "ended": False})

    def end(self) -> None:
        """Note that it has ended, unless another one has begun since."""
        with one_boot(self._home):
            if self._home.read(BOOT).get("id") == self._id:
                self._home.write_over(BOOT, {"id": self._id, "ended": True})


@contextmanager
def one_boot(home: Home) -> Iterator[None]:
    """Wait until no other import is at this place; none is for longer than two seconds."""
    with _locked(home.at(ONE_AT_A_TIME), fcntl.LOCK_EX):
        yield


@contextmanager
def work(home: Home) -> Iterator[int]:
    """The lock of the releases as an open file; -1 if somebody has it.

    A process that inherits the file has the lock, too, until both have closed it.
    """
    with ExitStack() as held:
        try:
            file = held.enter_context(_locked(home.at(WORK), fcntl.LOCK_EX | fcntl.LOCK_NB))
        except BlockingIOError:
            file = -1
        if file >= 0 and _is_another_s(home, file):
            held.close()
            file = -1
        yield file


def _is_another_s(home: Home, file: int) -> bool:
    """Whether a preparer lives that has locked another file at this place.

    A command of the user's may have removed that one. The preparer takes the lock again with its
    next beat.
    """
    status = home.read("status.json")
    held = status.get("lock")
    if status.get("state") != "preparing" or not held or held == os.fstat(file).st_ino:
        return False
    return abs(time.time() - os.path.getmtime(home.at("status.json"))) <= ALIVE_SECONDS


def keep_lock(home: Home, lock: int) -> bool:
    """Take the lock again if its file was removed; False if somebody else has it by now.

    `lock` is the open file, which stays the one to hand on.
    """
    for _ in range(MOST_TRIES):  # an import has it for a moment
        if _is_at(lock, home.at(WORK)) or _take_again(home.at(WORK), lock):
            return True
        time.sleep(BETWEEN_SECONDS)
    return False


def _take_again(path: str, lock: int) -> bool:
    try:
        with open(path, "ab", opener=private) as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.dup2(file.fileno(), lock, inheritable=False)
    except BlockingIOError:
        return False
    except OSError:  # a full disk: nobody else has it either
        return True
    return True


@contextmanager
def _locked(path: str, how: int) -> Iterator[int]:
    """A file, locked; the one that is there, and not one that was removed meanwhile."""
    while True:
        with open(path, "ab", opener=private) as file:
            fcntl.flock(file, how)
            if _is_at(file.fileno(), path):
                yield file.fileno()
                return


def _is_at(file: int, path: str) -> bool:
    """Whether an open file is the one at the path."""
    with suppress(OSError):
        return os.path.samestat(os.fstat(file), os.stat(path))
    return False
