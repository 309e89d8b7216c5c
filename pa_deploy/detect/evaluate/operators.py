"""Operators on values, within the limits: no result is made before its size is known."""

from __future__ import annotations

import ast
import itertools
import operator
from collections.abc import Callable, Iterable, Sequence
from pathlib import PurePosixPath

from pa_deploy.detect.evaluate.formats import percent
from pa_deploy.detect.evaluate.run import LARGEST_NUMBER, LONGEST_PATH, LONGEST_TEXT, Run
from pa_deploy.detect.evaluate.values import (
    MOST_OPTIONS,
    SCALARS,
    Absent,
    Class,
    Either,
    External,
    Function,
    Instance,
    Module,
    Unknown,
    Value,
    first_unknown,
    is_key,
    settled,
    unknown_part,
)

MOST_COMBINED = 8
NUMBERS = (int, float)
LISTS = (list, tuple)
FAILURES = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError)
"""What Python raises for values that an operation is not made for."""
ARITHMETIC: dict[type[ast.operator], Callable[[Value, Value], Value]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
}


def same(run: Run, left: Value, right: Value) -> bool:
    """Whether two values are equal. Each part is compared once, as far as the limits allow."""
    run.spend()
    left, right = settled(left), settled(right)
    if left is right:
        return True
    if type(left) is not type(right):
        is_number = isinstance(left, NUMBERS) and isinstance(right, NUMBERS)
        return is_number and bool(left == right)
    if isinstance(left, LISTS):
        with run.deeper():
            return len(left) == len(right) and all(
                same(run, mine, other) for mine, other in zip(left, right, strict=True)
            )
    if isinstance(left, dict):
        with run.deeper():
            return left.keys() == right.keys() and all(
                same(run, each, right[key]) for key, each in left.items()
            )
    if isinstance(left, Either):
        return same(run, left.options, right.options)
    if isinstance(left, Class | Instance | Module | Function):
        return False
    return bool(left == right)


def either(run: Run, options: Iterable[Value], condition: str = "") -> Value:
    """One of these values; the value itself if all are the same."""
    found: list[Value] = []
    for option in options:
        if isinstance(option, Either):
            condition = condition or option.condition
        for each in option.options if isinstance(option, Either) else (option,):
            if not any(same(run, each, other) for other in found):
                found.append(each)
    if len(found) == 1:
        return found[0]
    if len(found) > MOST_OPTIONS:
        return Unknown(
            f"it depends on {condition}" if condition else "it depends on several things"
        )
    return Either(tuple(found), condition)


def spread(run: Run, values: Sequence[Value], function: Callable[..., Value]) -> Value:
    """The function of these values: of each option, if a value is one of several."""
    chosen = next((each for each in values if isinstance(each, Either)), None)
    if chosen is None:
        return function(*values)
    options = [each.options if isinstance(each, Either) else (each,) for each in values]
    combined = list(itertools.islice(itertools.product(*options), MOST_COMBINED + 1))
    if len(combined) > MOST_COMBINED:
        return Unknown(f"it depends on {chosen.condition}")
    return either(run, [function(*each) for each in combined], chosen.condition)


def truth(value: Value) -> bool | None:
    """Whether it counts as true; None if that is not known."""
    match value:
        case Unknown():
            return None
        case Absent():
            return False
        case Either():
            found = {truth(each) for each in value.options}
            return found.pop() if len(found) == 1 else None
        case list() | tuple() | dict() | set() | frozenset() | range():
            return bool(value)
        case str() | int() | float() | bytes() | None:
            return bool(value)
        case External() | Instance():
            return None
        case _:
            return True


def binary(run: Run, operation: ast.operator, left: Value, right: Value) -> Value:
    def combine(mine: Value, other: Value) -> Value:
        return _binary(run, operation, mine, other)

    return spread(run, (left, right), combine)


def _binary(run: Run, operation: ast.operator, left: Value, right: Value) -> Value:
    unknown = first_unknown((left, right))
    if unknown:
        return _partly(run, operation, left, right) or unknown
    absent = next((each for each in (left, right) if isinstance(each, Absent)), None)
    is_text = isinstance(left, str) and isinstance(operation, ast.Mod)
    if absent and not is_text:
        run.require(frozenset({absent.variable}))
        return Unknown(f"{absent.variable} is not set", absent.variable)
    if is_text:
        return percent(run, left, settled(right))
    if isinstance(operation, ast.Div) and isinstance(left, PurePosixPath | str):
        return _joined(left, right)
    if not _is_small(operation, left, right):
        return Unknown("the result is too large")
    function = ARITHMETIC.get(type(operation))
    if function is None or not _fit(operation, left, right):
        return Unknown("it cannot be computed")
    try:
        result = function(left, right)
    except FAILURES:
        return Unknown("it cannot be computed")
    run.spend(_cost(result))
    return result


