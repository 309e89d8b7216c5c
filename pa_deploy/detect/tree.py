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
from dataclasses import dataclass, field

COMPILED = (".so", ".pyd", ".pyc")
LARGEST_PARSED = 1024 * 1024
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
MOST_PARSED = 2 * 1024 * 1024
"""Bytes of all files together. What was parsed is gone through several times, at 1 MiB a second."""
MOST_KEPT = 512
"""Syntax trees that are kept: all files of an app, as each is gone through several times."""
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
    most_parsed: int = MOST_PARSED
    parsed: dict[str, int] = field(default_factory=dict, repr=False, compare=False)
    """The sizes of files that were parsed: `most_parsed` is the limit for all of them."""
    passed_over: set[str] = field(default_factory=set, repr=False, compare=False)
    """Files that were not parsed because of that limit."""

    @classmethod
    def of(
        cls,
        paths: Iterable[str],
        read: Callable[[str], bytes | None],
        most_parsed: int = MOST_PARSED,
    ) -> Tree:
        listed = frozenset(paths)
        folders = folders_of(listed)
        compiled = (path for path in listed if path.endswith(COMPILED))
        places = (re.sub(r"\.[^/]*$", "", path) for path in compiled)
        return cls(listed, folders, frozenset(places), read, most_parsed)

    def below(self, folder: str) -> Tree:
        """The tree of one folder; paths are relative to it."""
        if not folder:
            return self
        inside = [path for path in self.paths if path.startswith(f"{folder}/")]
        paths = (path.removeprefix(f"{folder}/") for path in inside)
        return Tree.of(paths, lambda path: self.read(f"{folder}/{path}"), self.most_parsed)

    def is_hidden(self, path: str) -> bool:
        """Whether the path cannot be followed: a part of it is a file, which may be a link."""
        while path and path not in self.folders:
            if path in self.paths:
                return True
            path = posixpath.dirname(path)
        return False

    def text(self, path: str) -> str:
        """The text of a file, whatever wrote it; "" if there is none."""
        return decoded(self.read(path) or b"")

    def parse(self, path: str) -> ast.Module | None:
        """The syntax tree of a file; None if it is too large, or not Python of this version."""
        data = self.read(path)
        if data is None or len(data) > LARGEST_PARSED:
            return None
        if path not in self.parsed:
            if sum(self.parsed.values()) + len(data) > self.most_parsed:
                self.passed_over.add(path)
                return None
            self.parsed[path] = len(data)
        return parse_source(data)


def folders_of(paths: Iterable[str]) -> frozenset[str]:
    """All folders that have one of the paths, at any depth."""
    folders: set[str] = set()
    for path in paths:
        while (path := posixpath.dirname(path)) and path not in folders:
            folders.add(path)
    return frozenset(folders)


def decoded(data: bytes) -> str:
    """Text for a search: with or without a BOM, in UTF-8, UTF-16 or else in Latin-1."""
    for bom, codec in BOMS:
        if data.startswith(bom):
            return data.removeprefix(bom).decode(codec, "replace")
    if data.count(b"\0") > len(data) // 3:
        odd = data[1::2].count(b"\0") > data[::2].count(b"\0")
        return data.decode("utf-16-le" if odd else "utf-16-be", "replace")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


@functools.lru_cache(maxsize=MOST_KEPT)
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


@functools.lru_cache(maxsize=MOST_KEPT)
def nodes_of(code: ast.AST) -> tuple[ast.AST, ...]:
    """All nodes, as `ast.walk` finds them. To walk takes longer than to parse, so it is kept."""
    return tuple(ast.walk(code))
