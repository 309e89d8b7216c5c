"""Child processes that never outlive the emulator, in an environment of their own."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pa_emulator.paths import under

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

PR_SET_CHILD_SUBREAPER = 36
PROC = Path("/proc")
STAT_BYTES = 4096
KILL_SECONDS = 2
"""A killed process needs a moment to end. The wait is short, as the kernel may hold one for ever.
"""
GLANCE_SECONDS = 0.005
_ours: set[int] = set()

SPAWNER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spawner")
"""A child asks to die with the thread that made it (PR_SET_PDEATHSIG), so one lasting thread
makes them all.
"""


def spawn(
    command: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    stdin: int,
    output: int,
    errors: int = subprocess.STDOUT,
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a command as a session's leader; `output` gets stderr too, unless `errors` is given."""

    def start() -> subprocess.Popen[bytes]:
        process = subprocess.Popen(  # noqa: S603 - our own launchers
            command,
            cwd=cwd,
            env=env,
            stdin=stdin,
            stdout=output,
            stderr=errors,
            pass_fds=pass_fds,
            start_new_session=True,
        )
        _ours.add(process.pid)
        return process

    return SPAWNER.submit(start).result()


class _Entry(NamedTuple):
    """What the kernel tells of one process."""

    parent: int
    session: int
    is_dead: bool


def adopt_orphans() -> None:
    """Become the parent of descendants that lose theirs, so that none escapes."""
    with contextlib.suppress(OSError, AttributeError):  # Linux only
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill a command and whatever it started, now.

    To kill its group is not enough: an interactive shell gives each job its own group, and a
    program may start sessions. If another process has the number of one that has ended, nothing is
    left of its session: the kernel does not give a number again before.
    """
    family = {process.pid} if process.poll() is None else set()
    sessions = {process.pid} if family or process.pid not in _table() else set()
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if not PROC.joinpath("self").exists():
            os.killpg(process.pid, signal.SIGKILL)
    _kill(family, sessions)
    process.wait()
    SPAWNER.submit(_reap, process.pid).result()


def end_all() -> None:
    """Kill what is still left below the emulator: orphans in sessions of their own."""
    _kill_until_gone(lambda table: _below({os.getpid()}, set(), table) - {os.getpid()})


def descendants(pid: int) -> set[int]:
    """Return a process with all its living descendants."""
    table = _table()
    return {each for each in _below({pid}, set(), table) if not table[each].is_dead}


def _kill(family: set[int], sessions: set[int]) -> None:
    """Kill the family, its descendants and the members of the sessions."""

    def found(table: Mapping[int, _Entry]) -> set[int]:
        family.update(_below(family, sessions, table))
        sessions.update(table[pid].session for pid in family if pid in table)
        return family

    _kill_until_gone(found)


def _kill_until_gone(find: Callable[[Mapping[int, _Entry]], set[int]]) -> None:
    """Kill what is found, again and again, as it may be forking meanwhile."""
    deadline = time.monotonic() + KILL_SECONDS
    while time.monotonic() < deadline:
        table = _table()
        living = {pid for pid in find(table) if pid in table and not table[pid].is_dead}
        if not living:
            return
        for pid in living:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(GLANCE_SECONDS)


def _below(family: set[int], sessions: set[int], table: Mapping[int, _Entry]) -> set[int]:
    """Return the family with all its descendants and with the members of the sessions."""
    found = {pid for pid in table if pid in family or table[pid].session in sessions}
    while more := {pid for pid in table if table[pid].parent in found} - found:
        found |= more
    return found


def _table() -> dict[int, _Entry]:
    """Return all processes; none if the machine has no /proc."""
    table = {}
    with contextlib.suppress(OSError), os.scandir(PROC) as folders:
        for folder in folders:
            if folder.name.isdecimal():
                with contextlib.suppress(OSError):
                    table[int(folder.name)] = _entry(f"{folder.path}/stat")
    return table


def _entry(path: str) -> _Entry:
    """Read the fields after the name; the name may contain spaces and brackets.

    `Path.read_text` takes three times as long, and there are hundreds of processes.
    """
    file = os.open(path, os.O_RDONLY)
    try:
        text = os.read(file, STAT_BYTES)
    finally:
        os.close(file)
    state, parent, _, session, *_ = text.rpartition(b")")[2].split(None, 4)
    return _Entry(int(parent), int(session), state in b"ZX")


def _reap(ended: int) -> None:
    """Reap adopted orphans. This runs in the spawner's thread, so that it knows each new child."""
    _ours.discard(ended)
    for pid, entry in _table().items():
        if entry.parent == os.getpid() and entry.is_dead and pid not in _ours:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)


def base_python() -> str:
    """Return the interpreter itself, outside the virtualenv that the emulator is installed in."""
    return str(getattr(sys, "_base_executable", sys.executable))


def environment(root: Path, username: str, token: str, *, eu: bool = False) -> dict[str, str]:
    """Return the environment of an account's programs, with nothing of the emulator's own."""
    domain = "eu.pythonanywhere.com" if eu else "pythonanywhere.com"
    return {
        "API_TOKEN": token,
        "HOME": str(under(root, f"/home/{username}")),
        "LANG": "C.UTF-8",
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "PYTHONANYWHERE_DOMAIN": domain,
        "PYTHONANYWHERE_SITE": domain if eu else f"www.{domain}",
        "USER": username,
    }
