"""What is said of one part, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from pa_deploy.errors import DeployError, Problem

State = Literal["ok", "note", "wrong"]
"""`note`: worth knowing, or it could not be found out. `wrong`: the site, or the next deploy, does
not work.
"""


@dataclass(frozen=True, slots=True)
class Line:
    """What was `said` of a part, `advice` is the next step.

    `exit_code` is that of a command which fails of the same; 0 unless it is `wrong`.
    """

    about: str
    state: State
    said: str
    advice: str = ""
    exit_code: int = 0


def failed(about: str, error: DeployError) -> Line:
    """A part that keeps everything else from being looked at."""
    said = f"{error.what} {error.cause}".strip()
    return Line(about, "wrong", said, error.advice, error.exit_code)


def noted(about: str, problem: Problem) -> Line:
    """What a deploy would warn of."""
    return Line(about, "note", f"`{problem.input}`: {problem.message}", problem.advice)


def unknown(about: str, error: DeployError) -> Line:
    """A part that could not be looked at."""
    said = f"It could not be checked: {error.what} {error.cause}".strip()
    return Line(about, "note", said, error.advice)


def tried(about: str, look: Callable[[], Iterable[Line]]) -> Iterator[Line]:
    """The lines of one look. One that fails does not end the others."""
    try:
        yield from look()
    except DeployError as error:
        yield unknown(about, error)
