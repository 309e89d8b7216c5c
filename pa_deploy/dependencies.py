"""Requirements become a folder of packages for PythonAnywhere's Python, by way of uv.

uv, because pip judges environment markers by the Python that runs it, not by the one it resolves
for: a package that only an older Python needs would be missing on PythonAnywhere.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from uv import find_uv_bin

from pa_deploy.errors import InputError, Problem

PLATFORM = "x86_64-manylinux_2_31"
"""The glibc of the oldest of PythonAnywhere's system images, which are Ubuntu 20.04 and 22.04."""

PASSED_ON = re.compile(
    r"(UV_|XDG_|SSL_CERT_|(ALL|HTTPS?|NO)_PROXY$|(HOME|PATH|TMPDIR|NETRC)$)", re.IGNORECASE
)
NO_WHEEL = re.compile(r"Wheels are (?:required|available) for `([^`]+)`")
PYTHON_LINE = re.compile(rb"\A#!.*python[^\n]*")
LEFTOVERS = (".lock", "*.dist-info/uv_cache.json")
"""uv's own notes, of which the second has a time in it."""


def install(
    requirements: Path, python_version: str, into: Path, environ: Mapping[str, str]
) -> None:
    """Fill a folder with the packages that the file asks for; the same ones give the same files.

    Raises InputError, naming the requirement where there is no wheel for it.
    """
    command = [find_uv_bin(), "pip", "install", "--quiet", "--color=never", "--no-progress"]
    command += ["--no-config", "--python", sys.executable, "--link-mode=copy"]
    command += ["--target", str(into), "--python-version", python_version]
    command += ["--python-platform", PLATFORM, "--only-binary", ":all:", "-r", requirements.name]
    own = {name: value for name, value in environ.items() if PASSED_ON.match(name)}
    done = subprocess.run(  # noqa: S603 - a program of ours
        command, cwd=requirements.parent, env=own, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise InputError((_problem(done.stderr, python_version),))
    _make_reproducible(into)


def _problem(said: str, python_version: str) -> Problem:
    missing = sorted(set(NO_WHEEL.findall(said)))
    if missing:
        names = ", ".join(missing)
        return Problem(
            "requirements",
            f"there is no wheel of {names} for Python {python_version} on Linux (x86_64).",
            advice="Without one it has to be built on PythonAnywhere: set `virtualenv` and `run: "
            'pip install -r requirements.txt` instead of `requirements`.\nuv said: "'
            f'{_flat(said)}"',
        )
    return Problem("requirements", f"it could not be resolved: {_flat(said)}", advice="Correct it.")


def _flat(said: str) -> str:
    return " ".join(said.split()).removeprefix("error: ")


def _make_reproducible(folder: Path) -> None:
    """Take out what differs from one machine and time to another."""
    for pattern in LEFTOVERS:
        for path in folder.glob(pattern):
            path.unlink()
    for script in (folder / "bin").glob("*"):
        text = script.read_bytes()
        # It names the Python of this machine.
        script.write_bytes(PYTHON_LINE.sub(b"#!/usr/bin/env python", text))
    for record in folder.glob("*.dist-info/RECORD"):
        lines = record.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = (line for line in lines if not re.match(r"bin/|[^,]*/uv_cache\.json,", line))
        record.write_text("".join(kept), encoding="utf-8")
    for cache in sorted(folder.rglob("__pycache__")):
        shutil.rmtree(cache)
