"""Which Python hosts a web app: the one that was asked for, if this machine has it.

uWSGI is built for one Python. When the first web app needs another one, its pyuwsgi is installed
from the package index, as a wheel, without a compiler. It is kept in the user's cache folder.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from pa_emulator.processes import base_python

SECONDS = 120
ASK = "import sys; print(*sys.version_info[:2], getattr(sys, '_base_executable', sys.executable))"


@dataclass(frozen=True, slots=True)
class Python:
    """An interpreter outside of any virtualenv, like `3.11`, and the uWSGI built for it."""

    version: str
    program: str
    pyuwsgi: str


@dataclass(frozen=True, slots=True)
class Choice:
    """The Python that hosts; `reason` says why it is not the requested one, else empty."""

    python: Python
    reason: str


def own_version() -> str:
    return ".".join(platform.python_version_tuple()[:2])


def pyuwsgi_path() -> str | None:
    """Return the path of pyuwsgi; None if it is not installed."""
    spec = importlib.util.find_spec("pyuwsgi")
    return spec.origin if spec else None


class Pythons:
    """The Pythons of this machine, each looked for once."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._lock = threading.Lock()
        self._found: dict[tuple[str, str], Choice] = {}

    def choose(self, version: str, virtualenv: Path | None) -> Choice:
        """Return the virtualenv's own Python; without a virtualenv, the Python of that version."""
        program = ""
        if virtualenv is not None:
            version = virtualenv_version(virtualenv) or version
            program = os.path.realpath(virtualenv / "bin" / "python")
        with self._lock:
            key = (version, program)
            if key not in self._found:
                self._found[key] = self._find(version, program)
            return self._found[key]

    def _find(self, version: str, program: str) -> Choice:
        own = Python(own_version(), base_python(), pyuwsgi_path() or "")
        if version == own.version:
            return Choice(own, "")
        found = _ask(program or shutil.which(f"python{version}") or "", version)
        if not found:
            return Choice(own, f"no working python{version} is on PATH")
        try:
            return Choice(Python(version, found, _pyuwsgi_for(version, self._cache)), "")
        except OSError as error:
            return Choice(own, f"there is no uWSGI for Python {version}: {error}")


def virtualenv_version(folder: Path) -> str | None:
    """Return the version in `pyvenv.cfg`, like `3.11`; None without such a file. A file that names
    none counts as our own version.
    """
    try:
        text = (folder / "pyvenv.cfg").read_text(errors="replace")
    except OSError:
        return None
    match = re.search(r"^version(?:_info)?\s*=\s*(\d+\.\d+)", text, re.MULTILINE)
    return match[1] if match else own_version()


def _ask(program: str, version: str) -> str:
    """Return the interpreter that a program runs; empty if it does not run or has another version.

    A shim may have the name of a Python that is not installed.
    """
    with contextlib.suppress(OSError, ValueError, subprocess.SubprocessError):
        done = subprocess.run(  # noqa: S603 - found on PATH, or in the account's virtualenv
            [program, "-I", "-c", ASK], capture_output=True, text=True, check=True, timeout=20
        )
        major, minor, path = done.stdout.rstrip("\n").split(" ", 2)
        return path if f"{major}.{minor}" == version else ""
    return ""


def _pyuwsgi_for(version: str, cache: Path) -> str:
    """Return the path of pyuwsgi for another Python. Raises OSError if there is none."""
    release = metadata.version("pyuwsgi")
    folder = cache / f"pyuwsgi-{release}-python{version}"
    if not folder.is_dir():
        _install(release, version, folder)
    for module in folder.glob("pyuwsgi.*.so"):
        return str(module)
    raise FileNotFoundError(f"{folder} has no pyuwsgi; delete that folder")


def _install(release: str, version: str, folder: Path) -> None:
    """Have pip unpack the wheel beside the folder; rename it when it is complete."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as unpacked:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-input"]
        command += ["--disable-pip-version-check", "--retries=1", "--timeout=10"]
        command += ["--only-binary=:all:", f"--python-version={version}", f"--target={unpacked}"]
        try:
            done = subprocess.run(  # noqa: S603 - our own words
                [*command, f"pyuwsgi=={release}"],
                capture_output=True,
                text=True,
                check=False,
                timeout=SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise TimeoutError(f"pip took more than {SECONDS} s") from None
        if done.returncode:
            last = (done.stderr.strip() or "pip failed").splitlines()[-1]
            raise FileNotFoundError(f"pip install pyuwsgi=={release}: {last}")
        with contextlib.suppress(OSError):  # another emulator was faster
            Path(unpacked).rename(folder)
            Path(unpacked).mkdir()


def cache_folder() -> Path:
    """Return the user's folder for downloads and builds that take long."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pa-emulator"
