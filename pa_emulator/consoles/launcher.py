"""Runs a command on the terminal at standard input, dying with the emulator.

Run as `python -I launcher.py PARENT COMMAND…`; standard library only.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import signal
import sys
import termios

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Make the terminal the controlling one, and become the command."""
    with contextlib.suppress(OSError, AttributeError):  # Linux only
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != int(sys.argv[1]):
        sys.exit(1)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 - no shell is wanted


main()
