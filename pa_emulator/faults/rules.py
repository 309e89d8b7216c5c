"""Which API calls go wrong, and how."""

from __future__ import annotations

import random
import re
import threading
from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One order. `path` is a glob over the whole path, or a regular expression found in it."""

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
        try:
            return re.search(self.path, path) is not None
        except re.error:  # it was meant as a glob
            return False


_TYPES: Mapping[str, tuple[type, ...]] = {
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


def parse(data: Mapping[str, Any]) -> Fault:
    """Make a fault from JSON; ValueError says what is wrong with it."""
    known = {item.name for item in fields(Fault)}
    for name, value in data.items():
        if name not in known:
            raise ValueError(f"unknown key {name!r}; known are {', '.join(sorted(known))}")
        if not isinstance(value, _TYPES[name]):
            raise ValueError(f"{name} cannot be {value!r}")  # noqa: TRY004 - one error for all
    fault = Fault(**data)
    if fault.drop not in {None, "before", "after"}:
        raise ValueError("drop is 'before' or 'after'")
    if fault.status is not None and not 200 <= fault.status <= 599:
        raise ValueError("status is between 200 and 599")
    return fault


@dataclass(slots=True)
class _Standing:
    """A fault that is waiting for its calls."""

    fault: Fault
    left: int | None
    dice: random.Random = field(repr=False)


class Faults:
    """The faults that wait, in the order in which they were ordered: the first match acts."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._standing: list[_Standing] = []
        self._cleared = threading.Event()

    def add(self, fault: Fault) -> None:
        # Not for secrets: the same seed has to give the same run.
        dice = random.Random(fault.seed)  # noqa: S311
        with self._lock:
            self._standing.append(_Standing(fault, fault.times, dice))

    def clear(self) -> None:
        with self._lock:
            self._standing.clear()
            cleared, self._cleared = self._cleared, threading.Event()
        cleared.set()

    def delay(self, fault: Fault) -> bool:
        """Wait as the fault has it; False if the faults were cleared meanwhile."""
        return fault.delay == 0 or not self._cleared.wait(fault.delay)

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault for this call, counted as used; None where all goes well."""
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
