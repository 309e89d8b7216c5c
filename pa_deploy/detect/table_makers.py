"""Which code of an app makes the tables of its database, and whether it runs at the start."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pa_deploy.detect.app_files import Project
from pa_deploy.detect.kinds import FACTORIES
from pa_deploy.detect.names import HOLDERS, never_runs
from pa_deploy.detect.tree import nodes_of

SIGNS = re.compile(r"\b(create_all|executescript|create_tables)\(|\bCREATE TABLE\b", re.IGNORECASE)
METHODS = ("create_all", "executescript", "create_tables")
AT_START = ("before_request", "before_first_request", "before_app_request")
"""Decorators by which a function runs without a call."""
BY_ASGI = ("on_event", "asynccontextmanager")
"""Those of ASGI's start: nothing runs them if the app is served through a2wsgi."""
NEVER_ENDS = {"run", "serve", "serve_forever", "run_polling", "input"}
ROUNDS = 4
"""How many functions that call each other are followed."""
Definition = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Maker:
    """A function that makes tables, at the top level of the file `path`."""

    path: str
    node: Definition

    @property
    def place(self) -> str:
        return f"{self.path}:{self.node.lineno}"

    @property
    def is_plain(self) -> bool:
        """Whether it can be called as it is: no arguments, no decorators, and it ends."""
        args = self.node.args
        needed = len(args.posonlyargs) + len(args.args) - len(args.defaults)
        needed += sum(each is None for each in args.kw_defaults)
        is_function = isinstance(self.node, ast.FunctionDef)
        is_bare = is_function and not needed and not self.node.decorator_list
        return is_bare and not _called(self.node) & NEVER_ENDS


@dataclass(frozen=True, slots=True)
class Tables:
    """`at_start` is the place where tables are made as the app starts, or "". `makers` are the
    functions that do. `called` are their names in code that does not run on a server.
    """

    at_start: str
    makers: tuple[Maker, ...]
    called: frozenset[str]


def find_tables(project: Project) -> Tables:
    files = [(path, project.tree.parse(path)) for path in project.paths]
    codes = [(path, code) for path, code in files if code]
    if not any(SIGNS.search(project.tree.text(path)) for path, _ in codes):
        return Tables("", (), frozenset())
    makers = _makers(codes)
    names = frozenset(each.node.name for each in makers)
    at_start = (_at_start(project, path, code, names) for path, code in codes)
    others = (node for _, code in codes for node in _not_on_a_server(code))
    called = {name for node in others for name in _called(node) & names}
    return Tables(next(filter(None, at_start), ""), makers, frozenset(called))


def makes_tables(node: ast.AST, makers: frozenset[str] = frozenset()) -> bool:
    """Whether code makes tables, by itself or by one of these functions."""
    for each in nodes_of(node):
        match each:
            case ast.Call(func=ast.Attribute(attr=name)) if name in METHODS:
                return True
            case ast.Constant(value=str(text)) if "CREATE TABLE" in text.upper():
                return True
            case _:
                pass
    return bool(_called(node) & makers)


def main_blocks(code: ast.Module) -> Iterable[ast.If]:
    """The parts of a file that run only if it is the program."""
    return (node for node in code.body if isinstance(node, ast.If) and never_runs(node.test))


def _called(node: ast.AST) -> set[str]:
    """The names of the functions that code calls, without what is before a dot."""
    funcs = (each.func for each in nodes_of(node) if isinstance(each, ast.Call))
    return {
        each.attr if isinstance(each, ast.Attribute) else each.id
        for each in funcs
        if isinstance(each, ast.Attribute | ast.Name)
    }


def _makers(codes: Sequence[tuple[str, ast.Module]]) -> tuple[Maker, ...]:
    """Functions that make tables, and those that call one of them."""
    functions = [
        Maker(path, node)
        for path, code in codes
        for node in code.body
        if isinstance(node, Definition) and node.name not in FACTORIES
    ]
    found: dict[str, Maker] = {}
    for _ in range(ROUNDS):
        names = frozenset(found)
        found = {each.node.name: each for each in functions if makes_tables(each.node, names)}
        if found.keys() == names:
            break
    return tuple(found.values())


def _at_start(project: Project, path: str, code: ast.Module, makers: frozenset[str]) -> str:
    """Where a file makes tables as it is imported, or as its app is made; or ""."""
    waiting: list[ast.AST] = [code]
    while waiting:
        node = waiting.pop()
        inner = [each for each in ast.iter_child_nodes(node) if isinstance(each, HOLDERS)]
        if not inner and isinstance(node, ast.stmt) and makes_tables(node, makers):
            return f"{path}:{node.lineno}"
        waiting += [each for each in inner if _runs_at_start(each, project.app.name)]
    return ""


def _runs_at_start(node: ast.AST, factory: str) -> bool:
    match node:
        case ast.FunctionDef(name=name):
            return name in (*FACTORIES, factory) or _is_decorated(node, AT_START)
        case ast.If(test=test):
            return not never_runs(test)
        case _:
            return not isinstance(node, ast.ClassDef | ast.AsyncFunctionDef)


def _not_on_a_server(code: ast.Module) -> Iterator[ast.AST]:
    """What runs only if the file is a program, or if a server of ASGI starts."""
    yield from main_blocks(code)
    for node in code.body:
        if isinstance(node, Definition) and _is_decorated(node, BY_ASGI):
            yield node


def _is_decorated(node: Definition, names: Sequence[str]) -> bool:
    for each in node.decorator_list:
        func = each.func if isinstance(each, ast.Call) else each
        if ast.unparse(func).rpartition(".")[2] in names:
            return True
    return False
