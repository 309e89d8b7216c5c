"""How an answer differs from the contract, in words that name the place."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pa_emulator.verify.cases import Answer

KINDS: Mapping[str, Callable[[object], bool]] = {
    "<any>": lambda _: True,
    "<id>": lambda found: type(found) is int and found > 0,
    "<number>": lambda found: type(found) in {int, float},
    "<text>": lambda found: isinstance(found, str),
    "<list>": lambda found: isinstance(found, list),
}
INSIDE = {"<id>": "[1-9][0-9]*", "<any>": ".*"}
MISSING = object()


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. The names of `headers` are in small letters."""

    status: int
    type: str
    body: bytes
    headers: Mapping[str, str]

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    @property
    def data(self) -> Any:  # noqa: ANN401 - JSON of any shape
        """The body as JSON; None if it is not."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


def differences(wanted: Answer, found: Reply) -> tuple[str, ...]:
    """Return each difference as a phrase; none if the answer is right."""
    return tuple(_all(wanted, found))


def _all(wanted: Answer, found: Reply) -> Iterator[str]:
    if found.status != wanted.status:
        yield f"status {found.status} instead of {wanted.status}"
    if wanted.type not in found.type:
        yield f"type {found.type or 'none'!r} instead of {wanted.type!r}"
    for name, value in wanted.headers.items():
        if found.headers.get(name.lower()) != value:
            yield f"header {name}: {found.headers.get(name.lower())!r} instead of {value!r}"
    if wanted.text is not None and wanted.text not in found.text:
        yield f"no {wanted.text!r} in the body"
    if wanted.text == "" and found.body:
        yield f"a body of {len(found.body)} bytes instead of none"
    if wanted.pattern:
        yield from _in_text(wanted, groups_of(wanted, found))
    yield from _in_json(wanted, found)


def groups_of(wanted: Answer, found: Reply) -> tuple[str, ...] | None:
    """Return the groups of the pattern's last match; None if there is no match."""
    every = list(re.finditer(wanted.pattern, found.text, re.MULTILINE))
    return every[-1].groups() if every else None


def _in_text(wanted: Answer, groups: tuple[str, ...] | None) -> Iterator[str]:
    if groups is None:
        yield f"the body does not match {wanted.pattern!r}"
    for there, group in zip(groups or (), wanted.groups, strict=False):
        if there != group:
            yield f"{there!r} instead of {group!r}"


def _in_json(wanted: Answer, found: Reply) -> Iterator[str]:
    data = found.data
    if wanted.body is not None:
        yield from _between(wanted.body, data, "body")
    if wanted.includes and not isinstance(data, dict):
        yield f"body: {kind_of(data)} instead of an object"
    elif wanted.includes:
        here = {key: data.get(key, MISSING) for key in wanted.includes}
        yield from _between(dict(wanted.includes), here, "body")


def _between(wanted: object, found: object, place: str) -> Iterator[str]:
    if isinstance(wanted, dict) and isinstance(found, dict):
        for key in wanted:
            yield from _between(wanted[key], found.get(key, MISSING), f"{place}.{key}")
        others = [key for key in found if key not in wanted]
        yield from (f"{place}.{_key(key, found[key])} is not expected" for key in others)
    elif isinstance(wanted, list) and isinstance(found, list):
        if _are_texts(wanted) and _are_texts(found) and len(wanted) != len(found):
            yield f"{place}: {json.dumps(found)} instead of {json.dumps(wanted)}"
            return
        if len(wanted) != len(found):
            yield f"{place}: {len(found)} items instead of {len(wanted)}"
        for at, pair in enumerate(zip(wanted, found, strict=False)):
            yield from _between(*pair, f"{place}[{at}]")
    elif found is MISSING:
        yield f"{place} is missing"
    elif not _is_like(wanted, found):
        yield f"{place}: {_said(found)} instead of {_said(wanted)}"


def _key(key: str, value: object) -> str:
    """Return a key of the API; if it may be a name from the account, return its kind instead."""
    is_field = re.fullmatch("[a-z][a-z_0-9]{0,40}", key) and not isinstance(value, (dict, list))
    return key if is_field else f"<key of {kind_of(value)}>"


def _are_texts(items: list[object]) -> bool:
    """Tell whether the contract expects this text, so that it is not private."""
    return bool(items) and all(isinstance(item, str) for item in items)


def _is_like(wanted: object, found: object) -> bool:
    if not isinstance(wanted, str):
        return type(wanted) is type(found) and wanted == found
    if wanted in KINDS:
        return KINDS[wanted](found)
    if not any(mark in wanted for mark in INSIDE):
        return wanted == found
    parts = re.split("(<id>|<any>)", wanted)
    pattern = "".join(INSIDE.get(part) or re.escape(part) for part in parts)
    return isinstance(found, str) and re.fullmatch(pattern, found) is not None


def _said(value: object) -> str:
    if isinstance(value, str) and value in KINDS:
        return value
    return kind_of(value) if isinstance(value, (dict, list)) else json.dumps(value)


def kind_of(value: object) -> str:
    """Return the name of a JSON value's kind."""
    names = {bool: "true or false", int: "number", float: "number", str: "text"}
    names |= {dict: "an object", list: "a list", type(None): "null"}
    return names[type(value)]
