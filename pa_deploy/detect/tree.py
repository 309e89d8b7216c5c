"""The files of a project: a list of paths, and a way to read them. Nothing else is looked at."""

from __future__ import annotations

import ast
import codecs
import functools
import io
import posixpath
import re
import tokenize
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass

COMPILED = (".so", ".pyd", ".pyc")
LARGEST_PARSED = 1024 * 1024
UNUSUAL_CODECS = ("punycode", "idna", "unicode-escape", "raw-unicode-escape", "undefined")
"""No source is written in them. Decoding some takes time that grows with the length squared."""


@dataclass(frozen=True, slots=True)
class Tree:
    """Paths relative to one folder, with slashes; `folders` are all that have one of them.

    `compiled` are the places of compiled modules, such as `a/b` for `a/b.cpython-313.so`. `read`
    returns the content of a path, listed or not; None if it cannot be read.
    """

    paths: frozenset[str]
    folders: frozenset[str]
    compiled: frozenset[str]
    read: Callable[[str], bytes | None]

    @classmethod
    def of(cls, paths: Iterable[str], read: Callable[[str], bytes | None]) -> Tree:
        listed = frozenset(paths)
        folders = folders_of(listed)
        compiled = (path for path in listed if path.endswith(COMPILED))
        places = (re.sub(r"\.[^/]*$", "", path) for path in compiled)
        return cls(listed, folders, frozenset(places), read)

    def is_hidden(self, path: str) -> bool:
        """Whether the path cannot be followed: a part of it is a file, which may be a link."""
        while path and path not in self.folders:
            if path in self.paths:
                return True
            path = posixpath.dirname(path)
        return False

    def parse(self, path: str) -> ast.Module | None:
        """The syntax tree of a file; None if it is too large, or not Python of this version."""
        data = self.read(path)
        if data is None or len(data) > LARGEST_PARSED:
            return None
        return parse_source(data)


def folders_of(paths: Iterable[str]) -> frozenset[str]:
    """All folders that have one of the paths, at any depth."""
    folders: set[str] = set()
    for path in paths:
        while (path := posixpath.dirname(path)) and path not in folders:
            folders.add(path)
    return frozenset(folders)


@functools.lru_cache(maxsize=64)
def parse_source(data: bytes) -> ast.Module | None:
    """The syntax tree of a source, decoded as Python does: by its BOM or its coding line."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        if codecs.lookup(encoding).name in UNUSUAL_CODECS:
            return None
        text = data.decode(encoding)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd escapes in it, say
            return ast.parse(text)
    except (SyntaxError, ValueError, LookupError, RecursionError, MemoryError):
        return None
