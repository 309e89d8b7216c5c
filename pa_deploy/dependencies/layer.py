"""Make the folder of packages the same on each machine and at any time."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from pa_deploy.errors import InputError, Problem

DEEPEST = 100

PYTHON_LINE = re.compile(rb"\A#!(?:/bin/sh\n'''exec' .*\n' '''|.*python.*)")
LEFTOVERS = (".lock", "*.dist-info/uv_cache.json", "*.dist-info/direct_url.json")
"""Notes with a time, or with the path of a package on this machine."""
UNRECORDED = re.compile(rb"bin/|[^,]*/(uv_cache|direct_url)\.json,")


def refuse_deep(folder: Path) -> None:
    """Raise InputError for a package whose folders are nested too deep to be read."""
    for top in sorted(folder.iterdir()):
        level = [top]
        for _ in range(DEEPEST):
            level = [below for each in level for below in _folders(each)]
        if level:
            said = f"a package has folders more than {DEEPEST} levels deep, in {top.name!a}."
            advice = "Remove that package, or list another version of it."
            raise InputError((Problem("requirements", said, advice=advice),))


def _folders(folder: Path) -> list[Path]:
    if folder.is_symlink() or not folder.is_dir():
        return []
    with os.scandir(folder) as rows:
        return [folder / row.name for row in rows if row.is_dir(follow_symlinks=False)]


def make_reproducible(folder: Path) -> None:
    """Take out the names of this machine's files and the time. A wheel may hold anything."""
    for pattern in LEFTOVERS:
        for path in _files(folder, pattern):
            path.unlink()
    for script in _files(folder, "bin/*"):
        text = script.read_bytes()
        # It names the Python of this machine.
        script.write_bytes(PYTHON_LINE.sub(b"#!/usr/bin/env python", text))
    for record in _files(folder, "*.dist-info/RECORD"):
        lines = record.read_bytes().splitlines(keepends=True)
        record.write_bytes(b"".join(line for line in lines if not UNRECORDED.match(line)))
    for cache in sorted(folder.rglob("__pycache__")):
        if cache.is_dir() and not cache.is_symlink():
            shutil.rmtree(cache)


def _files(folder: Path, pattern: str) -> Iterator[Path]:
    """Regular files; what a link leads to is never read or written."""
    found = sorted(folder.glob(pattern))
    return (path for path in found if path.is_file() and not path.is_symlink())