def _partly(run: Run, operation: ast.operator, left: Value, right: Value) -> Value:
    """A list to which something is added that is not known: its own parts stay known."""
    for known, unknown in ((left, right), (right, left)):
        if isinstance(operation, ast.Add) and isinstance(known, LISTS):
            run.spend(1 + len(known) // 8)
            part = unknown_part(unknown)
            return type(known)([*known, part])
    return None


def _joined(left: PurePosixPath | str, right: Value) -> Value:
    is_path = isinstance(left, PurePosixPath) or isinstance(right, PurePosixPath)
    is_short = len(str(left)) + len(str(right)) <= LONGEST_PATH
    if is_path and is_short and isinstance(right, PurePosixPath | str):
        return PurePosixPath(left) / right
    return Unknown("it cannot be computed")


def _fit(operation: ast.operator, left: Value, right: Value) -> bool:
    """Whether both are values that the operation is known for."""
    if isinstance(left, dict) and isinstance(right, dict):
        return isinstance(operation, ast.BitOr)
    if isinstance(left, set | frozenset):
        return isinstance(right, set | frozenset)
    simple = (*NUMBERS, str, bytes, list, tuple)
    return isinstance(left, simple) and isinstance(right, simple)


def _is_small(operation: ast.operator, left: Value, right: Value) -> bool:
    if isinstance(left, int) and isinstance(right, int):
        if isinstance(operation, ast.Pow):
            return right < 0 or left.bit_length() * right <= LARGEST_NUMBER
        if isinstance(operation, ast.LShift):
            return left.bit_length() + right <= LARGEST_NUMBER
        return left.bit_length() + right.bit_length() <= LARGEST_NUMBER
    if isinstance(operation, ast.Mult):
        for sequence, times in ((left, right), (right, left)):
            if isinstance(sequence, str | bytes | list | tuple) and isinstance(times, int):
                return len(sequence) * max(times, 0) <= LONGEST_TEXT
    if isinstance(left, str | bytes | list | tuple) and type(left) is type(right):
        return len(left) + len(right) <= LONGEST_TEXT
    return True


def _cost(value: Value) -> int:
    """What a value costs: a part of its size."""
    if isinstance(value, list | tuple | dict | set | frozenset):
        return 1 + len(value) // 8
    return 1 + len(value) // 64 if isinstance(value, str | bytes) else 1


def unary(operation: ast.unaryop, value: Value) -> Value:
    if isinstance(operation, ast.Not):
        known = truth(value)
        if known is not None:
            return not known
        return value if isinstance(value, Unknown) else Unknown("it is not known")
    if isinstance(operation, ast.USub) and isinstance(value, NUMBERS):
        return -value
    if isinstance(operation, ast.UAdd) and isinstance(value, NUMBERS):
        return +value
    if isinstance(operation, ast.Invert) and isinstance(value, int):
        return ~value
    return value if isinstance(value, Unknown) else Unknown("it cannot be computed")


def subscript(run: Run, owner: Value, key: Value) -> Value:
    """`owner[key]` of a native value; raises LookupError if it is certain to be missing."""
    unknown = first_unknown((owner, key))
    if unknown:
        return unknown
    if isinstance(owner, Absent):
        run.require(frozenset({owner.variable}))
        return Unknown(f"{owner.variable} is not set", owner.variable)
    if isinstance(owner, dict):
        if not is_key(key):
            return Unknown("the key is not known")
        return owner[key]
    if isinstance(owner, str | bytes | list | tuple | range) and isinstance(key, int | slice):
        return owner[key]
    return Unknown("it cannot be looked up")


def text_of(value: Value) -> str | None:
    """`str(value)` if it is simple; else None."""
    value = settled(value)
    if isinstance(value, int) and value.bit_length() > LARGEST_NUMBER:
        return None
    return str(value) if isinstance(value, (*SCALARS, PurePosixPath)) else None
