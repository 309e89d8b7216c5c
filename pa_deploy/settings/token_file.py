"""The token from a file, so that it need not stand in a command or in the environment."""

from __future__ import annotations

import codecs
from pathlib import Path

from pa_deploy.errors import InputError, Problem, reason_of
from pa_deploy.settings.sources import Given

LARGEST_BYTES = 4096
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def with_token(given: Given) -> Given:
    """With the token among the flags if `token-file` is the strongest source of it.

    Raises InputError if that file cannot be used.
    """
    for source in given.sources:
        if source.text("token"):
            return given
        name = source.text("token-file")
        if name:
            token = _read(name, given.workspace)
            return given.with_flags({**given.flags.texts, "token": token})
    return given


def _read(name: str, workspace: Path) -> str:
    try:
        with (workspace / name).open("rb") as file:
            raw = file.read(LARGEST_BYTES)
        # PowerShell writes UTF-16 by default.
        text = raw.decode("utf-16" if raw.startswith(UTF_16) else "utf-8-sig").strip()
    except (OSError, ValueError) as error:
        raise _unusable(f'"{name}": {reason_of(error, "it cannot be read")}.') from None
    if not text:
        raise _unusable(f'"{name}" is empty.')
    if len(text.split()) > 1:
        raise _unusable(f'"{name}" has more than one word in it.')
    return text


def _unusable(said: str) -> InputError:
    advice = "The file must contain only the token. Its path is relative to the workspace."
    return InputError((Problem("token-file", said, advice=advice),))
