"""Text from outside, made harmless: nothing in it can be taken for a command by a CI."""

from __future__ import annotations

import re

LINE_END = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
CONTROL = re.compile(
    r"\x1b\[[0-9;?]*[ -/]*[@-~]|[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]"
    r"|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
AT_THE_START = re.compile(r"\s*::|(?:---|\+\+\+|~~~|\^\^\^)(?=\s|$)")
"""GitHub's runner reads `::name::` after any blanks; Buildkite four marks with none before them."""
ANYWHERE = re.compile(r"##(?=\w*\[)")
"""GitHub's runner reads `##[name]`, Azure Pipelines that and `##vso[name]`."""


def printable(text: str) -> str:
    """The text without control characters, and with nothing that UTF-8 lacks."""
    return CONTROL.sub("", text.encode("utf-8", "backslashreplace").decode())


def harmless_lines(text: str) -> list[str]:
    """Lines that no CI takes for a command. GitLab's sections need a carriage return, which ends
    a line here, and an escape, which no line keeps.
    """
    lines = []
    for line in LINE_END.split(text):
        broken = ANYWHERE.sub("# #", CONTROL.sub("", line))
        lines.append(f"| {broken}" if AT_THE_START.match(broken) else broken)
    return lines
