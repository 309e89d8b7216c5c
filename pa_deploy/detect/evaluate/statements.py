"""The statements of a module, a class or a function, one after the other."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from pa_deploy.detect.evaluate.branches import Ended, Outcome, Returned, run_both
from pa_deploy.detect.evaluate.definitions import define_class, define_function
from pa_deploy.detect.evaluate.exceptions import run_assert, run_raise, run_try, run_with
from pa_deploy.detect.evaluate.expressions import code, evaluate
from pa_deploy.detect.evaluate.imports import execute_import, execute_import_from
from pa_deploy.detect.evaluate.matches import run_match
from pa_deploy.detect.evaluate.methods import elements
from pa_deploy.detect.evaluate.operators import truth
from pa_deploy.detect.evaluate.run import MOST_NESTED, MOST_TURNS, Run
from pa_deploy.detect.evaluate.targets import add_skipped, assign, augment, delete, sources_of
from pa_deploy.detect.evaluate.values import Scope, Unknown, Value
from pa_deploy.detect.tree import Tree


def new_run(tree: Tree, root: str, variables: Mapping[str, str], user: str) -> Run:
    """The beginning of an evaluation, with what executes."""
    run = Run(tree, root, variables, _not_yet, user)
    run.execute = lambda body, scope: _execute_module(run, body, scope)
    return run


def _not_yet(_body: list[ast.stmt], _scope: Scope) -> None:
    """Until the run has what executes."""


def _execute_module(run: Run, body: Sequence[ast.stmt], scope: Scope) -> None:
    """Run all statements; one that raises does not stop the next, so that all is found."""
    for statement in body:
        _execute_one(run, statement, scope)


def execute(run: Run, body: Sequence[ast.stmt], scope: Scope) -> Outcome:
    for statement in body:
        outcome = _execute_one(run, statement, scope)
        if outcome is not None:
            return outcome
    return None


def _execute_one(run: Run, node: ast.stmt, scope: Scope) -> Outcome:
    run.spend()
    if run.nested > MOST_NESTED:
        scope.globals.is_open = True
        return None
    run.nested += 1
    try:
        known = KINDS.get(type(node))
        return known(run, node, scope) if known else None
    finally:
        run.nested -= 1


def _assign(run: Run, node: ast.Assign, scope: Scope) -> None:
    mark = len(run.reads)
    value = evaluate(run, node.value, scope)
    sources = sources_of(run, node.value, scope, mark)
    for target in node.targets:
        assign(run, target, value, scope, sources)


def _annotated(run: Run, node: ast.AnnAssign, scope: Scope) -> None:
    if node.value is not None:
        mark = len(run.reads)
        value = evaluate(run, node.value, scope)
        assign(run, node.target, value, scope, sources_of(run, node.value, scope, mark))


def _augmented(run: Run, node: ast.AugAssign, scope: Scope) -> None:
    augment(run, node, scope)


def _expression(run: Run, node: ast.Expr, scope: Scope) -> None:
    mark = len(run.reads)
    evaluate(run, node.value, scope)
    match node.value:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name))) if name in scope.places:
            found = sources_of(run, node.value, scope, mark)
            scope.sources[name] = scope.sources.get(name, frozenset()) | found


def _if(run: Run, node: ast.If, scope: Scope) -> Outcome:
    mark = len(run.reads)
    test = evaluate(run, node.test, scope)
    sources = sources_of(run, node.test, scope, mark)
    return _choose(run, scope, test, (node.body, node.orelse), code(node.test), sources)


def _choose(
    run: Run,
    scope: Scope,
    test: Value,
    bodies: tuple[Sequence[ast.stmt], Sequence[ast.stmt]],
    condition: str,
    sources: frozenset[str],
) -> Outcome:
    body, orelse = bodies
    known = truth(test)
    if known is None:
        branches = (lambda: execute(run, body, scope), lambda: execute(run, orelse, scope))
        return run_both(run, scope, branches, condition, sources)
    add_skipped(run, orelse if known else body, scope, sources)
    run.conditions.append(sources)
    try:
        return execute(run, body if known else orelse, scope)
    finally:
        run.conditions.pop()


def _for(run: Run, node: ast.For, scope: Scope) -> Outcome:
    found = elements(evaluate(run, node.iter, scope))
    if found is None or len(found) > MOST_TURNS:
        return _perhaps(run, scope, lambda: _turn(run, node, Unknown("each of a loop"), scope))
    for each in found:
        outcome = _turn(run, node, each, scope)
        if outcome == Ended("break"):
            return None
        if outcome is not None and outcome != Ended("continue"):
            return outcome
    return execute(run, node.orelse, scope)


def _turn(run: Run, node: ast.For, value: Value, scope: Scope) -> Outcome:
    assign(run, node.target, value, scope, frozenset())
    return execute(run, node.body, scope)


def _perhaps(run: Run, scope: Scope, body: Callable[[], Outcome]) -> Outcome:
    """A body that may run or not."""
    return run_both(run, scope, (body, lambda: None), "a loop", frozenset())


def _while(run: Run, node: ast.While, scope: Scope) -> Outcome:
    for _ in range(MOST_TURNS):
        known = truth(evaluate(run, node.test, scope))
        if known is None:
            return _perhaps(run, scope, lambda: execute(run, node.body, scope))
        if not known:
            return execute(run, node.orelse, scope)
        outcome = execute(run, node.body, scope)
        if outcome == Ended("break"):
            return None
        if outcome is not None and outcome != Ended("continue"):
            return outcome
    return _perhaps(run, scope, lambda: execute(run, node.body, scope))


def _return(run: Run, node: ast.Return, scope: Scope) -> Outcome:
    return Returned(evaluate(run, node.value, scope) if node.value else None)


def _define(run: Run, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> None:
    scope.names[node.name] = define_function(run, node, scope, execute)


def _class(run: Run, node: ast.ClassDef, scope: Scope) -> None:
    scope.names[node.name] = define_class(run, node, scope, execute)


def _global(_run: Run, node: ast.Global, scope: Scope) -> None:
    scope.global_names.update(node.names)


def _delete(run: Run, node: ast.Delete, scope: Scope) -> None:
    for target in node.targets:
        delete(run, target, scope)


def _ended(by: str) -> Callable[..., Outcome]:
    return lambda _run, _node, _scope: Ended(by)


KINDS: dict[type[ast.stmt], Callable[..., Outcome]] = {
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.Expr: _expression,
    ast.If: _if,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.While: _while,
    ast.With: partial(run_with, execute),
    ast.AsyncWith: partial(run_with, execute),
    ast.Try: partial(run_try, execute),
    ast.Raise: run_raise,
    ast.Assert: run_assert,
    ast.Match: partial(run_match, execute),
    ast.Return: _return,
    ast.FunctionDef: _define,
    ast.AsyncFunctionDef: _define,
    ast.ClassDef: _class,
    ast.Global: _global,
    ast.Delete: _delete,
    ast.Import: execute_import,
    ast.ImportFrom: execute_import_from,
    ast.Break: _ended("break"),
    ast.Continue: _ended("continue"),
}
