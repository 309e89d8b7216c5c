"""Which API calls go wrong, and how."""

from __future__ import annotations

import random
import re
import threading
from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase
from http import HTTPMethod
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault. `path` is a glob over the whole path, or a regular expression found in it."""

    method: str = "*"
    path: str = "*"
    times: int | None = 1
    probability: float = 1.0
    seed: int = 0
    status: int | None = None
    body: str = ""
    content_type: str = "application/json"
    html: bool = False
    work: bool = False
    drop: str | None = None
    delay: float = 0.0
    throttle: float | None = None
    retry_after: bool = True
    truncate: int | None = None

    def matches(self, method: str, path: str) -> bool:
        if self.method not in {"*", method}:
            return False
        if fnmatchcase(path, self.path):
            return True
        pattern = _compiled(self.path)
        return pattern is not None and pattern.search(path) is not None


def _compiled(path: str) -> re.Pattern[str] | None:
    """Return the regular expression; None if the path is a glob."""
    try:
        return re.compile(path)
    except (re.error, OverflowError, RecursionError):
        return None


def _is_path(text: str) -> bool:
    return _compiled(text) is not None or GLOB.match(text) is not None


def _is_sendable(text: str) -> bool:
    """Tell whether UTF-8 can encode the text: JSON may contain half a character (a surrogate)."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


GLOB = re.compile(r"(?=[/*?\[])(?s:.*)([*?]|\[.+\])")
"""A glob that can match a whole path, and has a wildcard."""
LONGEST_SECONDS = 366 * 86400

TYPES: Mapping[str, tuple[type, ...]] = {
    "method": (str,),
    "path": (str,),
    "times": (int, type(None)),
    "probability": (int, float),
    "seed": (int,),
    "status": (int,),
    "body": (str,),
    "content_type": (str,),
    "html": (bool,),
    "work": (bool,),
    "drop": (str,),
    "delay": (int, float),
    "throttle": (int, float),
    "retry_after": (bool,),
    "truncate": (int,),
}


LIMITS: Mapping[str, tuple[Callable[[Any], object], str]] = {
    "method": ({*HTTPMethod, "*"}.__contains__, f"is one of {', '.join(HTTPMethod)}, or *"),
    "path": (_is_path, "is a glob or a regular expression"),
    "times": (lambda value: value is None or value >= 1, "is 1 or more, or null for all calls"),
    "probability": (lambda value: 0 < value <= 1, "is more than 0 and at most 1"),
    "status": (lambda value: 200 <= value <= 599, "is between 200 and 599"),
    "body": (_is_sendable, "is text without half-characters (surrogates)"),
    "content_type": (re.compile("[ -~]+").fullmatch, "is printable ASCII on one line"),
    "drop": (lambda value: value in {"before", "after"}, "is 'before' or 'after'"),
    "delay": (lambda value: 0 <= value <= LONGEST_SECONDS, "is seconds, 0 to a year"),
    "throttle": (lambda value: 0 <= value <= LONGEST_SECONDS, "is seconds, 0 to a year"),
    "truncate": (lambda value: value >= 0, "is 0 or more"),
}
"""Further rules for a value of the right type, in code and in words."""


NEEDS: Mapping[str, tuple[str, ...]] = {
    "body": ("status", "throttle"),
    "content_type": ("status",),
    "html": ("status",),
    "work": ("status", "throttle"),
    "retry_after": ("throttle",),
    "seed": ("probability",),
}
"""A key has no effect without one of these."""

EXCLUDES: Mapping[tuple[str, str], str] = {
    ("throttle", "status"): "throttle answers with 429",
    ("drop", "status"): "drop sends no answer",
    ("drop", "throttle"): "drop sends no answer",
    ("drop", "truncate"): "drop sends no answer",
    ("html", "content_type"): "html is text/html",
}
"""Two keys that exclude each other, and why."""


def parse(data: Mapping[str, Any]) -> Fault:
    """Make a fault from JSON; ValueError says what is wrong with it."""
    known = {item.name for item in fields(Fault)}
    for name in data:
        if name not in known:
            raise ValueError(f"unknown key {name!r}; known are {', '.join(sorted(known))}")
    fault = Fault(**{name: _settled(name, value) for name, value in data.items()})
    _insist_on_effect(fault)
    return fault


def _insist_on_effect(fault: Fault) -> None:
    """Raise ValueError if a key has no effect with the other keys, or needs one more."""
    given = {item.name for item in fields(fault) if getattr(fault, item.name) != item.default}
    for name, others in NEEDS.items():
        if name in given and given.isdisjoint(others):
            raise ValueError(f"{name} has no effect without {' or '.join(others)}")
    for (name, other), reason in EXCLUDES.items():
        if {name, other} <= given:
            raise ValueError(f"{name} and {other} cannot be in one fault: {reason}")


def _settled(name: str, value: Any) -> Any:  # noqa: ANN401 - whatever JSON has
    """Check one value now: when the fault acts, nobody could see the error."""
    # In Python, a bool is an int.
    if not isinstance(value, TYPES[name]) or (isinstance(value, bool) and bool not in TYPES[name]):
        raise ValueError(f"{name} cannot be {value!r}")
    if name == "method":
        value = str(value).upper()
    if name in LIMITS:
        fits, rule = LIMITS[name]
        if not fits(value):
            raise ValueError(f"{name} {rule}; it cannot be {value!r}")
    return value


@dataclass(slots=True)
class _Standing:
    """A fault that is waiting for its calls."""

    fault: Fault
    left: int | None
    dice: random.Random = field(repr=False)


class Faults:
    """The faults that wait, in the order in which they were added: the first match acts."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._standing: list[_Standing] = []
        self._cleared = threading.Event()

    def add(self, fault: Fault) -> None:
        # Not for secrets: the same seed gives the same run.
        dice = random.Random(fault.seed)  # noqa: S311
        with self._lock:
            self._standing.append(_Standing(fault, fault.times, dice))

    def clear(self) -> None:
        with self._lock:
            self._standing.clear()
            cleared, self._cleared = self._cleared, threading.Event()
        cleared.set()

    def delay(self, fault: Fault) -> bool:
        """Wait for the fault's delay; False if the faults were cleared meanwhile."""
        return fault.delay == 0 or not self._cleared.wait(fault.delay)

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault for this call, counted as used; None if the call should succeed."""
        with self._lock:
            for standing in self._standing:
                if standing.left != 0 and self._hits(standing, method, path):
                    if standing.left is not None:
                        standing.left -= 1
                    return standing.fault
        return None

    def _hits(self, standing: _Standing, method: str, path: str) -> bool:
        if not standing.fault.matches(method, path):
            return False
        return standing.dice.random() < standing.fault.probability
