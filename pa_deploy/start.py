"""Start the program. A signal that comes during the imports is kept until they are done."""

from __future__ import annotations

import signal

from pa_deploy.stop_signals import SIGNALS


def main() -> None:
    """Be the console script and the image's entrypoint.

    The imports take a moment. A signal would end them with a traceback, or, as PID 1, which ignores
    SIGTERM until it handles it, would be lost.
    """
    early: list[int] = []
    for number in SIGNALS:
        signal.signal(number, lambda number, _: early.append(number))
    from pa_deploy.cli import run  # noqa: PLC0415 - this is what takes a moment

    run(early)
