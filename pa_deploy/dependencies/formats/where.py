"""In which line of a TOML or JSON file a value stands, as the parsers do not tell."""

from __future__ import annotations

import re
from bisect import bisect_left

Step = str | int
Path = tuple[Step, ...]

HEADER = re.compile(r"\s*+\[(\[?)([^\[\]\n]++)\]")
PART = re.compile(r"\"([^\"]*+)\"|'([^']*+)'|([A-Za-z0-9_-]++)")
KEY = re.compile(
    r"(?:(?<=^)|(?<=[\s{,.]))(?:\"([^\"]{1,200})\"|'([^']{1,200})'|([\w-]{1,200}))\s{0,8}[=:.]"
)
FARTHEST = 400
"""How many lines behind the one before an item of a list is looked for."""


class Lines:
    """Finds lines by the path of a value. It is right for files as people and tools write them."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._headers: dict[Path, int] = {}
        self._keys: dict[str, list[int]] = {}
        self._rows: dict[Path, int] = {}
        self._last: dict[Path, int] = {}
        for number, line in enumerate(self._lines):
            header = HEADER.match(line)
            if header:
                self._header(header[2], number, is_row=bool(header[1]))
                continue
            for found in KEY.finditer(line):
                self._keys.setdefault(found[1] or found[2] or found[3], []).append(number)

    def find(self, path: Path, value: object) -> int:
        """The line, counted from 1; that of what it is part of if the value itself is not found."""
        length = next((size for size in range(len(path), 0, -1) if path[:size] in self._headers), 0)
        line = self._headers.get(path[:length], 0)
        for size, step in enumerate(path[length:], start=length):
            is_last = size == len(path) - 1
            if isinstance(step, str):
                line = self._key(step, line)
            elif is_last:
                line = self._item(path[:size], line, _words(value))
        return line + 1

    def _header(self, text: str, number: int, *, is_row: bool) -> None:
        parts = [found[1] or found[2] or found[3] for found in PART.finditer(text)]
        path: Path = ()
        for index, part in enumerate(parts):
            path += (part,)
            if is_row and index == len(parts) - 1:
                self._rows[path] = self._rows.get(path, -1) + 1
            if path in self._rows:
                path += (self._rows[path],)
        self._headers.setdefault(path, number)

    def _key(self, key: str, begin: int) -> int:
        numbers = self._keys.get(key, [])
        index = bisect_left(numbers, begin)
        return numbers[index] if index < len(numbers) else begin

    def _item(self, owner: Path, begin: int, words: tuple[str, ...]) -> int:
        """The line of an item; that of the item before is where the search begins."""
        first = max(begin, self._last.get(owner, 0))
        for number in range(first, min(first + FARTHEST, len(self._lines))):
            if any(each in self._lines[number] for each in words):
                self._last[owner] = number
                return number
        return first


def _words(value: object) -> tuple[str, ...]:
    """Texts by which an item of a list is known, in both kinds of quotation marks."""
    if isinstance(value, dict):
        value = next((each for each in value.values() if isinstance(each, str)), "")
    return (f'"{value}"', f"'{value}'") if isinstance(value, str) and value else ()
