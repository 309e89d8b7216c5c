"""Hands argv and the environment to pa_deploy.cli."""

import signal

# As PID 1 a process ignores SIGTERM until it handles it, and the imports take a moment.
early: list[int] = []
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda number, _: early.append(number))

from pa_deploy.cli import run  # noqa: E402

if __name__ == "__main__":
    run(early)
