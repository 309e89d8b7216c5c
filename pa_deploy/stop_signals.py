"""The signals by which a person or a CI stops a run."""

from __future__ import annotations

import signal

BREAK: signal.Signals | None = getattr(signal, "SIGBREAK", None)
"""Windows alone has it: Ctrl-Break, which a runner sends there if Ctrl-C has not helped."""

SIGNALS = (signal.SIGINT, signal.SIGTERM, *((BREAK,) if BREAK else ()))
