"""Run another program to its end, or end it with every process that it has started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from pa_deploy.background import Background

LAST_SECONDS = 1.0
"""How long a killed one may take to be gone; it takes longer only if its disk hangs."""
OWN_GROUP = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
"""On Windows: Ctrl-C reaches pa-deploy alone. Elsewhere `start_new_session` does that."""


class Program:
    """A program with an empty input, in a process group of its own; its stdout goes nowhere.

    It is started in a thread, because a signal is raised in the main thread alone: so none can
    come between the start and the moment at which it is known which process there is to end.
    """

    def __init__(self, command: Sequence[str], folder: Path, environ: Mapping[str, str]) -> None:
        self._command = command
        self._folder = folder
        self._environ = environ
        self._lock = threading.Lock()
        self._given_up = False
        self._process: subprocess.Popen[str] | None = None
        self._running = Background(self._run)

    def run(self, most_seconds: float) -> tuple[int, str] | None:
        """Return its exit code and its stderr, or None if it took too long.

        In that case, or if a signal is raised meanwhile, it is ended. Raises OSError if it cannot
        be started.
        """
        end = time.monotonic() + most_seconds
        ended = self._running.finish(lambda: end - time.monotonic(), self._give_up)
        return self._running.result() if ended else None

    def _run(self) -> tuple[int, str]:
        process = self._start()
        _, said = process.communicate()
        return process.returncode, said

    def _start(self) -> subprocess.Popen[str]:
        with self._lock:
            if self._given_up:
                raise InterruptedError
            self._process = subprocess.Popen(  # noqa: S603 - the caller names it
                self._command,
                cwd=self._folder,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                errors="replace",  # it may name a file of any bytes
                start_new_session=True,
                creationflags=OWN_GROUP,
            )
            return self._process

    def _give_up(self) -> None:
        with self._lock:
            self._given_up = True
        if self._process is not None:
            _kill_all(self._process, self._environ)
        end = time.monotonic() + LAST_SECONDS
        self._running.wait(lambda: end - time.monotonic())


def _kill_all(process: subprocess.Popen[str], environ: Mapping[str, str]) -> None:
    """End a process with all that it has started."""
    if sys.platform == "win32":
        _kill_tree(process, environ)
    else:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _kill_tree(process: subprocess.Popen[str], environ: Mapping[str, str]) -> None:
    """End them on Windows, which has no groups to kill: its own program goes through the tree."""
    root = environ.get("SYSTEMROOT", r"C:\Windows")
    taskkill = Path(root, "System32", "taskkill.exe")
    with suppress(OSError, subprocess.TimeoutExpired):
        subprocess.run(  # noqa: S603 - a program of the system, named by its path
            [taskkill, "/T", "/F", "/PID", str(process.pid)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={"SYSTEMROOT": root},
            timeout=LAST_SECONDS,
            check=False,
        )
    with suppress(OSError):  # it is gone already
        process.kill()
