"""Files that commands need and the release does not have, and where they are instead."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pa_deploy.detect.modules import find_elsewhere, find_module, searched_for
from pa_deploy.detect.ranking import likely
from pa_deploy.detect.shell import ASSIGNMENT, SPECIAL, Command, commands_of, joined, words_of
from pa_deploy.detect.tree import Tree

PYTHON = re.compile(r"python(\d(\.\d+)?)?|pypy3?")
SHELLS = ("sh", "bash", "source", ".")
WITH_VALUE = ("-W", "-X")
"""Options of Python that take the next word."""
REQUIREMENT_OPTIONS = ("-r", "--requirement", "-c", "--constraint")
MAKES_FILES = re.compile(
    r"\b(git\s+clone|tar|unzip|rsync|scp|svn|startproject|startapp|cookiecutter)\b"
)
"""Commands that may make any files."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A file or module that a command of `line` names as `word`.

    `path` is where the file should be, "" for a module. It is at `found` instead, the likely place
    first; `mended` is the line that uses that one. Both are empty if it is nowhere.
    """

    line: str
    word: str
    path: str
    found: tuple[str, ...] = ()
    mended: str = ""


def find_missing(tree: Tree, lines: Sequence[str], roots: Sequence[str] = ("",)) -> list[Missing]:
    """Files that commands need and do not find, without those that another line may make."""
    if any(MAKES_FILES.search(line) for line in lines):
        return []
    return [
        each
        for line in lines
        for command in commands_of(line)
        if not command.folder or command.folder in tree.folders
        for each in (
            *_missing_files(tree, line, command),
            *_missing_modules(tree, line, command, roots),
        )
        if not is_made(posixpath.basename(each.word), lines)
    ]


def is_made(name: str, lines: Sequence[str]) -> bool:
    """Whether a command may make the file: it names the file, but not to run it."""
    for line in lines:
        commands = commands_of(line)
        if not commands and name in line:
            return True
        needed = [word for each in commands for word in (*files_of(each), *_modules(each))]
        named = [word for word in words_of(line) if posixpath.basename(word) == name]
        if len(named) > len([word for word in needed if posixpath.basename(word) == name]):
            return True
    return False


def _missing_files(tree: Tree, line: str, command: Command) -> Iterator[Missing]:
    folder = command.folder
    for word in () if folder is None else files_of(command):
        path = None if SPECIAL.search(word) else joined(folder or "", word)
        if not path or path in tree.paths or tree.is_hidden(path):
            continue
        name = posixpath.basename(word)
        found = likely(each for each in tree.paths if posixpath.basename(each) == name)
        if found:
            right = posixpath.relpath(found[0], folder or ".")
            yield Missing(line, word, path, found, line.replace(word, right, 1))
        else:
            yield Missing(line, word, path)


def _missing_modules(
    tree: Tree, line: str, command: Command, roots: Sequence[str]
) -> Iterator[Missing]:
    """Only those that are elsewhere in the release: others may come from packages."""
    folder = command.folder
    if any(word.startswith("PYTHONPATH=") for word in command.words):
        return
    for module in () if folder is None else _modules(command):
        if find_module(tree, module, (folder or "", *roots)).state in ("here", "unknown"):
            continue
        found = find_elsewhere(tree, module)
        if found:
            root = searched_for(found[0], module)
            yield Missing(line, module, "", found, "" if folder else f"cd {root} && {line}")


def files_of(command: Command) -> Iterator[str]:
    """The files of the release that a command reads as its program or as requirements."""
    words = command.program
    if not words:
        return
    name = posixpath.basename(words[0])
    if words[0].startswith("./") or (words[0] in SHELLS and len(words) > 1):
        script = words[0] if words[0].startswith("./") else words[1]
        if script.endswith((".py", ".sh")):
            yield script
    elif PYTHON.fullmatch(name):
        rest = _after_options(words[1:])
        if rest and rest[0].endswith(".py"):
            yield rest[0]
        elif rest[:2] == ("-m", "pip"):
            yield from _requirements(rest[1:])
    elif re.fullmatch(r"pip(\d(\.\d+)?)?", name):
        yield from _requirements(words)


def _after_options(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words from the script, or from `-m` or `-c`, on."""
    while words and words[0].startswith("-") and words[0] not in ("-m", "-c", "-"):
        words = words[2:] if words[0] in WITH_VALUE else words[1:]
    return words


def _requirements(words: tuple[str, ...]) -> Iterator[str]:
    given = [value for option, value in pairwise(words) if option in REQUIREMENT_OPTIONS]
    given += [word.partition("=")[2] for word in words if word.startswith("--requirement=")]
    yield from (value for value in given if "://" not in value)


def _modules(command: Command) -> Iterator[str]:
    """The modules that a command has Python import: of Flask's `--app`, and of `-m`."""
    words = command.program
    rest = _after_options(words[1:]) if words and PYTHON.fullmatch(_name(words)) else ()
    if rest[:1] == ("-m",) and len(rest) > 1:
        words = rest[1:]
        if "." in words[0]:  # else it is a tool nearly always
            yield from _if_module(words[0])
    if words and _name(words) == "flask":
        assigned = [word.partition("=") for word in command.words if ASSIGNMENT.fullmatch(word)]
        given = [value for name, _, value in assigned if name == "FLASK_APP"]
        given += [value for option, value in pairwise(words)
                  if option in ("--app", "-A")]  # fmt: skip
        given += [word.partition("=")[2] for word in words if word.startswith("--app=")]
        for value in given[-1:]:
            yield from _if_module(value.partition(":")[0].removesuffix(".py").replace("/", "."))


def _name(words: tuple[str, ...]) -> str:
    return posixpath.basename(words[0])


def _if_module(word: str) -> Iterator[str]:
    if all(part.isidentifier() for part in word.split(".")):
        yield word
