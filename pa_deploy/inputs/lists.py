"""What the parsers of lists have in common: lines, JSON, and all complaints told at once."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from pa_deploy.inputs.parse import BadValue, Complaint


def said_lines(value: str) -> Iterator[tuple[int, str]]:
    """The lines that are neither blank nor comments, with their numbers from 1."""
    for number, line in enumerate(re.split(r"\r\n|\r|\n", value), start=1):
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            yield number, stripped


def read_json(value: str, advice: str, *, tells_why: bool = False, **options: Any) -> Any:  # noqa: ANN401 - whatever the user wrote
    """The value of a JSON text. `advice` says what to write if it is not valid."""
    try:
        return json.loads(value, **options)
    except (ValueError, RecursionError) as error:
        said = f"this is not valid JSON ({error})." if tells_why else "this is not valid JSON."
        raise BadValue((getattr(error, "lineno", None), said, advice)) from None


def refuse(complaints: Iterable[Complaint]) -> None:
    """Raise BadValue with all of them, if there are any."""
    found = tuple(complaints)
    if found:
        raise BadValue(*found)
