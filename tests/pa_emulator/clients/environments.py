"""Virtual environments for clients from the package index: made once, kept under `.build/`.

One each, because one of them installs a top-level package `tests`, and two overwrite each other's
programs.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.places import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = ROOT / ".build" / "clients"
SECONDS = 120


def programs_of(requirement: str) -> Path:
    """Return the folder of an environment's programs; skip the test if it cannot be made."""
    made = _made(requirement)
    if isinstance(made, str):
        pytest.skip(f"cannot install {requirement}: {made}")
    return made


@functools.cache
def _made(requirement: str) -> Path | str:
    """Return the folder, or why there is none; asked once in a run."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    folder = FOLDER / f"{requirement.replace('==', '-')}-python{version}"
    FOLDER.mkdir(parents=True, exist_ok=True)
    with _locked(folder.with_suffix(".lock")):
        if not (folder / "complete").exists():
            problem = _install(folder, requirement)
            if problem:
                return problem
            (folder / "complete").touch()
    return folder / "bin"


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Let one of several test processes make it; the others wait."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _install(folder: Path, requirement: str) -> str:
    """Make an environment with a package in it; returns what went wrong.

    uv takes a third of pip's time. But an index may be told to pip alone, by its own settings.
    """
    uv = ["uv", "pip", "install", "--quiet", "--python", str(folder)]
    pip = ["pip", "--python", str(folder), "install", "--quiet", "--retries=1", "--timeout=10"]
    pip += ["--no-compile", "--disable-pip-version-check"]  # most of it is never loaded
    problem = _run("venv", "--clear", "--without-pip", str(folder))
    if not problem and _run(*uv, requirement):
        problem = _run(*pip, requirement)
    return problem


def _run(*words: str) -> str:
    """Run a module as a program; returns what went wrong."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", *words],
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        return f"no end after {SECONDS} s"
    if done.returncode:
        return done.stderr.strip().rpartition("\n")[2] or f"exit code {done.returncode}"
    return ""
