"""Shell scripts that commands start, and whose lines end as on Windows: no shell can read them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pa_deploy.detect.shell import SPECIAL, Command, commands_of, joined
from pa_deploy.detect.tree import Tree

SHELLS = ("sh", "bash", "dash", "zsh", "ksh", "source", ".")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A script that the command of `line` starts, and the line that git needs to keep it right."""

    line: str
    path: str

    @property
    def attributes(self) -> str:
        is_named_so = self.path.endswith(".sh")
        return f"{'*.sh' if is_named_so else f'/{self.path}'} text eol=lf"


def find_unreadable(tree: Tree, lines: Sequence[str]) -> list[Unreadable]:
    """Each script once for each line that starts it."""
    found = [
        Unreadable(line, path)
        for line in lines
        for command in commands_of(line)
        for path in _scripts(command)
        if path in tree.paths and _ends_as_on_windows(tree.read(path))
    ]
    return list(dict.fromkeys(found))


def _scripts(command: Command) -> Iterator[str]:
    """The file of the release that a shell, or the system by its first line, is to read."""
    words = command.program
    if not words or command.folder is None:
        return
    word = words[0]
    if posixpath.basename(word) in SHELLS:
        word = next((each for each in words[1:] if not each.startswith("-")), "")
    elif "/" not in word:
        return
    path = None if SPECIAL.search(word) else joined(command.folder, word)
    if path:
        yield path


def _ends_as_on_windows(content: bytes | None) -> bool:
    first, _, _ = (content or b"").partition(b"\n")
    return first.endswith(b"\r") and b"\0" not in first
