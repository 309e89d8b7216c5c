"""A failure on PythonAnywhere, in words for people."""

from __future__ import annotations

from dataclasses import dataclass

MOST_CHARACTERS = 300
"""Of a line that a sentence quotes."""


@dataclass(frozen=True, slots=True)
class Explained:
    """What happened, as a part of a sentence, the likely cause, and the next step."""

    what: str
    cause: str
    advice: str
