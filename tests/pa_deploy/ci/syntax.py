"""Who takes what for a command: the grammars of the CIs' logs, read without our own code."""

from __future__ import annotations

import re
from collections import Counter

LINE_END = re.compile("\r\n|\r|\n")
"""GitHub's runner ends a line at each of them."""

COMMANDS = {
    "github": re.compile(r"^\s*::[^:\s][^:]*::"),
    "github v1, azure": re.compile(r"##\[[A-Za-z]"),
    "azure": re.compile(r"##vso\["),
    "buildkite": re.compile(r"^(?:---|\+\+\+|~~~|\^\^\^)(?:\s|$)"),
}
SECTION = re.compile(r"section_(?:start|end):\d+:[A-Za-z0-9_.-]+(?:\[[^\]]*\])?\r")
"""GitLab's, which has the carriage return within."""


def commands(log: str) -> Counter[str]:
    """How many commands of each syntax are in a log; a syntax that is not there has no key."""
    found = Counter(
        syntax
        for line in LINE_END.split(log)
        for syntax, pattern in COMMANDS.items()
        if pattern.search(line)
    )
    sections = len(SECTION.findall(log))
    return found + Counter({"gitlab": sections} if sections else {})


ACT = re.compile(r"::([^ ]+)(?: .+)?::(.*)")


def act_commands(log: str) -> list[tuple[str, str]]:
    """Name and data of what act takes for a command, escapes not undone: a name goes up to the
    last `::` that fits, and properties are at least one sign (its pkg/runner/command.go).
    """
    matches = [ACT.fullmatch(line) for line in LINE_END.split(log)]
    return [(match[1], match[2]) for match in matches if match]


def read_pairs(text: str) -> dict[str, str]:
    """Lines `NAME=value` by GitLab's rules, which are the strictest; ValueError where it has none.

    Keys of ASCII letters, digits and underscores, no empty line, no comment, quotes kept, blanks
    around a value taken off, smaller than 5 KiB; the last of equal names counts.
    """
    if len(text.encode()) >= 5 * 1024:
        raise ValueError("too large")
    pairs = {}
    for line in text.removesuffix("\n").split("\n"):
        match = re.fullmatch(r"([A-Za-z0-9_]+)=(.*)", line)
        if not match:
            message = f"no variable: {line!r}"
            raise ValueError(message)
        pairs[match[1]] = match[2].strip()
    return pairs
