"""The values of evaluated code.

Texts, numbers, None, lists, tuples, dicts, sets and `PurePosixPath` stand for themselves. What the
code alone does not tell is `Unknown`; what depends on something unknown is `Either`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

Value = Any
"""What an expression can be. Every user of one tells its kind with `isinstance`."""
SCALARS = (str, int, float, bool, bytes, type(None))
MOST_OPTIONS = 4


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file of the tree."""

    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass(slots=True)
class Scope:
    """Names of a module, a class or a function, with the places and variables they come from.

    `is_open`: it may have more names than are known.
    """

    path: str
    module: str
    names: dict[str, Value] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    sources: dict[str, frozenset[str]] = field(default_factory=dict)
    outer: Scope | None = None
    is_open: bool = False
    is_package: bool = False
    may_return: list[Value] = field(default_factory=list)
    global_names: set[str] = field(default_factory=set)

    @property
    def globals(self) -> Scope:
        scope = self
        while scope.outer is not None:
            scope = scope.outer
        return scope


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that the files do not tell. `variable` is one that it comes from, if any."""

    reason: str
    variable: str = ""


@dataclass(frozen=True, slots=True)
class Absent:
    """None, because a variable of the environment is not set."""

    variable: str


@dataclass(frozen=True, slots=True)
class Either:
    """One of several values; `condition` is the code that decides."""

    options: tuple[Value, ...]
    condition: str = ""


@dataclass(frozen=True, slots=True)
class External:
    """A name of an installed package or of the standard library, such as `os.path.join`."""

    name: str


@dataclass(frozen=True, slots=True)
class Module:
    """A module of the project. `scope` is None for a folder without `__init__.py`."""

    name: str
    scope: Scope | None


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the project, or one that a library makes."""

    name: str
    call: Callable[..., Value]


@dataclass(frozen=True, slots=True)
class Class:
    """A class of the project; `bases` are the values of its bases.

    `places` and `sources` tell of an attribute what those of a `Scope` tell of a name.
    """

    name: str
    attributes: dict[str, Value]
    bases: tuple[Value, ...]
    places: dict[str, Place]
    sources: dict[str, frozenset[str]]

    def find(self, name: str, steps: int = 8) -> Value | None:
        if name in self.attributes:
            return self.attributes[name]
        for base in self.bases if steps else ():
            found = base.find(name, steps - 1) if isinstance(base, Class) else None
            if found is not None:
                return found
        return None

    def comes_from(self, names: Iterable[str], steps: int = 8) -> bool:
        """Whether one of its bases, or of theirs, is an external class of such a name."""
        wanted = tuple(names)
        return steps > 0 and any(
            base.comes_from(wanted, steps - 1)
            if isinstance(base, Class)
            else isinstance(base, External) and base.name in wanted
            for base in self.bases
        )


@dataclass(frozen=True, slots=True)
class Instance:
    """An object of a class of the project, or of one of a library that is known here."""

    of: Class | str
    attributes: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Method:
    """A method of a value, before it is called."""

    owner: Value
    name: str


@dataclass(frozen=True, slots=True)
class File:
    """A file of the project that was opened, by its path in the tree."""

    path: str


@dataclass(frozen=True, slots=True)
class Environ:
    """`os.environ`."""


def is_plain(value: Value) -> bool:
    """Whether it is a scalar or a path, that is fully known and cannot change."""
    return isinstance(value, (*SCALARS, PurePosixPath))


def is_key(value: Value) -> bool:
    """Whether it may be a key: hashing it takes no more time than reading it."""
    if isinstance(value, tuple):
        return all(is_plain(each) and not _may_collide(each) for each in value)
    return is_plain(value) and not _may_collide(value)


def _may_collide(value: Value) -> bool:
    """Whether others can have the same hash on purpose, so that a set of them takes for ever."""
    return isinstance(value, int | float) and abs(value) > 2**60


def first_unknown(values: Iterable[Value]) -> Unknown | None:
    return next((each for each in values if isinstance(each, Unknown)), None)


def unknown_part(value: Value) -> Unknown:
    """What stands in a list for a value whose elements are not known."""
    why = f": {value.reason}" if isinstance(value, Unknown) else ""
    return Unknown(f"a part of the list is not known{why}", getattr(value, "variable", ""))


def settled(value: Value) -> Value:
    """The value as other code sees it: a variable that is not set is None."""
    return None if isinstance(value, Absent) else value
