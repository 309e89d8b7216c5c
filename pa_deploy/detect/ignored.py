"""What .gitignore keeps out of a repository, as far as its plain lines tell."""

from __future__ import annotations

import fnmatch
import posixpath
from collections.abc import Iterator

from pa_deploy.detect.tree import Tree

MOST_LINES = 2000


def ignored_by(tree: Tree, path: str) -> str:
    """The line of .gitignore that seems to ignore a path, as `.gitignore:3`; or ""."""
    name = posixpath.basename(path)
    for place, pattern in _patterns(tree):
        above = path.startswith(f"{pattern}/") or f"/{pattern}/" in f"/{path}"
        if above or any(fnmatch.fnmatchcase(each, pattern) for each in (name, path)):
            return place
    return ""


def ignored_modules(tree: Tree) -> Iterator[tuple[str, str]]:
    """Each Python file that .gitignore names in full, as `a/b.py`, with the place of its line."""
    for place, pattern in _patterns(tree):
        if pattern.endswith(".py") and not set(pattern) & set("*?["):
            yield pattern, place


def _patterns(tree: Tree) -> Iterator[tuple[str, str]]:
    """Each place, such as `.gitignore:3`, and what its line ignores."""
    data = tree.read(".gitignore") or b""
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines()[:MOST_LINES], 1):
        pattern = line.strip().strip("/")
        if pattern and not pattern.startswith(("#", "!")):
            yield f".gitignore:{number}", pattern
