"""Write files into a repository, and overwrite none that somebody else has written unasked."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pa_deploy.ci import Ci
from pa_deploy.cli.talk import Talk
from pa_deploy.errors import InputError, Problem, reason_of
from pa_deploy.settings import leads_out, read_file, write_file

MOST_BYTES = 1024 * 1024
State = Literal["Written", "As it is already", "Kept", "Would be written"]


@dataclass(frozen=True, slots=True)
class Written:
    """A file, and what became of it."""

    path: str
    state: State


def write_all(
    folder: Path, texts: Mapping[str, str], talk: Talk, *, force: bool, dry_run: bool
) -> list[Written]:
    """Write the texts, or nothing at all if one may not be written. Raises InputError.

    A file that differs is shown with the difference, and kept if the user says no.
    """
    before = {path: _read(folder, path) for path in texts}
    differing = [path for path, text in texts.items() if before[path] not in (None, text)]
    for path in differing:
        _show_difference(path, before[path] or "", texts[path], talk.ci)
    if differing and not (force or talk.can_ask or dry_run):
        raise InputError(tuple(_exists(path) for path in differing))
    states: list[Written] = []
    for path, text in texts.items():
        state: State = "Written"
        if before[path] == text:
            state = "As it is already"
        elif dry_run:
            talk.ci.log(f"--- {path}\n{text}")
            state = "Would be written"
        elif before[path] is None or force or talk.confirm(f"Overwrite {path}?"):
            _write(folder / path, path, text)
        else:
            state = "Kept"
        states.append(Written(path, state))
    return states


def _write(file: Path, path: str, text: str) -> None:
    try:
        write_file(file, text)
    except OSError as error:
        raise InputError((_unwritable(path, error),)) from None


def _read(folder: Path, path: str) -> str | None:
    """The text that is there; None if there is none. Raises InputError."""
    file = folder / path
    if leads_out(file, Path(os.path.realpath(folder))):
        said = f"{path} is, or is below, a link that leads out of the repository."
        raise InputError((Problem("init", said, advice="Replace the link with what it leads to."),))
    try:
        if not os.path.lexists(file):
            return None
        return read_file(file)[:MOST_BYTES].decode("utf-8", "replace")
    except OSError as error:
        raise InputError((_unwritable(path, error),)) from None


def _unwritable(path: str, error: OSError) -> Problem:
    said = f"{path} cannot be written: {reason_of(error, 'unknown reason')}."
    return Problem("init", said, advice="Check what is at that path.")


def _exists(path: str) -> Problem:
    said = f"{path} exists and is different. The difference is above."
    return Problem("init", said, advice="To overwrite it: pa-deploy init --force")


def _show_difference(path: str, before: str, after: str, ci: Ci) -> None:
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), path, f"{path} (new)", lineterm=""
    )
    for line in lines:
        ci.log(line)
