"""The state of one evaluation: files, limits, names, and what was read and missed on the way."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pa_deploy.detect.evaluate.values import Place, Scope, Unknown, Value
from pa_deploy.detect.evaluate.watching import Watching
from pa_deploy.detect.tree import Tree

if TYPE_CHECKING:
    import ast

MOST_STEPS = 60_000
"""Of one evaluation. A settings module with all that it imports has about 3,000."""
MOST_NESTED = 60
MOST_CALLS = 6
MOST_TURNS = 100
MOST_IMPORTED = 12
LARGEST_SOURCE = 256 * 1024
LONGEST_TEXT = 100_000
LONGEST_PATH = 4096
MOST_REFUSALS = 5
MOST_MISSING = 20
LARGEST_NUMBER = 4096
"""In bits."""
REPOSITORY = "/home/{user}/{folder}"
NO_USER = "USERNAME"


class ExhaustedError(Exception):
    """A limit is reached. What is not yet known stays unknown."""


class RaisedError(Exception):
    """The code would raise one of these exceptions here, and catches it."""

    def __init__(self, kinds: tuple[str, ...], variable: str = "") -> None:
        super().__init__(*kinds)
        self.kinds = kinds
        self.variable = variable


@dataclass(frozen=True, slots=True)
class Read:
    """One read of a variable. `default` is None if the code needs it, or does not say."""

    name: str
    place: Place
    default: Value = None
    is_required: bool = False


@dataclass(slots=True)
class Run:
    """All that one evaluation needs and notes. `root` is a folder of the tree, "" for all of it."""

    tree: Tree
    root: str
    variables: Mapping[str, str]
    execute: Callable[[list[ast.stmt], Scope], None]
    user: str = NO_USER
    steps: int = MOST_STEPS
    nested: int = 0
    search: list[Value] = field(default_factory=list)
    """`sys.path`."""
    environ: dict[str, Value] = field(default_factory=dict)
    """Variables that the code itself has set."""
    modules: dict[str, Scope] = field(default_factory=dict)
    importing: int = 0
    unreadable: dict[str, None] = field(default_factory=dict)
    """Files that are not Python of this version, or too large."""
    reads: list[Read] = field(default_factory=list)
    missing: dict[str, Place] = field(default_factory=dict)
    """Modules and files that the code needs and the repository does not have."""
    refusals: list[tuple[Place, str]] = field(default_factory=list)
    catching: list[tuple[str, ...]] = field(default_factory=list)
    """What the `try` statements around catch, the innermost last."""
    conditions: list[frozenset[str]] = field(default_factory=list)
    """The variables that the known conditions around depend on, the innermost last."""
    doubts: int = 0
    """How many conditions around are not known."""
    calls: list[Place] = field(default_factory=list)
    """Where the functions around were called, the outermost first."""
    handled: list[RaisedError] = field(default_factory=list)
    """What the exception handlers around deal with, the innermost last."""
    path: str = ""
    main: str = ""
    """The module that runs as `__main__`, if one does."""
    packages: str | None = None
    """The text of the files that name packages, once it is read."""
    watching: Watching | None = None
    """What is noted of calls and settings; None if nobody asks."""

    def __post_init__(self) -> None:
        self.search.append(self.absolute(self.root))

    @property
    def repository(self) -> str:
        """A path for the repository as it may be on PythonAnywhere. Nothing is there."""
        return REPOSITORY.format(user=self.user, folder="repository")

    def absolute(self, path: str) -> str:
        return posixpath.join(self.repository, path).rstrip("/")

    def relative(self, path: str) -> str | None:
        """The path in the tree of an absolute one; "" for all of it, None if it is outside."""
        place = posixpath.normpath(posixpath.join(self.absolute(self.root), path))
        if place == self.repository:
            return ""
        inside = place.startswith(f"{self.repository}/")
        return place.removeprefix(f"{self.repository}/") if inside else None

    def roots(self) -> tuple[str, ...]:
        """The folders of the tree that Python searches."""
        found = [self.relative(str(each)) for each in self.search if not isinstance(each, Unknown)]
        return tuple(dict.fromkeys(each for each in found if each is not None))

    def spend(self, steps: int = 1) -> None:
        self.steps -= steps
        if self.steps < 0:
            raise ExhaustedError

    @contextmanager
    def deeper(self) -> Iterator[None]:
        self.nested += 1
        try:
            yield
        finally:
            self.nested -= 1

    def place(self, line: int) -> Place:
        """Where it stands, or where the function was called that has it."""
        return self.calls[0] if self.calls else Place(self.path, line)

    def catches(self, *kinds: str) -> bool:
        """Whether a `try` around catches one of these exceptions."""
        return any({*each} & {*kinds, "Exception", "BaseException", ""} for each in self.catching)

    def fail(self, kinds: tuple[str, ...], said: str, variable: str = "") -> Unknown:
        """Raise if the code catches it; else go on with an unknown value."""
        if self.catches(*kinds):
            raise RaisedError(kinds, variable)
        return Unknown(said, variable)

    def refuse(self, line: int, said: str) -> None:
        """Note that the code does not run."""
        if not self.doubts and len(self.refusals) < MOST_REFUSALS:
            self.refusals.append((self.place(line), said))

    def miss(self, line: int, what: str) -> None:
        """Note what the code needs and the repository does not have."""
        if not self.doubts and len(self.missing) < MOST_MISSING:
            self.missing.setdefault(what, self.place(line))

    def require(self, names: frozenset[str]) -> bool:
        """Take back that these variables have a default that works. Whether there are any."""
        found = False
        self.spend(1 + len(self.reads) // 8)
        for at, read in enumerate(self.reads):
            if read.name in names and (read.default is None or read.default == ""):
                found = True
                if not self.doubts:
                    self.reads[at] = Read(read.name, read.place, None, is_required=True)
        return found
