"""Text from outside, made harmless: nothing in it can be taken for a command by a CI."""

from __future__ import annotations

import re

LINE_END = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
CONTROL = re.compile(
    r"\x1b\[[0-9;?]*[ -/]*[@-~]|[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]"
)


def harmless_lines(text: str) -> list[str]:
    """Lines that no CI takes for a command.

    GitHub's runner reads `::name::` at the start of a line and `##[name]` anywhere in it, Azure
    Pipelines reads `##vso[name]`.
    """
    lines = []
    for line in LINE_END.split(text):
        broken = re.sub(r"##(?=\w*\[)", "# #", CONTROL.sub("", line))
        lines.append(f"| {broken}" if broken.lstrip().startswith("::") else broken)
    return lines
