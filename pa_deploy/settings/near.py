"""Find a similar path for a file or folder that an input names and that does not exist."""

from __future__ import annotations

import difflib
import os
import posixpath
from itertools import islice
from pathlib import Path

from pa_deploy.errors import Problem
from pa_deploy.settings.local_files import is_directory, is_file, relative_to

MOST_ENTRIES = 5000
LONGEST_NAME = 255


def missing_path(name: str, given: str, workspace: Path, *, is_folder: bool) -> Problem:
    """The problem of an input whose path is not there, with a path that is much alike."""
    kind = "folder" if is_folder else "file"
    said = f"There is no {kind} {given} in the workspace."
    near = _near(given, workspace, is_folder=is_folder)
    if near:
        advice = f"Write `{name}: {near}`."
        return Problem(name, f"{said} There is {near}.", advice=advice)
    return Problem(name, said, advice=relative_to(workspace))


def _near(given: str, workspace: Path, *, is_folder: bool) -> str:
    """A path that is there; people on Windows write backslashes."""
    is_there = is_directory if is_folder else is_file
    slashed = given.replace("\\", "/")
    if slashed != given and slashed.isprintable() and is_there(workspace / slashed):
        return slashed
    above, _, last = slashed.rstrip("/").rpartition("/")
    if not last or len(last) > LONGEST_NAME:
        return ""
    try:
        with os.scandir(workspace / above) as entries:
            names = {
                entry.name.casefold(): entry.name
                for entry in islice(entries, MOST_ENTRIES)
                if is_there(Path(entry))
            }
    except (OSError, ValueError):  # the text cannot be a path
        return ""
    found = difflib.get_close_matches(last.casefold(), sorted(names), n=1)
    name = names[found[0]] if found else ""
    return posixpath.join(above, name) if name.isprintable() and name else ""
