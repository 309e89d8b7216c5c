"""Whether a path is a virtualenv that a web app may use, in the Web tab's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pa_emulator.hosting.pythons import own_version, virtualenv_version
from pa_emulator.paths import under

if TYPE_CHECKING:
    from pathlib import Path

NOT_THERE = "Warning: No virtualenv detected at this path."


def problem_with(root: Path, home: str, path: str, python: str) -> str | None:
    """None if the virtualenv at `path` suits `python` (like `3.10`); else what to tell the user.

    `activate_this.py` is not asked for. A virtualenv of the interpreter that runs the
    emulator suits every version, because it can be made on each machine.
    """
    if not path:
        return None
    if "\0" in path or not path.startswith(home + "/"):
        return NOT_THERE
    folder = under(root, path)
    found = virtualenv_version(folder)
    if found is None or not folder.resolve().is_relative_to(under(root, home).resolve()):
        return NOT_THERE
    if found not in {python, own_version()}:
        return (
            f"This virtualenv seems to have the wrong Python version ({found} instead of {python})."
        )
    return None
