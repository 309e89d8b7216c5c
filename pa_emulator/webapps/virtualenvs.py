"""Checks that a web app can use a path as its virtualenv; the messages are the Web tab's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pa_emulator.hosting.pythons import own_version, virtualenv_version
from pa_emulator.paths import under

if TYPE_CHECKING:
    from pathlib import Path

NOT_THERE = "Warning: No virtualenv detected at this path."


def problem_with(root: Path, home: str, path: str, python: str) -> str | None:
    """Return a message if the virtualenv at `path` does not suit `python` (like `3.10`), else None.

    `activate_this.py` is not needed. A virtualenv of the emulator's own Python suits every version,
    because any machine can make one.
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
