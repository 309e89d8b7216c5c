"""What code leaves behind if it is not known which of its branches runs."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pa_deploy.detect.evaluate.operators import either
from pa_deploy.detect.evaluate.run import RaisedError, Run
from pa_deploy.detect.evaluate.values import Either, Scope, Unknown, Value

DEEPEST = 150
NOT_SET = Unknown("it is not set otherwise")


@dataclass(frozen=True, slots=True)
class Returned:
    """A function ends with this value."""

    value: Value


@dataclass(frozen=True, slots=True)
class Ended:
    """The statements behind do not run: of the loop (`break`, `continue`), or at all (`raise`)."""

    by: str


Outcome = Returned | Ended | None
"""None: the next statement runs."""
Execute = Callable[[Run, Sequence[ast.stmt], Scope], Outcome]
"""What runs the statements of a body."""


def run_both(
    run: Run,
    scope: Scope,
    branches: tuple[Callable[[], Outcome], Callable[[], Outcome]],
    condition: str,
    sources: frozenset[str],
) -> Outcome:
    """Run both branches, each from the same state, and keep what is the same after both."""
    first, second = branches
    before = _copied(run, scope.names)
    run.doubts += 1
    run.conditions.append(sources)
    try:
        one = _run(first)
        names, scope.names = scope.names, before
        two = _run(second)
    finally:
        run.doubts -= 1
        run.conditions.pop()
    if _stops(one) or _stops(two):
        return _stopped(run, scope, names, (one, two), condition)
    _merge(run, scope, names, condition, sources)
    return None


def _run(branch: Callable[[], Outcome]) -> Outcome:
    try:
        return branch()
    except RaisedError:
        return Ended("raise")


def _stops(outcome: Outcome) -> bool:
    return isinstance(outcome, Returned) or outcome == Ended("raise")


def _stopped(
    run: Run, scope: Scope, names: dict[str, Value], outcomes: tuple[Outcome, Outcome], why: str
) -> Outcome:
    """Go on with the branch that does; a value that the other returns is kept for the end."""
    returned = [each.value for each in outcomes if isinstance(each, Returned)]
    one, two = outcomes
    if _stops(one) and _stops(two):
        return Returned(either(run, returned, why)) if returned else Ended("raise")
    if not _stops(one):
        scope.names = names
    scope.may_return += returned
    return None


def _merge(
    run: Run, scope: Scope, names: dict[str, Value], condition: str, sources: frozenset[str]
) -> None:
    for name in {**names, **scope.names}:
        options = [names.get(name, NOT_SET), scope.names.get(name, NOT_SET)]
        merged = either(run, options, condition)
        if isinstance(merged, Either | Unknown) and merged not in options:
            scope.sources[name] = scope.sources.get(name, frozenset()) | sources
        scope.names[name] = merged


def _copied(run: Run, names: dict[str, Value]) -> dict[str, Value]:
    """Copies of what may be changed in place; what is one object stays one."""
    made: dict[int, Value] = {}
    return {name: _copy(run, value, made) for name, value in names.items()}


def _copy(run: Run, value: Value, made: dict[int, Value]) -> Value:
    if not isinstance(value, list | dict | set | tuple | Either):
        return value
    if id(value) in made:
        return made[id(value)]
    run.spend(1 + len(value.options if isinstance(value, Either) else value) // 16)
    if run.nested > DEEPEST:
        return Unknown("it is nested too deeply")
    with run.deeper():
        copy = _copied_parts(run, value, made)
    made[id(value)] = copy
    return copy


def _copied_parts(run: Run, value: Value, made: dict[int, Value]) -> Value:
    match value:
        case list():
            listed: list[Value] = []
            made[id(value)] = listed
            listed += [_copy(run, each, made) for each in value]
            return listed
        case dict():
            keyed: dict[Value, Value] = {}
            made[id(value)] = keyed
            keyed |= {key: _copy(run, each, made) for key, each in value.items()}
            return keyed
        case tuple():
            return tuple(_copy(run, each, made) for each in value)
        case Either():
            options = tuple(_copy(run, each, made) for each in value.options)
            return Either(options, value.condition)
        case _:
            return set(value)
