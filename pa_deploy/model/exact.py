"""Text in which no secret is looked for."""

from __future__ import annotations

from typing import final


@final
class Exact(str):
    """An id or a digest that somebody acts on, or a text that was redacted already.

    What is made of it, such as a sentence that it is a part of, is a text like any other.
    """

    __slots__ = ()
