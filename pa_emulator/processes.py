"""Child processes that never outlive the emulator, in an environment of their own."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from .paths import under

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

# A child asks to die with the thread that made it (PR_SET_PDEATHSIG), so one lasting thread
# makes them all.
_SPAWNER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spawner")


def spawn(
    command: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    stdin: int,
    output: int,
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a command as the head of a session; `output` takes stdout and stderr."""

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - our own launchers
            command,
            cwd=cwd,
            env=env,
            stdin=stdin,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=pass_fds,
            start_new_session=True,
        )

    return _SPAWNER.submit(start).result()


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill a command and whatever it started, now."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def base_python() -> str:
    """Return the interpreter itself, outside the virtualenv that the emulator is installed in."""
    return str(getattr(sys, "_base_executable", sys.executable))


def environment(root: Path, username: str, token: str, *, eu: bool = False) -> dict[str, str]:
    """Return what an account's programs find; nothing of the emulator's own leaks in."""
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
