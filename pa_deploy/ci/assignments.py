"""Outputs as lines `NAME=value`: the file of `outputs-file`, and what some CIs read."""

from __future__ import annotations

from collections.abc import Mapping

from pa_deploy.model import OUTPUT_PREFIX
from pa_deploy.unprintable import LINE_END

LARGEST_DOTENV_BYTES = 5 * 1024 - 1
"""GitLab takes a file that is smaller than 5 KiB, or none of it."""


def variable(name: str) -> str:
    """The environment name of an output."""
    return f"{OUTPUT_PREFIX}{name.upper().replace('-', '_')}"


def assignment(name: str, value: str) -> str:
    r"""One line, without quotes, as GitLab keeps them; a line end becomes the two signs `\n`."""
    text = r"\n".join(LINE_END.split(value.strip()))
    return f"{variable(name)}={text}"


def dotenv(outputs: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """The file's text, and the names of the outputs that had to be left empty.

    The longest values are, if the file would be too large for GitLab: it is read whole or not.
    """
    kept = dict(outputs)
    emptied = []
    while len((text := _text(kept)).encode()) > LARGEST_DOTENV_BYTES:
        longest = max(kept, key=lambda name: len(kept[name].encode()))
        kept[longest] = ""
        emptied.append(longest)
    return text, tuple(emptied)


def _text(outputs: Mapping[str, str]) -> str:
    return "".join(f"{assignment(name, value)}\n" for name, value in outputs.items())
