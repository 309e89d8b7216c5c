"""Text from outside, made harmless: nothing in it can be taken for a command by a CI."""

from __future__ import annotations

import re

from pa_deploy.unprintable import LINE_END, NEVER_SHOWN

AT_THE_START = re.compile(r"\s*::|(?:---|\+\+\+|~~~|\^\^\^)(?=\s|$)")
"""GitHub's runner reads `::name::` after any blanks; Buildkite four marks with none before them."""
ANYWHERE = re.compile(r"##(?=\w*\[)")
"""GitHub's runner reads `##[name]`, Azure Pipelines that and `##vso[name]`."""


def harmless_lines(text: str) -> list[str]:
    """Lines that no CI takes for a command. GitLab's sections need a carriage return, which ends
    a line here, and an escape, which no line keeps.
    """
    lines = []
    for line in LINE_END.split(text):
        broken = ANYWHERE.sub("# #", NEVER_SHOWN.sub("", line))
        lines.append(f"| {broken}" if AT_THE_START.match(broken) else broken)
    return lines
