"""Wheels that uv can never install, in plain words instead of uv's, which name its own folders."""

from __future__ import annotations

import re

from pa_deploy.errors import InputError, Problem

FAULTS = (
    (
        r"failed to open file `[^`]*\.dist-info/(RECORD|WHEEL|METADATA)`: No such file",
        "it has no file `{0}`",
    ),
    (r"`RECORD` file is invalid", "its list of files (`RECORD`) cannot be read"),
    (r"Unsupported wheel major version", "its `Wheel-Version` is not 1"),
    (r"`entry_points\.txt` is invalid", "its `entry_points.txt` cannot be read"),
    (
        r"must not use the reserved name `(\w{1,20})",
        "one of its programs would replace the program `{0}`",
    ),
    (r"Script path must resolve", "one of its programs would be put outside their folder"),
    (r"unacceptable filename", "a file name in it has a control character"),
    (r"File name too long", "a file name in it is too long"),
    (
        r"/([\w.-]{1,80})`?: (?:File exists|Is a directory|Not a directory) \(os error",
        "`{0}` is a file in one package and a folder in another",
    ),
    (r"The wheel is invalid", "parts of it are invalid"),
)


def wheel_fault(text: str, name: str, file: str) -> InputError | None:
    """The failure if uv's text says what is wrong with the wheel of `name`; None if it does not."""
    flat = " ".join(text.split())
    for pattern, why in FAULTS:
        found = re.search(pattern, flat)
        if found:
            said = f"the wheel of {name} cannot be installed: {why.format(*found.groups())}."
            advice = f"List another version of it in {file}, or replace the wheel."
            return InputError((Problem("requirements", said, advice=advice),))
    return None
