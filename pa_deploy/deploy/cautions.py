"""Warnings about a release on this machine, before it is sent."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from pa_deploy.detect import LARGEST_PARSED, Tree, find_cautions
from pa_deploy.errors import Problem
from pa_deploy.model import WantedRelease
from pa_deploy.release import FileSet


def release_cautions(wanted: WantedRelease, code: FileSet) -> tuple[Problem, ...]:
    """What is probably wrong with it."""
    read = partial(_read, code.folder.resolve())
    return find_cautions(wanted, Tree.of(code.manifest, read), code.databases)


def _read(folder: Path, path: str) -> bytes | None:
    """A file in the folder, or a bit more than is parsed of it; None if there is none."""
    try:
        file = (folder / path).resolve()
        if not file.is_relative_to(folder) or not file.is_file():
            return None
        with file.open("rb") as stream:
            return stream.read(LARGEST_PARSED + 1)
    except (OSError, ValueError, RuntimeError):  # RuntimeError: links in a circle, before 3.13
        return None
