"""Where two JSON values differ, except in ids, dates and names, which may."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

FREE = {
    *("id", "expiry", "next_reset_time", "system_image", "logfile", "extend_url", "cname"),
    *("default_python_version", "default_python3_version", "default_save_and_run_python_version"),
    *("daily_cpu_limit_seconds", "daily_cpu_total_usage_seconds"),
}
"""Keys whose values differ from account to account."""
PLACEHOLDER = re.compile(r"\b(?:name|user|text|key)-\d+")
SHAPES = {
    "a date": r"\d{4}-\d\d-\d\d",
    "a time": r"\d{4}-\d\d-\d\d[T ][\d:.]+",
    "a time with a zone": r"\d{4}-\d\d-\d\d[T ][\d:.]+(?:Z|[+-][\d:]+)",
    "an address": r"https?://.*",
    "a path": r"~?/.*",
    "a version": r"\d{1,2}(?:\.\d{1,3}){1,2}",
    "an empty text": r"",
}
LONGEST = 80


@dataclass(frozen=True, slots=True)
class Difference:
    """`where` is the place in the answer, empty if it is about the answer as a whole."""

    what: str
    recorded: str
    found: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Shapes:
    """`known` are the placeholders sent to the emulator; its answers may have them."""

    known: frozenset[str]

    def differences(
        self,
        recorded: Any,  # noqa: ANN401 - JSON
        found: Any,  # noqa: ANN401
        where: str = "",
        key: str = "",
    ) -> Iterator[Difference]:
        kinds = kind(recorded), kind(found)
        if kinds[0] != kinds[1]:
            yield Difference("kind", *kinds, where)
        elif isinstance(recorded, dict):
            yield from self._keys(recorded, found, where)
        elif isinstance(recorded, list):
            yield from self._items(recorded, found, where, key)
        elif isinstance(recorded, str):
            yield from self._texts(recorded, found, where, key)
        elif isinstance(recorded, bool) and recorded != found:
            yield Difference("value", shown(recorded), shown(found), where)

    def entries(self, recorded: dict[str, Any], found: dict[str, Any]) -> Iterator[Difference]:
        """Compare two folders' listings. Only names that both have can be compared."""
        for name in recorded.keys() & found.keys():
            yield from self.differences(recorded[name], found[name], f".{name}", name)

    def _keys(
        self, recorded: dict[str, Any], found: dict[str, Any], where: str
    ) -> Iterator[Difference]:
        for name in recorded.keys() - found.keys():
            yield Difference("key", f"has {name}", f"lacks {name}", where)
        for name in found.keys() - recorded.keys():
            yield Difference("key", f"lacks {name}", f"has {name}", where)
        for name in sorted(recorded.keys() & found.keys()):
            yield from self.differences(recorded[name], found[name], f"{where}.{name}", name)

    def _items(
        self, recorded: list[Any], found: list[Any], where: str, key: str
    ) -> Iterator[Difference]:
        is_of_rows = any(isinstance(each, dict) for each in (*recorded, *found))
        if is_of_rows and len(recorded) != len(found):
            yield Difference("count", str(len(recorded)), str(len(found)), where)
        pairs = list(zip(recorded, found, strict=False))
        for index, (one, other) in enumerate(pairs if is_of_rows else pairs[:1]):
            free = key if is_of_rows else "id"
            yield from self.differences(one, other, f"{where}[{index}]", free)

    def _texts(self, recorded: str, found: str, where: str, key: str) -> Iterator[Difference]:
        shapes = shape(recorded), shape(found)
        if shapes[0] != shapes[1]:
            yield Difference("kind", *shapes, where)
        elif not self._is_free(recorded, key) and _plain(recorded) != _plain(found):
            yield Difference("value", shown(recorded), shown(found), where)

    def _is_free(self, text: str, key: str) -> bool:
        unknown = set(PLACEHOLDER.findall(text)) - self.known
        return key in FREE or bool(unknown) or "***" in text


def kind(value: object) -> str:
    """Return the kind of a JSON value in words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    kinds = {int: "a number", float: "a number", str: "a text", list: "a list", dict: "an object"}
    return kinds[type(value)]


def shape(text: str) -> str:
    found = (name for name, pattern in SHAPES.items() if re.fullmatch(pattern, text, re.DOTALL))
    return next(found, "a text")


def shown(value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def _plain(text: str) -> str:
    """Return a text without placeholders of hosts, and with # for each number."""
    without_host = re.sub(r"https?://[^/\s]+", "", text)
    return re.sub(r"(?<![\w.-])\d+(?![\w-]|\.\d)", "#", without_host)
