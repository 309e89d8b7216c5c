"""What reading a project gives: values for inputs, variables to set, and lines to add.

Each says where it was found and how sure it is, so that `init` can show both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pa_deploy.errors import Problem

Confidence = Literal["sure", "likely", "open"]
"""`sure`: used and said. `likely`: used, said, and the alternatives are shown. `open`: equals, or
nothing to go by: it is asked, and never decided in silence.
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """A value of an input, as the config file writes it; a list has one finding an entry.

    `place` is where it was found, such as `mysite/settings.py:120`. `others` are values that would
    do as well, the best first, with their places.
    """

    input_name: str
    value: str
    place: str
    confidence: Confidence = "sure"
    others: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of the environment that the project reads, and the place where it does.

    `default` is what the project takes if it is not set; None if it then does not start. `value` is
    what PythonAnywhere needs if that can be told, such as the domain for allowed hosts; else None.
    """

    name: str
    place: str
    default: str | None = None
    is_secret: bool = False
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A web app of a repository that has several: the inputs `source` and `app`; "" is open."""

    source: str = ""
    app: str = ""


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file to write beside the config file. Its text says what it is for."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Shim:
    """Files to add, with their texts, that settle problems without an edit of the user's files.

    If they are written, `values` are used instead of those found with the same input and the same
    beginning, and beside them.
    """

    files: tuple[tuple[str, str], ...]
    settles: tuple[Problem, ...]
    values: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Findings:
    """All that was found. `problems` cannot be settled here: each names the line to add.

    `notes` are worth knowing; the app runs without them.
    """

    values: tuple[Finding, ...] = ()
    variables: tuple[Variable, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    files: tuple[NewFile, ...] = ()
    shim: Shim | None = None
