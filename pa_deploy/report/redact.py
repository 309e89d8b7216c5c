"""Secrets out of values, text by text, before any of it is cut, escaped or encoded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

Value = TypeVar("Value")


def redacted(value: Value, redact: Callable[[str], str]) -> Value:
    """The same value with `redact` applied to each text in it: of dataclasses, or of JSON.

    Keys and numbers stay, and so does what is Exact, which `redact` sees to.
    """
    result: Any = value
    if isinstance(value, str):
        result = redact(value)
    elif isinstance(value, tuple | list):
        result = type(value)(redacted(each, redact) for each in value)
    elif isinstance(value, dict):
        result = {key: redacted(each, redact) for key, each in value.items()}
    elif is_dataclass(value) and not isinstance(value, type):
        names = (each.name for each in fields(value))
        result = replace(value, **{name: redacted(getattr(value, name), redact) for name in names})
    return result  # type: ignore[no-any-return]
