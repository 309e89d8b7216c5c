"""Statements that raise exceptions, and those that catch them."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from pa_deploy.detect.evaluate.branches import Ended, Execute, Outcome
from pa_deploy.detect.evaluate.expressions import code, evaluate
from pa_deploy.detect.evaluate.operators import truth
from pa_deploy.detect.evaluate.run import RaisedError, Run
from pa_deploy.detect.evaluate.targets import assign, sources_of
from pa_deploy.detect.evaluate.values import Scope, Unknown


def run_with(execute: Execute, run: Run, node: ast.With | ast.AsyncWith, scope: Scope) -> Outcome:
    """A `with`; that of `suppress(…)` catches exceptions."""
    suppressed: list[str] = []
    for item in node.items:
        value = evaluate(run, item.context_expr, scope)
        if item.optional_vars is not None:
            assign(run, item.optional_vars, value, scope, frozenset())
        match item.context_expr:
            case ast.Call(func=ast.Name(id="suppress") | ast.Attribute(attr="suppress"), args=args):
                suppressed += [_last_name(each) for each in args]
            case _:
                pass
    if not suppressed:
        return execute(run, node.body, scope)
    try:
        return _catching(execute, run, node.body, scope, tuple(suppressed))
    except RaisedError as error:
        if not _matches(tuple(suppressed), error):
            raise
        return None


def run_try(execute: Execute, run: Run, node: ast.Try, scope: Scope) -> Outcome:
    handlers = [(_kinds(each), each) for each in node.handlers]
    kinds = tuple(kind for each, _ in handlers for kind in each)
    try:
        outcome = _catching(execute, run, node.body, scope, kinds)
        if outcome is None:
            outcome = execute(run, node.orelse, scope)
    except RaisedError as error:
        chosen = next((each for names, each in handlers if _matches(names, error)), None)
        if chosen is None:
            execute(run, node.finalbody, scope)
            raise
        outcome = _handle(execute, run, chosen, error, scope)
    return execute(run, node.finalbody, scope) or outcome


def _catching(
    execute: Execute, run: Run, body: Sequence[ast.stmt], scope: Scope, kinds: tuple[str, ...]
) -> Outcome:
    run.catching.append(kinds)
    try:
        return execute(run, body, scope)
    finally:
        run.catching.pop()


def _handle(
    execute: Execute, run: Run, node: ast.ExceptHandler, error: RaisedError, scope: Scope
) -> Outcome:
    run.handled.append(error)
    if node.name:
        scope.names[node.name] = Unknown("an exception")
    try:
        return execute(run, node.body, scope)
    finally:
        run.handled.pop()


def _kinds(handler: ast.ExceptHandler) -> tuple[str, ...]:
    """The names of what it catches; "" stands for everything."""
    if handler.type is None:
        return ("",)
    if isinstance(handler.type, ast.Tuple):
        return tuple(_last_name(each) for each in handler.type.elts)
    return (_last_name(handler.type),)


def _last_name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Call(func=function):
            return _last_name(function)
        case _:
            return "Exception"


def _matches(names: tuple[str, ...], error: RaisedError) -> bool:
    return bool({*names} & {*error.kinds, "Exception", "BaseException", ""})


def run_raise(run: Run, node: ast.Raise, scope: Scope) -> Outcome:
    handled = run.handled[-1] if run.handled else None
    kinds = (_last_name(node.exc),) if node.exc else handled.kinds if handled else ("Exception",)
    said = _message(run, node.exc, scope)
    return _end(run, node.lineno, kinds, said)


def run_assert(run: Run, node: ast.Assert, scope: Scope) -> Outcome:
    mark = len(run.reads)
    known = truth(evaluate(run, node.test, scope))
    if known is not False:
        return None
    run.conditions.append(sources_of(run, node.test, scope, mark))
    try:
        return _end(run, node.lineno, ("AssertionError",), code(node.test))
    finally:
        run.conditions.pop()


def _end(run: Run, line: int, kinds: tuple[str, ...], said: str) -> Outcome:
    """The code stops here, unless it catches that. The variables that it wants are required."""
    handled = run.handled[-1] if run.handled else None
    variable = handled.variable if handled else ""
    if run.catches(*kinds):
        raise RaisedError(kinds, variable)
    wanted = frozenset({variable}) if variable else run.conditions[-1] if run.conditions else None
    if not wanted or not run.require(wanted):
        run.refuse(line, said)
    return Ended("raise")


def _message(run: Run, exception: ast.expr | None, scope: Scope) -> str:
    if isinstance(exception, ast.Call) and exception.args:
        found = evaluate(run, exception.args[0], scope)
        if isinstance(found, str):
            return found[:200]
    return code(exception) if exception else "an exception"
