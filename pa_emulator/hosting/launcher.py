"""Starts uWSGI in an interpreter that sees nothing of the emulator.

Run as `python -I -S launcher.py SPEC`, standard library only; pyuwsgi is loaded from its file. If
the spec has a command, the process becomes that.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib.machinery
import importlib.util
import json
import os
import signal
import site
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

PR_SET_PDEATHSIG = 1


def die_with(parent: int) -> None:
    """Ask the kernel to kill this process when the emulator ends in any way."""
    with contextlib.suppress(OSError, AttributeError):  # Linux only
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)


def enter_virtualenv(folder: Path) -> None:
    """Use the virtualenv's packages, and the interpreter's own only if its settings say so."""
    if "include-system-site-packages = true" in (folder / "pyvenv.cfg").read_text():
        site.main()
    else:
        site.setquit()
        site.setcopyright()
        site.sethelper()
    sys.prefix = sys.exec_prefix = str(folder)
    for packages in sorted(folder.glob("lib/python*/site-packages")):
        site.addsitedir(str(packages))


def load_uwsgi(path: str) -> ModuleType:
    loader = importlib.machinery.ExtensionFileLoader("pyuwsgi", path)
    spec = importlib.util.spec_from_file_location("pyuwsgi", path, loader=loader)
    assert spec is not None  # noqa: S101 - a loader was given
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def main() -> None:
    spec = json.loads(Path(sys.argv[1]).read_text())
    die_with(spec["parent"])
    if "command" in spec:
        os.execv(spec["command"][0], spec["command"])  # noqa: S606 - no shell is wanted
    with contextlib.suppress(OSError):
        os.chdir(spec["working_directory"])
    if spec["virtualenv"] and (Path(spec["virtualenv"]) / "pyvenv.cfg").exists():
        enter_virtualenv(Path(spec["virtualenv"]))
    else:
        site.main()
    load_uwsgi(spec["pyuwsgi"]).run(spec["options"])


main()
