"""Comprehensions, and how values are unpacked to names."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from pa_deploy.detect.evaluate.methods import elements
from pa_deploy.detect.evaluate.operators import LISTS, truth
from pa_deploy.detect.evaluate.run import MOST_TURNS, Run
from pa_deploy.detect.evaluate.values import Either, Scope, Unknown, Value, is_key

Evaluate = Callable[[Run, ast.expr, Scope], Value]


def comprehension(
    evaluate: Evaluate,
    run: Run,
    node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp,
    scope: Scope,
) -> Value:
    inner = Scope(scope.path, scope.module, outer=scope)
    found: list[Value] = []
    try:
        for _ in _turns(evaluate, run, node.generators, inner):
            if isinstance(node, ast.DictComp):
                key = evaluate(run, node.key, inner)
                found.append((key, evaluate(run, node.value, inner)))
            else:
                found.append(evaluate(run, node.elt, inner))
    except NotKnownError:
        return Unknown("a loop over something that is not known")
    keys = [each[0] for each in found] if isinstance(node, ast.DictComp) else found
    if isinstance(node, ast.DictComp | ast.SetComp) and not all(map(is_key, keys)):
        return Unknown("its keys are not known")
    if isinstance(node, ast.DictComp):
        return dict(found)
    return set(found) if isinstance(node, ast.SetComp) else found


class NotKnownError(Exception):
    """A loop whose turns are not known, or are too many."""


def _turns(
    evaluate: Evaluate, run: Run, loops: list[ast.comprehension], scope: Scope
) -> Iterator[None]:
    if not loops:
        yield
        return
    loop, *rest = loops
    found = elements(evaluate(run, loop.iter, scope))
    if found is None or len(found) > MOST_TURNS:
        raise NotKnownError
    for each in found:
        _assign_names(run, loop.target, each, scope)
        tests = [truth(evaluate(run, test, scope)) for test in loop.ifs]
        if None in tests:
            raise NotKnownError
        if all(tests):
            yield from _turns(evaluate, run, rest, scope)


def _assign_names(run: Run, target: ast.expr, value: Value, scope: Scope) -> None:
    """Bind the names of a target that has names alone."""
    run.spend()
    if isinstance(target, ast.Name):
        scope.names[target.id] = value
    elif isinstance(target, ast.Tuple | ast.List):
        for part, each in zip(target.elts, unpacked(value, len(target.elts)), strict=True):
            _assign_names(run, part, each, scope)


def unpacked(value: Value, count: int) -> list[Value]:
    if isinstance(value, LISTS) and len(value) == count:
        return list(value)
    if isinstance(value, Either) and all(
        isinstance(each, LISTS) and len(each) == count for each in value.options
    ):
        columns = zip(*value.options, strict=True)
        return [Either(tuple(column), value.condition) for column in columns]
    unknown = value if isinstance(value, Unknown) else Unknown("its parts are not known")
    return [unknown] * count
