"""Requirements become a folder of packages for PythonAnywhere's Python, by way of uv.

uv, because pip judges environment markers by the Python that runs it, not by the one it resolves
for: a package that only an older Python needs would be missing on PythonAnywhere.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from uv import find_uv_bin

from pa_deploy.clock import Deadline
from pa_deploy.errors import InputError, Problem
from pa_deploy.program import Program

PLATFORM = "x86_64-manylinux_2_31"
"""The glibc of the oldest of PythonAnywhere's system images, which are Ubuntu 20.04 and 22.04."""

PASSED_ON = re.compile(
    r"(UV_|XDG_|SSL_CERT_|(ALL|HTTPS?|NO)_PROXY$|(HOME|PATH|TMPDIR|NETRC)$)", re.IGNORECASE
)
NO_WHEEL = re.compile(
    r"(?:Wheels are (?:required|available) for|is disabled, but attempted to build) `([^`]+)`"
)
EDITABLE = re.compile(r"\s*(?:-e|--editable)(?:[\s=]|$)")
INCLUDED = re.compile(r"\s*(?:-r|--requirement)[\s=]*(\S+)")
PYTHON_LINE = re.compile(rb"\A#!(?:/bin/sh\n'''exec' .*\n' '''|.*python.*)")
DOING = "uv to resolve and fetch what `requirements` lists"
LEFTOVERS = (".lock", "*.dist-info/uv_cache.json", "*.dist-info/direct_url.json")
"""Notes of which one has a time in it, and one where a package that has no index lies here."""


def install(
    requirements: Path,
    python_version: str,
    into: Path,
    environ: Mapping[str, str],
    deadline: Deadline,
) -> None:
    """Fill a folder with the packages that the file asks for; the same ones give the same files.

    Raises InputError, naming the requirement where there is no wheel for it, and OutOfTime.
    """
    _refuse_editable(requirements)
    command = [find_uv_bin(), "pip", "install", "--quiet", "--color=never", "--no-progress"]
    command += ["--no-config", "--python", sys.executable, "--link-mode=copy"]
    command += ["--target", str(into), "--python-version", python_version]
    command += ["--python-platform", PLATFORM, "--only-binary", ":all:", "-r", requirements.name]
    command += _without_cache(environ)
    own = {name: value for name, value in environ.items() if PASSED_ON.match(name)}
    done = Program(command, requirements.parent, own).run(deadline.remaining())
    if done is None:
        raise deadline.out_of_time(DOING)
    exit_code, said = done
    if exit_code:
        raise InputError((_problem(said, python_version),))
    _make_reproducible(into)


def _without_cache(environ: Mapping[str, str]) -> list[str]:
    """A flag for uv where it cannot keep what it has fetched: a container may have no home."""
    if environ.get("UV_CACHE_DIR"):
        return []
    home = environ.get("HOME") or os.devnull
    cache = Path(environ.get("XDG_CACHE_HOME") or f"{home}/.cache") / "uv"
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError:
        return ["--no-cache"]
    return [] if os.access(cache, os.W_OK) else ["--no-cache"]


def _refuse_editable(requirements: Path, seen: frozenset[Path] = frozenset()) -> None:
    """Refused before uv sees it, who would run its build even where it may use wheels only."""
    try:
        lines = requirements.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return  # uv says it better
    for number, line in enumerate(lines, start=1):
        if EDITABLE.match(line):
            said = f'"{line.strip()}" in {requirements.name} links to a folder of this machine.'
            advice = "Put its code into `source`, or list a wheel of it."
            raise InputError((Problem("requirements", said, number, advice=advice),))
        included = INCLUDED.match(line)
        path = requirements.parent / included[1] if included else requirements
        if path not in {*seen, requirements}:
            _refuse_editable(path, seen | {requirements})


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
        kept = (
            line for line in lines if not re.match(r"bin/|[^,]*/(uv_cache|direct_url)\.json,", line)
        )
        record.write_text("".join(kept), encoding="utf-8")
    for cache in sorted(folder.rglob("__pycache__")):
        shutil.rmtree(cache)
