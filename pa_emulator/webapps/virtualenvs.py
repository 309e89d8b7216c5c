"""Whether a path is a virtualenv that a web app may use, in the Web tab's words."""

from __future__ import annotations

import platform
import re
from typing import TYPE_CHECKING

from pa_emulator.paths import under

if TYPE_CHECKING:
    from pathlib import Path

NOT_THERE = "Warning: No virtualenv detected at this path."


def problem_with(root: Path, home: str, path: str, python: str) -> str | None:
    """None if the virtualenv at `path` suits `python` (like `3.10`); else what to tell the user.

    `activate_this.py` is not asked for. A virtualenv of the interpreter that runs the
    emulator suits every version, because that interpreter does the hosting.
    """
    if not path:
        return None
    if "\0" in path or not path.startswith(home + "/"):
        return NOT_THERE
    folder = under(root, path)
    found = _version_of(folder)
    if found is None or not folder.resolve().is_relative_to(under(root, home).resolve()):
        return NOT_THERE
    if found not in {python, _own_version()}:
        return (
            f"This virtualenv seems to have the wrong Python version ({found} instead of {python})."
        )
    return None


def _version_of(folder: Path) -> str | None:
    """`3.11` from a `pyvenv.cfg`; None where there is no virtualenv."""
    try:
        text = (folder / "pyvenv.cfg").read_text(errors="replace")
    except OSError:
        return None
    match = re.search(r"^version(?:_info)?\s*=\s*(\d+\.\d+)", text, re.MULTILINE)
    return match[1] if match else _own_version()


def _own_version() -> str:
    return ".".join(platform.python_version_tuple()[:2])
