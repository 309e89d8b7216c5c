"""A parsed TOML or JSON file, whose parts know their names and lines.

A file may have anything anywhere: each part is asked for what it should be, and says so otherwise.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pa_deploy.dependencies.formats.listing import Misread
from pa_deploy.dependencies.formats.where import Lines, Path

AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")
SHOWABLE = re.compile(r"[A-Za-z0-9._-]{1,60}")
"""Keys that are shown. Another one may be anything, such as a secret."""
OFTEN = (
    "Correct it. Often a quotation mark, a comma or a bracket is missing, or a key is there twice."
)
PART = r"(?:[A-Za-z0-9_-]++|\"[^\"\n]*+\"|'[^'\n]*+')"
DOTTED = re.compile(rf"(?:^|[\[{{,])[ \t]*+{PART}(?:[ \t]*+\.[ \t]*+{PART}){{40}}", re.MULTILINE)
"""A key with more parts than any file has, for which the parser would take too long."""
CONFLICT = re.compile(r"^(?:<<<<<<<|>>>>>>>)(?: |$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a file; `value` is None if it is not there."""

    lines: Lines
    path: Path
    value: Any

    def __bool__(self) -> bool:
        return self.value is not None

    def __getitem__(self, key: str) -> Node:
        """A part of a table; what is not there has parts that are not there."""
        table = self._table()
        return Node(self.lines, (*self.path, key), table.get(key))

    def at(self, *keys: str) -> Node:
        found = self
        for key in keys:
            found = found[key]
        return found

    @property
    def line(self) -> int:
        return self.lines.find(self.path, self.value)

    @property
    def name(self) -> str:
        """How messages name it."""
        shown = ""
        for step in self.path:
            if isinstance(step, int):
                shown += f"[{step}]"
            else:
                shown += f".{step}" if SHOWABLE.fullmatch(step) else ".…"
        return f"`{shown.removeprefix('.')}`"

    @property
    def is_table(self) -> bool:
        return isinstance(self.value, dict)

    @property
    def is_text(self) -> bool:
        return isinstance(self.value, str)

    def items(self) -> Iterator[tuple[str, Node]]:
        """The keys and values of a table; none if it is not there."""
        for key in self._table():
            yield key, self[key]

    def names(self) -> tuple[str, ...]:
        """The keys of a table; none if it is not there."""
        return tuple(self._table())

    def rows(self) -> Iterator[Node]:
        """The items of a list; none if it is not there."""
        if self.value is None:
            return
        if not isinstance(self.value, list):
            raise self.misread(f"{self.name} must be a list.")
        for index, value in enumerate(self.value):
            yield Node(self.lines, (*self.path, index), value)

    def text(self) -> str:
        """The text; "" if it is not there."""
        if self.value is None:
            return ""
        if not isinstance(self.value, str):
            raise self.misread(f"{self.name} must be a text in quotation marks.")
        return self.value

    def texts(self) -> tuple[str, ...]:
        """The texts of a list; none if it is not there."""
        return tuple(row.text() for row in self.rows())

    def needed(self) -> str:
        """The text, which must be there."""
        found = self.text()
        if not found:
            raise self.misread(f"{self.name} is missing.")
        return found

    def misread(self, why: str, advice: str = "Correct it.") -> Misread:
        return Misread(self.line, why, advice)

    def _table(self) -> dict[str, Any]:
        if self.value is None:
            return {}
        if not isinstance(self.value, dict):
            raise self.misread(f"{self.name} must be a table.")
        return self.value


def toml(text: str) -> Node:
    """Raises Misread."""
    dotted = DOTTED.search(text)
    if dotted:
        line = text.count("\n", 0, dotted.start()) + 1
        raise Misread(line, "this key has too many parts.", "Correct it.")
    return _parsed(text, "TOML", tomllib.loads)


def json_object(text: str) -> Node:
    """Raises Misread."""
    return _parsed(text, "JSON", json.loads)


def _parsed(text: str, language: str, parse: Callable[[str], Any]) -> Node:
    refuse_conflict(text)
    try:
        found = parse(text)
    except json.JSONDecodeError as error:
        raise Misread(error.lineno, f"this is not valid {language}.", OFTEN) from None
    except RecursionError:
        raise Misread(0, "its values are nested too deeply.", OFTEN) from None
    except ValueError as error:
        line = AT_LINE.search(str(error))
        is_end = "at end of document" in str(error)
        number = int(line[1]) if line else text.count("\n") + 1 if is_end else 0
        raise Misread(number, f"this is not valid {language}.", OFTEN) from None
    if not isinstance(found, dict):
        raise Misread(1, f"this is not a table of {language}.", OFTEN)
    return Node(Lines(text), (), found)


def refuse_conflict(text: str) -> None:
    """Raise Misread for a file that git could not merge."""
    found = CONFLICT.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        why = "git marks a merge conflict here."
        raise Misread(line, why, "Resolve the conflict. Make a lock file again with its own tool.")
