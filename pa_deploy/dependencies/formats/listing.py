"""What a reader of one format finds in a file: lines as a requirements file could have them.

They are not yet checked: `read` takes each of them through the same door as a line of a
requirements file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pa_deploy.dependencies.formats.target import Target
from pa_deploy.dependencies.model import Unusable
from pa_deploy.model import Chosen


class Misread(Unusable):
    """A part of a file cannot be used; `line` is where it stands, 0 if that is not known."""

    def __init__(self, line: int, why: str, advice: str) -> None:
        super().__init__(why, advice)
        self.line = line


@dataclass(frozen=True, slots=True)
class Asked:
    """What to read out of a file: for which Python, and what besides its main dependencies.

    `beside` is the text of another file in the same folder, None if it is not there. `is_beside`:
    the file is read for its lock file, which tells where its packages come from.
    """

    target: Target
    chosen: Chosen
    beside: Callable[[str], str | None]
    is_beside: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One requirement, and the line of the file in which it stands.

    `part` is what has it besides the main dependencies, as in `extra:web` or `group:dev`.
    """

    text: str
    line: int
    hashes: tuple[str, ...] = ()
    is_editable: bool = False
    part: str = ""


@dataclass(frozen=True, slots=True)
class OptionLine:
    """An option of a requirements file, such as `--extra-index-url`."""

    name: str
    value: str
    line: int


@dataclass(frozen=True, slots=True)
class PythonLimit:
    """The Pythons that a file is for, as PEP 440 has them. `key` and `said` are the file's own."""

    key: str
    said: str
    specifiers: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """All that a file asks for. `includes` are requirements files that it names.

    `is_locked`: the lines are all that is needed, with their versions. `misread` are parts that
    cannot be used, while the rest can be read. `notes` are warnings about lines.
    """

    lines: tuple[Line, ...] = ()
    constraints: tuple[Line, ...] = ()
    overrides: tuple[Line, ...] = ()
    options: tuple[OptionLine, ...] = ()
    includes: tuple[Line, ...] = ()
    python: tuple[PythonLimit, ...] = ()
    misread: tuple[Misread, ...] = ()
    notes: tuple[tuple[int, str], ...] = ()
    is_locked: bool = False
