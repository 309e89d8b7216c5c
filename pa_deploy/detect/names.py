"""The top-level names of a piece of code, read from its syntax tree."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pa_deploy.detect.tree import nodes_of

DYNAMIC = {"exec", "eval", "globals", "locals", "vars", "setattr", "__import__", "import_module"}
HOLDERS = (ast.stmt, ast.ExceptHandler, ast.match_case)
"""What may have statements in it."""
NEW_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


@dataclass(frozen=True, slots=True)
class Import:
    """`import MODULE`, or `from MODULE import NAME`; `level` counts the dots before the module."""

    module: str
    name: str = ""
    level: int = 0


Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Binding = ast.expr | Definition | Import | None
"""What gives a name its value; None if that cannot be told."""


@dataclass(frozen=True, slots=True)
class Names:
    """Each name with all that gives it a value. `is_open`: the code may make more names."""

    bindings: Mapping[str, tuple[Binding, ...]]
    is_open: bool


@functools.lru_cache(maxsize=256)
def names_of(code: ast.Module | ast.FunctionDef) -> Names:
    bindings: dict[str, list[Binding]] = {}
    if isinstance(code, ast.FunctionDef):
        bindings = {each.arg: [None] for each in ast.walk(code.args) if isinstance(each, ast.arg)}
    try:
        for name, binding in _bound(code.body):
            bindings.setdefault(name, []).append(binding)
        if any(isinstance(node, ast.NamedExpr) for node in nodes_of(code)):
            for name, binding in _walruses(code.body):
                bindings.setdefault(name, []).append(binding)
    except RecursionError:  # a very long chain of elif
        return Names({}, is_open=True)
    for node in nodes_of(code):
        if isinstance(node, ast.Global):  # a function may set it
            for name in node.names:
                bindings.setdefault(name, []).append(None)
    is_open = "*" in bindings or "__getattr__" in bindings or _is_dynamic(code)
    return Names({name: tuple(found) for name, found in bindings.items()}, is_open)


def _is_dynamic(code: ast.AST) -> bool:
    """Whether it can make names that are not written in it."""
    return any(
        (isinstance(node, ast.Name) and node.id in DYNAMIC)
        or (isinstance(node, ast.Attribute) and node.attr in {*DYNAMIC, "__dict__", "modules"})
        for node in nodes_of(code)
    )


def _bound(body: Iterable[ast.stmt]) -> Iterator[tuple[str, Binding]]:
    """The names that statements bind, in order; what another scope binds is not among them."""
    for statement in body:
        yield from _bound_by(statement)


def _bound_by(statement: ast.stmt) -> Iterator[tuple[str, Binding]]:
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield statement.name, statement
        case ast.Import():
            for alias in statement.names:
                module = alias.name if alias.asname else alias.name.partition(".")[0]
                yield alias.asname or module, Import(module)
        case ast.ImportFrom():
            for alias in statement.names:
                yield (
                    alias.asname or alias.name,
                    Import(statement.module or "", alias.name, statement.level),
                )
        case ast.Assign():
            for target in statement.targets:
                yield from _assigned(target, statement.value)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            yield from _assigned(target, value)
        case ast.If() if never_runs(statement.test):
            yield from _bound(statement.orelse)
        case _:
            yield from _bound_inside(statement)


def never_runs(test: ast.expr) -> bool:
    """Whether it is `__name__ == "__main__"` or TYPE_CHECKING, which are false on a server."""
    match test:
        case ast.Compare(
            left=ast.Name(id="__name__"),
            ops=[ast.Eq()],
            comparators=[ast.Constant(value="__main__")],
        ):
            return True
        case ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"):
            return True
        case _:
            return False


def _bound_inside(statement: ast.stmt) -> Iterator[tuple[str, Binding]]:
    """Names of a statement that has others in it, or that binds in a way of its own."""
    for field, value in ast.iter_fields(statement):
        if field in ("target", "name") and isinstance(value, ast.expr):
            yield from _assigned(value, None)
        parts = value if isinstance(value, list) else [value]
        for part in parts:
            if isinstance(part, ast.stmt):
                yield from _bound_by(part)
            elif isinstance(part, ast.ExceptHandler | ast.match_case):
                yield from _bound(part.body)
                yield from _captured(part)
            elif isinstance(part, ast.withitem) and part.optional_vars:
                yield from _assigned(part.optional_vars, None)


def _captured(part: ast.ExceptHandler | ast.match_case) -> Iterator[tuple[str, Binding]]:
    if isinstance(part, ast.match_case):
        for node in ast.walk(part.pattern):
            name = getattr(node, "name", None) or getattr(node, "rest", None)
            if isinstance(name, str):
                yield name, None


def _assigned(target: ast.expr, value: ast.expr | None) -> Iterator[tuple[str, Binding]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple | ast.List):
        for each in target.elts:
            yield from _assigned(each, None)
    elif isinstance(target, ast.Starred):
        yield from _assigned(target.value, None)


def _walruses(body: Iterable[ast.stmt]) -> Iterator[tuple[str, Binding]]:
    """Names that `:=` binds in statements, and in those inside of them."""
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.stmt):
            yield from _walrus(node)
        if not isinstance(node, NEW_SCOPES):
            inner = ast.iter_child_nodes(node)
            waiting += [each for each in inner if isinstance(each, HOLDERS)]


def _walrus(statement: ast.stmt) -> Iterator[tuple[str, Binding]]:
    """Names that `:=` binds in the expressions of a statement itself."""
    waiting = [each for each in ast.iter_child_nodes(statement) if isinstance(each, ast.expr)]
    waiting = [] if isinstance(statement, NEW_SCOPES) else waiting
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.NamedExpr):
            yield from _assigned(node.target, None)
        if not isinstance(node, ast.Lambda):
            waiting += [each for each in ast.iter_child_nodes(node) if isinstance(each, ast.expr)]
