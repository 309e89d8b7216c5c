"""Runs a WSGI file in children that are killed at a chosen moment; a program of its own.

`python crash.py WSGI N`: start a worker that dies at its Nth step, a step being whatever Python
tells its audit hooks of that touches files or processes, and print how many steps there were.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys

STEPS = ("open", "os.", "shutil.", "subprocess.")


def main(wsgi: str, fatal: int) -> None:
    seen = 0

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen
        if event.startswith(STEPS) and not _only_looks(event, arguments):
            seen += 1
            if seen == fatal:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    runpy.run_path(wsgi)
    print(seen)


def _only_looks(event: str, arguments: tuple[object, ...]) -> bool:
    """At a module, or at the processes of this machine."""
    path = str(arguments[0]) if event == "open" else ""
    return path.endswith((".py", ".pyc", ".zip")) or path.startswith("/proc/")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
