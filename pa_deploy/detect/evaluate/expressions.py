"""The values of expressions."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable
from functools import partial
from pathlib import PurePosixPath

from pa_deploy.detect.evaluate import environment, formats
from pa_deploy.detect.evaluate.app_config import setting
from pa_deploy.detect.evaluate.attributes import attribute
from pa_deploy.detect.evaluate.builtins import is_builtin
from pa_deploy.detect.evaluate.call import Call
from pa_deploy.detect.evaluate.calls import call_value
from pa_deploy.detect.evaluate.comparisons import compare
from pa_deploy.detect.evaluate.comprehensions import comprehension
from pa_deploy.detect.evaluate.methods import elements
from pa_deploy.detect.evaluate.operators import (
    binary,
    either,
    spread,
    subscript,
    truth,
    unary,
)
from pa_deploy.detect.evaluate.readers import ENV_PATH
from pa_deploy.detect.evaluate.run import MOST_NESTED, MOST_TURNS, Run
from pa_deploy.detect.evaluate.values import (
    Either,
    Environ,
    External,
    Function,
    Instance,
    Scope,
    Unknown,
    Value,
    is_key,
    unknown_part,
)
from pa_deploy.detect.evaluate.watching import is_config

TOO_DEEP = Unknown("it is nested too deeply")
CODE_SHOWN = 60
MOST_SHOWN = 40


def evaluate(run: Run, node: ast.expr, scope: Scope) -> Value:
    """The value of an expression. It never raises but for the limits and for `RaisedError`."""
    run.spend()
    if run.nested > MOST_NESTED:
        return TOO_DEEP
    run.nested += 1
    try:
        known = KINDS.get(type(node))
        return known(run, node, scope) if known else Unknown("code that is not read")
    finally:
        run.nested -= 1


def _constant(_run: Run, node: ast.Constant, _scope: Scope) -> Value:
    return Unknown("...") if node.value is ... else node.value


def _name(run: Run, node: ast.Name, scope: Scope) -> Value:
    return lookup(run, node.id, scope)


def lookup(run: Run, name: str, scope: Scope) -> Value:
    inner: Scope | None = scope
    while inner is not None:
        if name in inner.names:
            return inner.names[name]
        inner = inner.outer
    if name == "__file__":
        return run.absolute(scope.path)
    if name == "__name__":
        return "__main__" if scope.module == run.main else scope.module
    if name == "__package__":
        return scope.module if scope.is_package else scope.module.rpartition(".")[0]
    return External(name) if is_builtin(name) else Unknown(f"{name} is not known")


def _attribute(run: Run, node: ast.Attribute, scope: Scope) -> Value:
    owner = evaluate(run, node.value, scope)
    return spread(run, (owner,), lambda value: attribute(run, value, node.attr))


def _subscript(run: Run, node: ast.Subscript, scope: Scope) -> Value:
    owner = evaluate(run, node.value, scope)
    key = evaluate(run, node.slice, scope)
    if isinstance(owner, Environ):
        return spread(run, (key,), lambda name: environment.read(run, name, node.lineno))
    if is_config(owner):
        return spread(run, (key,), lambda name: setting(run, name))
    try:
        return spread(run, (owner, key), lambda mine, other: subscript(run, mine, other))
    except LookupError:
        return run.fail(("KeyError", "IndexError", "LookupError"), f"{code(node)} is not there")
    except (TypeError, ValueError):
        return Unknown("it cannot be looked up")


def _slice(run: Run, node: ast.Slice, scope: Scope) -> Value:
    ends = [
        evaluate(run, end, scope) if end else None for end in (node.lower, node.upper, node.step)
    ]
    if all(end is None or isinstance(end, int) for end in ends):
        return slice(*ends)
    return Unknown("the part is not known")


def _call(run: Run, node: ast.Call, scope: Scope) -> Value:
    function = evaluate(run, node.func, scope)
    args: list[Value] = []
    named: dict[str, Value] = {}
    for each in node.args:
        if isinstance(each, ast.Starred):
            found = elements(evaluate(run, each.value, scope))
            args += [Unknown("an argument is not known")] if found is None else found
        else:
            args.append(evaluate(run, each, scope))
    for keyword in node.keywords:
        value = evaluate(run, keyword.value, scope)
        if keyword.arg is not None:
            named[keyword.arg] = value
        elif isinstance(value, dict):
            named |= {key: each for key, each in value.items() if isinstance(key, str)}
    run.spend(len(args))
    if isinstance(function, External) and function.name in ("globals", "locals", "vars"):
        return scope.names if function.name != "globals" else scope.globals.names
    call = Call(run, tuple(args), named, node.lineno)
    if isinstance(function, Either):
        return spread(run, (function,), lambda each: call_value(each, call, scope))
    return call_value(function, call, scope)


def _binary(run: Run, node: ast.BinOp, scope: Scope) -> Value:
    left = evaluate(run, node.left, scope)
    right = evaluate(run, node.right, scope)
    if isinstance(left, Instance) and left.of == ENV_PATH and isinstance(right, int):
        path: PurePosixPath = left.attributes["path"]
        for _ in range(min(right, MOST_TURNS)):
            path = path.parent
        return Instance(ENV_PATH, {"path": path})
    return binary(run, node.op, left, right)


def _unary(run: Run, node: ast.UnaryOp, scope: Scope) -> Value:
    value = evaluate(run, node.operand, scope)
    return spread(run, (value,), lambda each: unary(node.op, each))


def _boolean(run: Run, node: ast.BoolOp, scope: Scope) -> Value:
    """`a or b`, as far as the first parts are known."""
    ends = isinstance(node.op, ast.Or)
    possible: list[Value] = []
    doubts = run.doubts
    try:
        for each in node.values:
            value = evaluate(run, each, scope)
            known = truth(value)
            if each is node.values[-1] or known is ends:
                possible.append(value)
                break
            if known is None:
                possible.append(value)
                run.doubts += 1
    finally:
        run.doubts = doubts
    if len(possible) == 1:
        return possible[0]
    if all(isinstance(each, Unknown) for each in possible):
        return possible[0]
    return either(run, possible, code(node.values[0]))


def _compare(run: Run, node: ast.Compare, scope: Scope) -> Value:
    left = evaluate(run, node.left, scope)
    for operation, each in zip(node.ops, node.comparators, strict=True):
        right = evaluate(run, each, scope)
        if isinstance(right, Environ) and isinstance(operation, ast.In | ast.NotIn):
            found = environment.contains(run, left, node.lineno)
            result = found is isinstance(operation, ast.In) if isinstance(found, bool) else found
        else:
            result = compare(run, operation, left, right)
        if truth(result) is not True:
            return result
        left = right
    return True


def _condition(run: Run, node: ast.IfExp, scope: Scope) -> Value:
    test = evaluate(run, node.test, scope)
    known = truth(test)
    if known is not None:
        return evaluate(run, node.body if known else node.orelse, scope)
    run.doubts += 1
    try:
        options = [evaluate(run, node.body, scope), evaluate(run, node.orelse, scope)]
    finally:
        run.doubts -= 1
    return either(run, options, code(node.test))


def code(node: ast.expr) -> str:
    """The code of an expression, as a message quotes it."""
    if len(list(itertools.islice(ast.walk(node), MOST_SHOWN))) == MOST_SHOWN:
        return "a long condition"
    try:
        text = " ".join(ast.unparse(node).split())
    except ValueError:  # a number of thousands of digits
        return "a long condition"
    return text if len(text) <= CODE_SHOWN else text[:CODE_SHOWN] + "…"


def _list(run: Run, node: ast.List | ast.Tuple | ast.Set, scope: Scope) -> Value:
    found: list[Value] = []
    for each in node.elts:
        if isinstance(each, ast.Starred):
            value = evaluate(run, each.value, scope)
            more = elements(value)
            found += [unknown_part(value)] if more is None else more
            run.spend(1 + len(found) // 8)
        else:
            found.append(evaluate(run, each, scope))
    if isinstance(node, ast.Tuple):
        return tuple(found)
    if isinstance(node, ast.Set):
        return set(found) if all(map(is_key, found)) else Unknown("a set of objects")
    return found


def _dict(run: Run, node: ast.Dict, scope: Scope) -> Value:
    made: dict[Value, Value] = {}
    for key, each in zip(node.keys, node.values, strict=True):
        value = evaluate(run, each, scope)
        if key is None:
            made |= value if isinstance(value, dict) else {}
            run.spend(1 + len(made) // 8)
            continue
        name = evaluate(run, key, scope)
        if is_key(name):
            made[name] = value
    return made


def _text(run: Run, node: ast.JoinedStr, scope: Scope) -> Value:
    parts: list[Value] = []
    for each in node.values:
        if isinstance(each, ast.FormattedValue):
            value = evaluate(run, each.value, scope)
            spec = evaluate(run, each.format_spec, scope) if each.format_spec else ""
            how = chr(each.conversion) if each.conversion > 0 else ""
            if not isinstance(spec, str):
                return Unknown("the text cannot be made")
            parts.append(spread(run, (value,), _formatter(spec, how)))
        else:
            parts.append(evaluate(run, each, scope))

    def join(*texts: Value) -> Value:
        unknown = next((each for each in texts if not isinstance(each, str)), None)
        return formats.joined(run, texts) if unknown is None else unknown

    return spread(run, parts, join)


def _formatter(spec: str, how: str) -> Callable[[Value], Value]:
    return lambda value: formats.one(value, spec, how)


def _walrus(run: Run, node: ast.NamedExpr, scope: Scope) -> Value:
    value = evaluate(run, node.value, scope)
    scope.names[node.target.id] = value
    return value


def _lambda(_run: Run, node: ast.Lambda, scope: Scope) -> Value:
    names = [each.arg for each in node.args.args]
    path = scope.path

    def call(given: Call) -> Value:
        run = given.run
        values = dict(zip(names, given.args, strict=False))
        inner = Scope(path, scope.module, {**values, **given.named}, outer=scope)
        return evaluate(run, node.body, inner)

    return Function("lambda", call)


def _inner(run: Run, node: ast.Await | ast.Yield, scope: Scope) -> Value:
    return evaluate(run, node.value, scope) if node.value else None


KINDS: dict[type[ast.expr], Callable[..., Value]] = {
    ast.Await: _inner,
    ast.Yield: _inner,
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.Call: _call,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: _boolean,
    ast.Compare: _compare,
    ast.IfExp: _condition,
    ast.List: _list,
    ast.Tuple: _list,
    ast.Set: _list,
    ast.Dict: _dict,
    ast.JoinedStr: _text,
    ast.NamedExpr: _walrus,
    ast.Lambda: _lambda,
    ast.ListComp: partial(comprehension, evaluate),
    ast.SetComp: partial(comprehension, evaluate),
    ast.GeneratorExp: partial(comprehension, evaluate),
    ast.DictComp: partial(comprehension, evaluate),
}
