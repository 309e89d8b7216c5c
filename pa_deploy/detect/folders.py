"""Folders that commands change to and the release does not have, and what to write instead."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pa_deploy.detect.ranking import likely
from pa_deploy.detect.scripts import MAKES_FILES, files_of
from pa_deploy.detect.shell import SPECIAL, Command, changes_to, commands_of, joined
from pa_deploy.detect.tree import Tree

MAKES_NO_FOLDER = {
    *("cd", "pushd", "echo", "pip", "pip3", "export", "set", "true", "ls", "test", "[", "exit"),
    *("source", ".", "flask", "bash", "sh"),
}
MANAGES = re.compile(r"(\S*/)?(manage\.py|python[\d.]*)")


@dataclass(frozen=True, slots=True)
class MissingFolder:
    """A folder that a line changes to. `mended` is the line to write, "" if that is not known.

    `is_alone`: the line does nothing else.
    """

    line: str
    path: str
    mended: str
    is_alone: bool


def find_missing_folders(tree: Tree, lines: Sequence[str]) -> list[MissingFolder]:
    """At most one for a line; none that a command may have made."""
    if any(MAKES_FILES.search(line) for line in lines):
        return []
    found = []
    for number, line in enumerate(lines):
        before = [each for other in lines[:number] for each in commands_of(other)]
        is_known = all(commands_of(other) for other in lines[:number])
        found += list(_missing(tree, line, before))[:1] if is_known else []
    return found


def _missing(tree: Tree, line: str, before: Sequence[Command]) -> Iterator[MissingFolder]:
    commands = commands_of(line)
    for at, command in enumerate(commands):
        word = changes_to(command)
        if not word or command.folder is None or SPECIAL.search(word):
            continue
        path = joined(command.folder, word)
        if not path or path in tree.folders or tree.is_hidden(path):
            continue
        if all(_makes_no(path, each) for each in (*before, *commands[:at])):
            behind = commands[at + 1 :]
            yield MissingFolder(line, path, _mended(tree, line, word, path, behind), not behind)


def _makes_no(path: str, command: Command) -> bool:
    """Whether it is certain that a command makes no such folder."""
    program = command.program
    if not program:
        return True
    if MANAGES.fullmatch(program[0]):
        is_managing = any(posixpath.basename(word) == "manage.py" for word in program[:3])
        is_pip = program[1:3] == ("-m", "pip")
        return is_pip or (is_managing and not ("collectstatic" in program and "static" in path))
    return program[0] in MAKES_NO_FOLDER


def _mended(tree: Tree, line: str, word: str, path: str, behind: Sequence[Command]) -> str:
    """The line with the folder that has what the commands behind need, or that has the name."""
    if joined("", word) != path:
        return ""
    needed = [file for each in behind if each.folder == path for file in files_of(each)]
    if needed:
        places = likely(each for each in tree.paths if f"/{each}".endswith(f"/{needed[0]}"))
        if not places:
            return ""
        folder = places[0].removesuffix(needed[0]).rstrip("/")
    else:
        name = posixpath.basename(path)
        folders = likely(each for each in tree.folders if posixpath.basename(each) == name)
        if not folders:
            return ""
        folder = folders[0]
    if folder:
        return line.replace(word, folder, 1)
    rest = re.fullmatch(rf"\s*(?:cd|pushd)\s+[\"']?{re.escape(word)}[\"']?\s*(?:&&|;)\s*(.+)", line)
    return rest[1] if rest else ""
