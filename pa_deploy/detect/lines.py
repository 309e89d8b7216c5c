"""Lines of `run` that have no effect, because each line runs in its own shell."""

from __future__ import annotations

import posixpath
import re
import shlex
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


NEUTRAL = {"true", ":", "false", "test", "["}
"""Commands that change nothing; `exit` is one after `||`."""
ASKS = re.compile(
    r"""\$\(\s*(?:date|git|cat|pwd|whoami|id|hostname|ls|echo|printf|grep|head|tail|cut|which|command"""
    r"""|dirname|basename|realpath|readlink|uname|openssl|uuidgen|nproc|python[\d.]*)\b[^()`]*\)"""
)
"""A command whose output becomes a part of the line, and that changes nothing by itself."""
EVAL = re.compile(r"""\s*eval\s+(?P<quote>["']?)(?P<line>.*)(?P=quote)\s*""", re.DOTALL)


def without_effect(lines: Sequence[str]) -> list[tuple[str, str]]:
    """Lines that only change their own shell. For each: the line to quote, and advice."""
    found = []
    for number, line in enumerate(lines):
        commands = _changing(line)
        if commands:
            following = next((each for each in lines[number + 1 :] if not _changing(each)), "")
            found.append((_quoted(line, commands), _advice(commands, line, following)))
    return found


def _changing(line: str) -> list[Command]:
    """The commands of a line that change its shell, if it does nothing else."""
    evaluated = EVAL.fullmatch(line)
    plain = ASKS.sub("asked", evaluated["line"] if evaluated else line)
    commands = commands_of(plain)
    neutral = NEUTRAL | {"exit"} if "||" in plain else NEUTRAL
    changing = [each for each in commands if each.words[0] not in neutral]
    return changing if all(map(_kind, changing)) else []


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
                prefix = "eval " if EVAL.fullmatch(line) else ""
                return prefix + " ".join(_without_value(word) for word in command.words)
    return line


def _without_value(word: str) -> str:
    return f"{word.partition('=')[0]}=…" if ASSIGNMENT.fullmatch(word) else word


def _advice(commands: Sequence[Command], line: str, following: str) -> str:
    command = commands[0]
    kind = _kind(command)
    if kind in ("folder", "option", "alias") and not following:
        return "Remove the line."
    if kind == "folder":
        change = " && ".join(shlex.join(each.words) for each in commands)
        line = change if len(commands_of(line)) > len(commands) else line
        return f"Put it before each command that needs it: `{line} && {following}`."
    if kind == "option":
        if re.match(r"set -\w*(e|o pipefail)", line):
            return "Remove the line: the first command that fails stops the deploy."
        return f"Write it in the line of the command that needs it: `{line}; {following}`."
    if kind == "variable":
        return _instead_of_assigning(command, line)
    if kind == "variables":
        return "Set these variables in `variables`, or in `env` if they are secret."
    if kind == "alias":
        return "Write the whole command in each line that needs it."
    return "Remove the line: `python` and `pip` are already those of the web app or `virtualenv`."


def _instead_of_assigning(command: Command, line: str) -> str:
    if ASKS.search(line):
        return "Put it into the same line as the command that needs it, before `&&`."
    names = [word.partition("=")[0].rstrip("+") for word in command.words if "=" in word]
    which = ", ".join(names) or "them"
    return f"Write {which} in `variables`, or in `env` if it is secret."
