"""Texts made from patterns: `%`, `str.format` and f-strings. A width never makes a large text."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping, Sequence

from pa_deploy.detect.evaluate.run import LONGEST_TEXT, Run
from pa_deploy.detect.evaluate.values import (
    SCALARS,
    Absent,
    Unknown,
    Value,
    first_unknown,
    is_plain,
    settled,
)

WIDE = re.compile(r"\d{4}|\*")
"""A width of 1000 or more, or one that comes from a value."""
MOST_PLACES = 1000
NOT_SIMPLE = Unknown("the text cannot be made")


def percent(run: Run, pattern: str, given: Value) -> Value:
    """`pattern % given`."""
    values = list(given.values()) if isinstance(given, dict) else given
    values = list(values) if isinstance(given, tuple | dict) else [given]
    unknown = first_unknown(values)
    if unknown:
        return unknown
    values = [settled(each) for each in values]
    if pattern.count("%") > MOST_PLACES:
        return NOT_SIMPLE
    specs = re.findall(r"%(?:\([^)]*\))?([^a-zA-Z%]*)", pattern)
    if any(WIDE.search(spec) for spec in specs) or not _are_small(run, pattern, values):
        return NOT_SIMPLE
    arguments = given if isinstance(given, dict) else tuple(values)
    try:
        return pattern % arguments
    except (TypeError, ValueError, ArithmeticError, LookupError):
        return NOT_SIMPLE


def formatted(run: Run, pattern: str, args: Sequence[Value], named: Mapping[str, Value]) -> Value:
    """`pattern.format(*args, **named)`, for fields that are a name or a number alone."""
    made: list[str] = []
    try:
        fields = list(string.Formatter().parse(pattern))
    except ValueError:
        return NOT_SIMPLE
    for count, (literal, name, spec, conversion) in enumerate(fields):
        run.spend()
        made.append(literal)
        if name is None:
            continue
        key = name or str(count)
        is_number = key.isdecimal() and len(key) < 4
        position = int(key) if is_number else -1
        value = args[position] if 0 <= position < len(args) else named.get(key, NOT_SIMPLE)
        part = one(value, spec or "", conversion or "")
        if isinstance(part, Unknown):
            return part
        made.append(part)
    return joined(run, made)


def one(value: Value, spec: str, conversion: str = "") -> str | Unknown:
    """A value as `{value!conversion:spec}` writes it."""
    if isinstance(value, Unknown):
        return value
    if isinstance(value, Absent):
        value = None
    if not is_plain(value) or WIDE.search(spec) or "{" in spec:
        return NOT_SIMPLE
    try:
        if conversion == "r" and isinstance(value, SCALARS):
            return format(repr(value), spec)
        return format(str(value) if conversion or not isinstance(value, SCALARS) else value, spec)
    except (TypeError, ValueError, ArithmeticError):
        return NOT_SIMPLE


def joined(run: Run, parts: Sequence[str], between: str = "") -> Value:
    size = sum(map(len, parts)) + len(between) * max(len(parts) - 1, 0)
    if size > LONGEST_TEXT:
        return Unknown("the text is too long")
    run.spend(1 + size // 64 + len(parts) // 8)
    return between.join(parts)


def _are_small(run: Run, pattern: str, values: Sequence[Value]) -> bool:
    if not all(is_plain(each) for each in values):
        return False
    sizes = [len(each) if isinstance(each, str | bytes) else 1300 for each in values]
    size = len(pattern) + sum(sizes) + max(sizes, default=0) * pattern.count("%(")
    run.spend(1 + size // 64)
    return size <= LONGEST_TEXT
