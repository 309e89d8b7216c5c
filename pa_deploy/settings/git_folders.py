"""Git's own folders: git runs the hooks in them, and a CI may have written a token into them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pa_deploy.settings.local_files import resolved

GIT_FOLDER = ".git"
POINTER = re.compile(rb"gitdir: ([^\r\n\0]+)")
MOST_BYTES = 4096
"""Of a file that names a folder."""


def is_in_git(path: Path, workspace: Path) -> bool:
    """Whether a path leads into one, with all links followed, or is one.

    That is a folder with git's name, with what git has in its folders, or that a file with git's
    name points to, there or above the workspace.
    """
    try:
        place = resolved(path)
        above = (place, *place.parents)
        own = (workspace, *workspace.parents)
        named = {*_named_by(above), *_named_by(own)}
        # A worktree may lie in the folder of its bare repository.
        below = [each for each in above if workspace not in above or each not in own]
        return any(
            each.name.lower() == GIT_FOLDER or each in named or _looks_like_one(each)
            for each in below
        )
    except (OSError, ValueError):
        return False


def _looks_like_one(folder: Path) -> bool:
    """As git itself tells it; a worktree has its objects elsewhere."""
    has_own = (folder / "objects").is_dir() and (folder / "refs").is_dir()
    return (folder / "HEAD").is_file() and (has_own or (folder / "commondir").is_file())


def _named_by(folders: tuple[Path, ...]) -> Iterator[Path]:
    for folder in folders:
        file = folder / GIT_FOLDER
        if file.is_file():
            with file.open("rb") as stream:
                found = POINTER.match(stream.read(MOST_BYTES))
            if found:
                yield resolved(folder / found[1].decode(errors="surrogateescape").strip())
