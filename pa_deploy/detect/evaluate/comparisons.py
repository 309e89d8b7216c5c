"""Comparisons of values."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable

from pa_deploy.detect.evaluate.operators import NUMBERS, same, spread
from pa_deploy.detect.evaluate.run import Run
from pa_deploy.detect.evaluate.values import (
    Absent,
    Either,
    Environ,
    External,
    Instance,
    Unknown,
    Value,
    first_unknown,
    is_key,
    settled,
)

ORDERS: dict[type[ast.cmpop], Callable[[Value, Value], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def compare(run: Run, operation: ast.cmpop, left: Value, right: Value) -> Value:
    def combine(mine: Value, other: Value) -> Value:
        return _compare(run, operation, mine, other)

    return spread(run, (left, right), combine)


def _compare(run: Run, operation: ast.cmpop, left: Value, right: Value) -> Value:
    unknown = first_unknown((left, right))
    if unknown:
        return unknown
    match operation:
        case ast.Eq() | ast.NotEq():
            if any(isinstance(each, External | Instance) for each in (left, right)):
                return Unknown("it cannot be compared")
            return same(run, left, right) is isinstance(operation, ast.Eq)
        case ast.Is() | ast.IsNot():
            left, right = settled(left), settled(right)
            is_one = left is right or (isinstance(left, External) and left == right)
            return is_one is isinstance(operation, ast.Is)
        case ast.In() | ast.NotIn():
            found = contains(run, right, settled(left))
            return found if isinstance(found, Unknown) else found is isinstance(operation, ast.In)
        case _:
            pass
    ordered = ORDERS[type(operation)]
    if not _are_ordered(left, right):
        return Unknown("it cannot be compared")
    return ordered(left, right)


def _are_ordered(left: Value, right: Value) -> bool:
    if isinstance(left, tuple) and isinstance(right, tuple):  # sys.version_info >= (3, 8)
        pairs = list(zip(left, right, strict=False))
        return all(isinstance(one, NUMBERS) and isinstance(two, NUMBERS) for one, two in pairs)
    is_number = isinstance(left, NUMBERS) and isinstance(right, NUMBERS)
    return is_number or (isinstance(left, str) and isinstance(right, str))


def contains(run: Run, whole: Value, part: Value) -> bool | Unknown:
    match whole:
        case str():
            known = isinstance(part, str)
            return part in whole if known else Unknown("it cannot be compared")
        case dict() | set() | frozenset():
            return is_key(part) and part in whole
        case list() | tuple() | range():
            if isinstance(whole, range):  # Python looks at each number for what is no int
                return isinstance(part, int) and part in whole
            unsure = False
            for each in whole:
                if isinstance(each, Unknown | Either):
                    unsure = True
                elif same(run, each, part):
                    return True
            return Unknown("a part of the list is not known") if unsure else False
        case Environ():
            return Unknown("the variables are not known")
        case Absent():
            run.require(frozenset({whole.variable}))
            return Unknown(f"{whole.variable} is not set", whole.variable)
        case _:
            return Unknown("it cannot be searched")
