"""The folder of `python` and `pip` that comes first on PATH in consoles, tasks and websites.

PythonAnywhere has them there; this machine may have its Python elsewhere, or only a `python3`.
"""

from __future__ import annotations

import shlex
import shutil
from typing import TYPE_CHECKING

from pa_emulator.hosting.pythons import own_version
from pa_emulator.processes import base_python

if TYPE_CHECKING:
    from pathlib import Path

MODE = 0o755


def write_programs(state: Path) -> Path:
    """Write the folder again and return it: the Python may differ from that of the last start."""
    folder = state / "bin"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    python = shlex.quote(base_python())
    for suffix in ("", "3", own_version()):
        # Not links: a virtualenv made through a link does not find its standard library.
        _write(folder / f"python{suffix}", f"exec {python}")
        # As on PythonAnywhere, outside of a virtualenv pip installs into the home.
        _write(folder / f"pip{suffix}", f"exec env PIP_USER=1 {python} -m pip")
    return folder


def _write(program: Path, command: str) -> None:
    program.write_text(f'#!/bin/sh\n{command} "$@"\n')
    program.chmod(MODE)
