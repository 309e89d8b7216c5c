"""Runs a part of the loader that is killed at a chosen moment; a program of its own.

`python crash.py import WSGI N`: import a WSGI file, as a worker does that dies at its Nth step.
`python crash.py prepare BASE N`: be the preparer that an import has started, and die likewise.

A step is whatever Python tells its audit hooks of that touches files or processes. Who does not die
prints how many steps there were.
"""

from __future__ import annotations

import fcntl
import importlib
import os
import runpy
import signal
import sys
from collections.abc import Callable
from pathlib import Path

STEPS = ("open", "os.", "shutil.", "subprocess.")


def main(run: Callable[[], object], fatal: int) -> None:
    seen = 0

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen
        if event.startswith(STEPS) and not _only_looks(event, arguments):
            seen += 1
            if seen == fatal:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    run()
    print(seen)


def _only_looks(event: str, arguments: tuple[object, ...]) -> bool:
    """At a module, or at the processes of this machine."""
    path = str(arguments[0]) if event == "open" else ""
    return path.endswith((".py", ".pyc", ".zip")) or path.startswith("/proc/")


def preparer(base: str) -> Callable[[], object]:
    """A preparer that has what an import gives it: the folder's lock, and the end of a pipe."""
    sys.path.insert(0, str(next(Path(base, "loader").glob("*.zip"))))
    importlib.import_module("pa_deploy_loader.files").Home(base).close()
    prepare = importlib.import_module("pa_deploy_loader.prepare")
    lock = os.open(f"{base}/loader.lock", os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    _, writer = os.pipe()
    return lambda: prepare.be_the_preparer(base, lock, writer, "")


def part(kind: str, path: str) -> Callable[[], object]:
    """What is to be run."""
    return preparer(path) if kind == "prepare" else lambda: runpy.run_path(path)


if __name__ == "__main__":
    main(part(*sys.argv[1:3]), int(sys.argv[3]))
