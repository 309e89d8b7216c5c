"""The real `uwsgi`, which can be an emperor: built once, in a virtual environment of its own.

`pyuwsgi` cannot: it is a module of Python, and an emperor has to start its own program again.
Run as `python -m pa_emulator.hosting.build` to build it before it is needed.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from pa_emulator.hosting.pythons import cache_folder, own_version
from pa_emulator.processes import base_python

SECONDS = 600
RELEASE = "2.0.31"


class CannotBuild(Exception):
    """The real uwsgi cannot be built; the message is the reason."""


def kept_uwsgi() -> Path | None:
    """Return the program that was built before; None if there is none."""
    program = _folder() / "bin" / "uwsgi"
    return program if program.is_file() else None


def uwsgi() -> Path:
    """Return the program, and build it if needed. Raises CannotBuild."""
    return kept_uwsgi() or _build()


def _folder() -> Path:
    return cache_folder() / f"uwsgi-{RELEASE}-python{own_version()}"


def _build() -> Path:
    if not any(map(shutil.which, ("cc", "gcc", "clang"))):
        raise CannotBuild("building uwsgi needs a C compiler, and this machine has none")
    folder = _folder()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as made:
            _run(base_python(), "-m", "venv", made)
            _run(f"{made}/bin/python", "-m", "pip", "install", "--quiet", f"uwsgi=={RELEASE}")
            (folder / "bin").mkdir(parents=True, exist_ok=True)
            # The program needs nothing else, and does not depend on the folder in which it was
            # built.
            shutil.move(f"{made}/bin/uwsgi", folder / "bin" / "uwsgi")
    except (OSError, subprocess.SubprocessError) as error:
        raise CannotBuild(f"building uwsgi failed: {error}") from error
    return folder / "bin" / "uwsgi"


def _run(*command: str) -> None:
    subprocess.run(  # noqa: S603 - our own words
        command, check=True, timeout=SECONDS, stdout=subprocess.DEVNULL
    )


if __name__ == "__main__":
    sys.stdout.write(f"{uwsgi()}\n")
