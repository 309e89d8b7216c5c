"""A page for the health check, if the project has none at `/`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pa_deploy.detect.findings import Finding
from pa_deploy.detect.tree import Tree, nodes_of

ROUTES = ("route", "get", "add_url_rule", "add_resource", "api_route", "add_api_route", "add_route")
WRITERS = ("post", "put", "delete", "patch")
FIXED = re.compile(r"/[\w./-]*")
GUARDS = re.compile(r"login|auth|require|permission|admin_only|jwt|token", re.IGNORECASE)
USUAL = re.compile(r"/(api/)?(health\w*|ping|status|alive|docs|index|home)/?")
ANY_ANSWER = "200-405"


@dataclass(frozen=True, slots=True)
class Route:
    """A path that the app answers; `is_open` to a GET by anybody, as far as known."""

    path: str
    place: str
    is_open: bool


def page_of_app(tree: Tree, paths: Sequence[str]) -> Iterator[Finding]:
    """If no route is `/`: an open page, else that any answer of the app will do."""
    routes = [each for path in paths for each in _routes(tree, path)]
    if not routes or any(each.path in ("/", "") for each in routes):
        return
    mounted = any("url_prefix" in tree.text(path) or "prefix=" in tree.text(path) for path in paths)
    pages = [each for each in routes if each.is_open and FIXED.fullmatch(each.path)]
    pages.sort(key=lambda each: USUAL.fullmatch(each.path) is None)
    if pages and not mounted:
        yield Finding("health-check", pages[0].path, pages[0].place, "likely")
    else:
        yield Finding("health-status", ANY_ANSWER, f"no page at /; {routes[0].place}", "likely")


def _routes(tree: Tree, path: str) -> Iterator[Route]:
    code = tree.parse(path)
    for node in nodes_of(code) if code else ():
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield from _decorated(node, path)
            case ast.Call(func=ast.Attribute(attr=attr), args=args) if attr in (
                "add_url_rule",
                "add_resource",
                "add_api_route",
                "add_route",
                "mount",
            ):
                for each in args:
                    if isinstance(each, ast.Constant) and isinstance(each.value, str):
                        yield Route(each.value, f"{path}:{node.lineno}", is_open=False)
            case _:
                pass


def _path_of(given: ast.expr) -> str | None:
    """The path of a route, or the code that makes it, such as f"/{TOKEN}". None: it may be any."""
    match given:
        case ast.Constant(value=str(path)):
            return path
        case ast.JoinedStr() | ast.BinOp(left=ast.Constant(), op=ast.Add()):
            return ast.unparse(given)
        case _:
            return None


def _decorated(function: ast.FunctionDef | ast.AsyncFunctionDef, path: str) -> Iterator[Route]:
    names = [ast.unparse(each) for each in function.decorator_list]
    is_guarded = any(GUARDS.search(name.partition("(")[0]) for name in names)
    for each in function.decorator_list:
        match each:
            case ast.Call(func=ast.Attribute(attr=attr), args=[given, *_]) if (
                attr
                in (
                    *ROUTES,
                    *WRITERS,
                )
                and (route := _path_of(given)) is not None
            ):
                said = next((k.value for k in each.keywords if k.arg == "methods"), None)
                reads = attr not in WRITERS and (said is None or "GET" in ast.unparse(said).upper())
                yield Route(route, f"{path}:{each.lineno}", is_open=reads and not is_guarded)
            case _:
                pass
