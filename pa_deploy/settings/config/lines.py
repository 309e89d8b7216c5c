"""Find the line of each key in a TOML text.

Neither tomllib nor tomlkit tells it. So the text is cut into statements, and tomllib reads each. A
search for the key's name would find it in comments, in texts and in other tables. To add line after
line until tomllib takes them needs 1 s for 500 mappings and 15 s for 2,000; this needs 5 ms.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

Path = tuple[str | int, ...]
"""The keys that lead to a value; the number of an entry of `[[…]]` counts from 0."""

SIGN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|' + r"'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"|' + r"'[^'\n]*'|#[^\n]*|[\[\]{}\n]",
    re.DOTALL,
)
"""A text, a comment, a bracket or the end of a line: what tells where a statement ends."""


def lines_of(text: str) -> Mapping[Path, int]:
    """The line of each key and each header of a valid text, from 1."""
    found: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    for start, statement in _statements(text):
        parsed = tomllib.loads(statement)
        if statement.lstrip().startswith("["):
            table = _header(parsed, counts)
            for last in range(len(table)):
                found.setdefault(table[: last + 1], start)
        else:
            _note(parsed, table, start, found)
    return found


def without_table(text: str, path: tuple[str, ...]) -> str:
    """The text without all that is said in the table `path` or below it, and without blank lines,
    as those around the table are its own. ValueError or RecursionError if it is not valid.
    """
    tomllib.loads(text)  # ValueError now, as an open quote would be looked for again and again
    kept: list[str] = []
    table: tuple[str, ...] = ()
    for _, statement in _statements(text):
        keys = _keys(tomllib.loads(statement))
        if statement.lstrip().startswith("["):
            table, keys = keys, ()
        if (*table, *keys)[: len(path)] != path and statement.strip():
            kept.append(statement)
    return "".join(kept)


def _keys(value: object) -> tuple[str, ...]:
    """The keys that lead into a statement, as far as there is one way only."""
    keys: tuple[str, ...] = ()
    while isinstance(value, dict) and len(value) == 1:
        ((key, value),) = value.items()
        keys = (*keys, key)
    return keys


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Each statement of a valid text, with the line on which it begins.

    It ends with its line, unless a bracket is open. Each sign is looked at once, so that a long
    value costs no more than its length.
    """
    begin, line, depth = 0, 1, 0
    for sign in SIGN.finditer(text + "\n"):
        if sign[0] in ("[", "{"):
            depth += 1
        elif sign[0] in ("]", "}"):
            depth -= 1
        elif sign[0] == "\n" and depth == 0:
            statement = text[begin : sign.end()]
            yield line, statement
            line += statement.count("\n")
            begin = sign.end()


def _header(parsed: Mapping[str, Any], counts: dict[Path, int]) -> Path:
    """The table that `[…]` or `[[…]]` opens: within the latest entry if there are several."""
    path: Path = ()
    inner: Any = parsed
    while inner:
        if isinstance(inner, list):
            counts[path] = counts.get(path, -1) + 1
            return (*path, counts[path])
        ((key, inner),) = inner.items()
        path = (*path, key)
        if path in counts and isinstance(inner, dict):
            path = (*path, counts[path])
    return path


def _note(value: object, path: Path, line: int, found: dict[Path, int]) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            found.setdefault((*path, key), line)
            _note(inner, (*path, key), line, found)
