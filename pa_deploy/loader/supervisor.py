"""The process between the preparer and a command.

It alone has the user's command below it and the loader's lock. So no successor of a killed preparer
starts before the command has ended, and no daemon can hold the lock.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import Iterator, List, NamedTuple

from .files import names_in, read_bytes

GRACE_SECONDS = 0.5
"""How long a command's background processes may take to end by themselves."""
TERM_SECONDS = 1.0
"""How long a command whose time is over may take to end, before it is killed."""
STOP_SECONDS = 5.0
"""How long what starts anew again and again is killed."""
TIMED_OUT = 124
"""The exit code of a command that had to be ended, as that of `timeout`."""
PR_SET_CHILD_SUBREAPER = 36


def supervise(lock: int) -> None:
    """Run the command that stdin tells, end what it leaves running, and end as it has ended.

    If stdin is closed, the preparer was killed or wants no more of the command, and it is ended.
    """
    os.set_inheritable(lock, False)
    adopt_orphans()
    words, env, seconds = json.loads(sys.stdin.buffer.readline())
    process = subprocess.Popen(words, env=env, stdin=subprocess.DEVNULL, start_new_session=True)
    code = _wait(process, seconds)
    if stop_background(process.pid) and code != TIMED_OUT:
        with suppress(OSError):  # a full disk
            os.write(1, b"pa-deploy: a background process of this command was stopped\n")
    if code < 0:
        with suppress(OSError):  # SIGKILL takes no handler
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    sys.exit(code)


def _wait(process: subprocess.Popen[bytes], seconds: float) -> int:
    """Its exit code, or TIMED_OUT if it had to be ended."""
    is_unwanted = threading.Event()

    def watch() -> None:
        os.read(0, 1)  # nothing more is said, so this is the end
        is_unwanted.set()
        _end(process)

    threading.Thread(target=watch, daemon=True).start()
    try:
        code = process.wait(seconds)
    except subprocess.TimeoutExpired:
        _end(process)
        return TIMED_OUT
    return TIMED_OUT if is_unwanted.is_set() else code


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask it to end, then kill it. What it has left is killed by `stop_background`."""
    with suppress(OSError):
        os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(TERM_SECONDS)
        return
    process.kill()


def adopt_orphans() -> None:
    """Have Linux make this process the parent of each descendant whose own parent ends.

    So a daemon, which has left the session of its command, is found all the same.
    """
    with suppress(ImportError, OSError, AttributeError):
        ctypes = importlib.import_module("ctypes")
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def stop_background(session: int) -> bool:
    """Kill what a command has left running. Returns whether there was anything."""
    end = time.monotonic() + GRACE_SECONDS
    while has_children() or left_behind(session):
        if time.monotonic() > end:
            kill_all(session)
            return True
        time.sleep(0.05)
    return False


def kill_all(session: int) -> None:
    """Kill again and again, for what dies may have started more."""
    end = time.monotonic() + STOP_SECONDS
    while time.monotonic() < end:
        left = left_behind(session)
        if not left and not has_children():
            return
        for process in left:
            with suppress(OSError):
                os.kill(process, signal.SIGKILL)
        time.sleep(0.01)


def has_children() -> bool:
    """Whether a child of this process has not ended.

    A list of /proc misses a process that starts while the list is read. Linux itself knows.
    """
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return False
    return True


def left_behind(session: int) -> List[int]:
    """The processes of a session and the descendants of this process that have not ended."""
    found = list(processes())
    family = {os.getpid()}
    size = 0
    while size < len(family):
        size = len(family)
        family |= {each.id for each in found if each.parent in family or each.session == session}
    return [each.id for each in found if each.id in family and each.id != os.getpid()]


class Process(NamedTuple):
    """A process, by numbers of Linux."""

    id: int
    parent: int
    session: int


def processes() -> Iterator[Process]:
    """All processes of this machine that can be seen and have not ended."""
    for name in names_in("/proc"):
        if not name.isdigit():
            continue
        try:
            text = read_bytes("/proc/%s/stat" % name).decode("ascii", "replace")
        except OSError:
            continue
        state, parent, _, session = text.rpartition(")")[2].split()[:4]
        if state not in "ZX":
            yield Process(int(name), int(parent), int(session))
