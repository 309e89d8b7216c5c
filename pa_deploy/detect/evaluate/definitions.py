"""Functions and classes that the code defines."""

from __future__ import annotations

import ast
from collections.abc import Callable

from pa_deploy.detect.evaluate.branches import Execute, Outcome, Returned
from pa_deploy.detect.evaluate.call import Call
from pa_deploy.detect.evaluate.expressions import evaluate
from pa_deploy.detect.evaluate.models import read_fields
from pa_deploy.detect.evaluate.operators import either
from pa_deploy.detect.evaluate.run import MOST_CALLS, Run
from pa_deploy.detect.evaluate.values import Class, Function, Place, Scope, Unknown, Value

PLAIN = ("lru_cache", "cache", "staticmethod", "wraps")
"""Decorators that leave the result of a function as it is."""


Definition = ast.FunctionDef | ast.AsyncFunctionDef


def define_function(run: Run, node: Definition, scope: Scope, execute: Execute) -> Value:
    """The function as a value. Its body runs when it is called."""
    special = _special(node)
    if special and run.watching is None:
        return Unknown(special)
    made = Function(node.name, _body(run, node, scope, execute))
    if run.watching:
        run.watching.functions[Place(scope.path, node.lineno)] = made
    return Unknown(special) if special else made


def _special(node: Definition) -> str:
    """Why a call gives something else than the body does; "" if it does not."""
    if isinstance(node, ast.AsyncFunctionDef):
        return "a coroutine"
    if not all(_is_plain(each) for each in node.decorator_list):
        return f"{node.name} is decorated"
    return f"{node.name} is a generator" if _is_generator(node) else ""


def _body(run: Run, node: Definition, scope: Scope, execute: Execute) -> Callable[[Call], Value]:
    defaults = _defaults(run, node.args, scope)

    def call(given: Call) -> Value:
        run = given.run
        if len(run.calls) >= MOST_CALLS:
            return Unknown("the calls are nested too deeply")
        inner = Scope(scope.path, scope.module, outer=scope)
        inner.names = _bound(node.args, given, defaults)
        run.calls.append(run.place(given.line))
        conditions, run.conditions = run.conditions, []
        try:
            outcome = execute(run, node.body, inner)
        finally:
            run.calls.pop()
            run.conditions = conditions
        return _result(run, node.name, outcome, inner)

    return call


def _result(run: Run, name: str, outcome: Outcome, scope: Scope) -> Value:
    if isinstance(outcome, Returned):
        last = outcome.value
    else:
        last = None if outcome is None else Unknown(f"{name} raises an exception")
    return either(run, [*scope.may_return, last]) if scope.may_return else last


def _is_plain(decorator: ast.expr) -> bool:
    if isinstance(decorator, ast.Call):
        decorator = decorator.func
    name = decorator.attr if isinstance(decorator, ast.Attribute) else ""
    return (decorator.id if isinstance(decorator, ast.Name) else name) in PLAIN


def _is_generator(node: ast.FunctionDef) -> bool:
    return any(isinstance(each, ast.Yield | ast.YieldFrom) for each in ast.walk(node))


def _defaults(run: Run, args: ast.arguments, scope: Scope) -> dict[str, Value]:
    names = [each.arg for each in (*args.posonlyargs, *args.args)]
    late = names[len(names) - len(args.defaults) :]
    found = {
        name: evaluate(run, node, scope) for name, node in zip(late, args.defaults, strict=True)
    }
    for each, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        if default is not None:
            found[each.arg] = evaluate(run, default, scope)
    return found


def _bound(args: ast.arguments, given: Call, defaults: dict[str, Value]) -> dict[str, Value]:
    """The names of the arguments with their values."""
    names = [each.arg for each in (*args.posonlyargs, *args.args)]
    every = [*names, *(each.arg for each in args.kwonlyargs)]
    found: dict[str, Value] = {name: Unknown("an argument is missing") for name in every}
    found |= defaults
    found |= dict(zip(names, given.args, strict=False))
    found |= {name: value for name, value in given.named.items() if name in every}
    if args.vararg:
        found[args.vararg.arg] = tuple(given.args[len(names) :])
    if args.kwarg:
        more = {name: value for name, value in given.named.items() if name not in every}
        found[args.kwarg.arg] = more
    return found


def define_class(run: Run, node: ast.ClassDef, scope: Scope, execute: Execute) -> Value:
    bases = tuple(evaluate(run, each, scope) for each in node.bases)
    inner = Scope(scope.path, scope.module, outer=scope)
    execute(run, node.body, inner)
    made = Class(node.name, inner.names, bases, inner.places, inner.sources)
    read_fields(run, node, made)
    if run.watching:
        run.watching.classes.append(made)
    return made
