"""Where in a TOML text each key stands. The parser of the standard library does not tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Path = tuple[str | int, ...]
"""The keys that lead to a value; the number of an entry of `[[…]]` counts from 0."""


def lines_of(text: str) -> Mapping[Path, int]:
    """The line of each key and each header of a valid text, from 1.

    The text is cut into its statements: the shortest runs of lines that are valid for themselves.
    Only a value can go on over several lines, and no first part of it is valid.
    """
    import tomllib  # noqa: PLC0415 - needed where there is a file

    found: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    statement, start = "", 1
    for number, line in enumerate(text.split("\n"), start=1):
        statement += f"{line}\n"
        try:
            parsed = tomllib.loads(statement)
        except ValueError:
            continue
        if statement.lstrip().startswith("["):
            table = _header(parsed, counts)
            for last in range(len(table)):
                found.setdefault(table[: last + 1], start)
        else:
            _note(parsed, table, start, found)
        statement, start = "", number + 1
    return found


def _header(parsed: Mapping[str, Any], counts: dict[Path, int]) -> Path:
    """The table that `[…]` or `[[…]]` opens: within the latest entry where there are several."""
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
