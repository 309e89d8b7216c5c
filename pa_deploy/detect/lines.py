"""Lines of `run` that have no effect, because each line runs in its own shell."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence

from pa_deploy.detect.shell import ASSIGNMENT, Command, commands_of

KINDS = {
    "folder": ("cd", "pushd"),
    "variable": ("export", "declare", "typeset", "readonly"),
    "option": ("set", "shopt", "unset", "umask", "ulimit"),
    "alias": ("alias", "unalias"),
    "environment": ("workon", "deactivate"),
}
VARIABLE_FILES = re.compile(r"\.env(\..+)?|\.envrc|\.(bash_?)?(profile|rc)")


def without_effect(lines: Sequence[str]) -> list[tuple[str, str]]:
    """Lines that only change their own shell. For each: the line to quote, and advice."""
    found = []
    for number, line in enumerate(lines):
        commands = commands_of(line)
        kinds = [_kind(each) for each in commands]
        if kinds and all(kinds):
            following = next(
                (each for each in lines[number + 1 :] if not all(map(_kind, commands_of(each)))), ""
            )
            found.append((_quoted(line, commands), _advice(kinds[0], commands[0], line, following)))
    return found


def _kind(command: Command) -> str:
    """The kind of a command that only changes its shell; "" for any other."""
    first, *rest = command.words
    if all(ASSIGNMENT.fullmatch(word) for word in command.words):
        return "variable"
    if first in ("source", ".") and rest:
        name = posixpath.basename(rest[0])
        if name.startswith("activate"):
            return "environment"
        return "variables" if VARIABLE_FILES.fullmatch(name) else ""
    if (first, *rest[:1]) in (("conda", "activate"), ("pyenv", "shell")):
        return "environment"
    return next((kind for kind, words in KINDS.items() if first in words), "")


def _quoted(line: str, commands: Sequence[Command]) -> str:
    """The line without values of variables, which may be secret."""
    for command in commands:
        for word in command.words:
            if ASSIGNMENT.fullmatch(word):
                return " ".join(_without_value(word) for word in command.words)
    return line


def _without_value(word: str) -> str:
    return f"{word.partition('=')[0]}=…" if ASSIGNMENT.fullmatch(word) else word


def _advice(kind: str, command: Command, line: str, following: str) -> str:
    if kind in ("folder", "option", "alias") and not following:
        return "Remove the line."
    if kind == "folder":
        return f"Write it in the line of each command that needs it: `{line} && {following}`."
    if kind == "option":
        if re.match(r"set -\w*(e|o pipefail)", line):
            return "Remove the line: the first command that fails stops the deploy."
        return f"Write it in the line of the command that needs it: `{line}; {following}`."
    if kind == "variable":
        names = [word.partition("=")[0].rstrip("+") for word in command.words if "=" in word]
        which = ", ".join(names) or "them"
        return f"Set {which} in `variables`, or in `env` if it is secret."
    if kind == "variables":
        return "Set these variables in `variables`, or in `env` if they are secret."
    if kind == "alias":
        return "Write the whole command in each line that needs it."
    return (
        "Remove the line: `python` and `pip` are already those of the web app or its `virtualenv`."
    )
