"""A line of `run` as simple commands, as far as that can be told without a shell."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

UNREADABLE = ("$(", "`", "<<")
KEYWORDS = {
    *("if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "esac"),
    *("function", "select", "{", "}", "[[", "eval", "popd"),
}
ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\+?=.*", re.DOTALL)
CHANGES_FOLDER = ("cd", "pushd")
WRAPPERS = {"exec", "command", "nohup", "time", "env", "sudo"}
RUNNERS = {"uv", "poetry", "pipenv", "pdm", "hatch"}
SPECIAL = re.compile(r"[$*?~\[{]")
"""Characters that a shell replaces."""


@dataclass(frozen=True, slots=True)
class Command:
    """A simple command. `folder` is where it runs, relative to the release; None: not known."""

    words: tuple[str, ...]
    folder: str | None

    @property
    def program(self) -> tuple[str, ...]:
        """Its words without assignments, and without programs that only start another."""
        words = self.words
        while words:
            if ASSIGNMENT.fullmatch(words[0]) or words[0] in WRAPPERS:
                words = words[1:]
            elif words[0] in RUNNERS and words[1:2] == ("run",):
                words = words[2:]
            elif words[:2] == ("uv", "pip"):
                words = words[1:]
            else:
                break
        return words


def commands_of(line: str) -> tuple[Command, ...]:
    """The commands of a line, in order; none if one of them is not simple."""
    words = words_of(line)
    if any(word in KEYWORDS for word in words) or any(sign in line for sign in UNREADABLE):
        return ()
    return tuple(_placed(words))


def words_of(line: str) -> list[str]:
    """The words and operators of a line up to a comment; none if a quote is not closed."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        words = list(lexer)
    except ValueError:
        return []
    comment = next((at for at, word in enumerate(words) if word.startswith("#")), len(words))
    return words[:comment]


def _placed(words: list[str]) -> Iterator[Command]:
    folder: str | None = ""
    outer: list[str | None] = []
    command: list[str] = []
    is_target = False
    for word in [*words, ";"]:
        if is_target:  # of a redirection
            is_target = False
        elif re.fullmatch(r"[<>&|]*[<>][<>&|]*", word):
            is_target = True
            if command and command[-1].isdigit():
                command.pop()
        elif re.fullmatch(r"[();|&]+", word):
            if command:
                yield Command(tuple(command), folder)
                folder = _after(command, folder)
                command = []
            for sign in word:
                if sign == "(":
                    outer.append(folder)
                elif sign == ")" and outer:
                    folder = outer.pop()
        else:
            command.append(word)


def _after(command: list[str], folder: str | None) -> str | None:
    """Where the shell is after a command."""
    if command[0] not in CHANGES_FOLDER:
        return folder
    target = _target(command)
    if folder is None or not target or SPECIAL.search(target):
        return None
    return joined(folder, target)


def _target(command: Sequence[str]) -> str:
    targets = [word for word in command[1:] if not word.startswith("-")]
    return targets[0] if len(targets) == 1 else ""


def changes_to(command: Command) -> str:
    """The folder that a command changes to, as it is written; "" if it does not, or is odd."""
    return _target(command.words) if command.words[0] in CHANGES_FOLDER else ""


def joined(folder: str, path: str) -> str | None:
    """A path that is relative to a folder of the release; None if it leads out of it."""
    place = posixpath.normpath(posixpath.join(folder, path))
    if path.startswith("/") or place.split("/")[0] == "..":
        return None
    return "" if place == "." else place
