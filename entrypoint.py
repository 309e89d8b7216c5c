"""Hands argv and the environment to pa_deploy.cli."""

import signal
import sys

# As PID 1 a process ignores SIGTERM until it handles it, and the imports take a moment.
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda number, _: sys.exit(128 + number))

from pa_deploy.cli import run  # noqa: E402

if __name__ == "__main__":
    run()
