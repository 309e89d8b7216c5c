"""Secrets out of an outcome, before any of its text is escaped or encoded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

Value = TypeVar("Value")


def redacted(value: Value, clean: Callable[[str], str]) -> Value:
    """The same value with `clean` applied to every text in it."""
    result: Any = value
    if isinstance(value, str):
        result = clean(value)
    elif isinstance(value, tuple):
        result = tuple(redacted(each, clean) for each in value)
    elif isinstance(value, list):
        result = [redacted(each, clean) for each in value]
    elif isinstance(value, dict):
        result = {redacted(key, clean): redacted(each, clean) for key, each in value.items()}
    elif is_dataclass(value) and not isinstance(value, type):
        parts = {each.name: redacted(getattr(value, each.name), clean) for each in fields(value)}
        result = replace(value, **parts)
    return result  # type: ignore[no-any-return]
