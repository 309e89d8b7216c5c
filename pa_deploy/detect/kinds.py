"""What a name in a module is: a WSGI app, an ASGI app, a function that makes one, or unknown.

A name counts only if it leads to a known constructor. Nothing is imported.
"""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pa_deploy.detect.modules import find_module, module_of
from pa_deploy.detect.names import Binding, Import, Names, names_of
from pa_deploy.detect.tree import Tree

Kind = Literal[
    "wsgi",
    "dash",
    "asgi",
    "factory",
    "factory with arguments",
    "function",
    "function with arguments",
    "module",
    "unknown",
]
"""`factory`: a function that makes an app; `function`: another that is not an app. Those `with
arguments` need some. `dash`: what has the WSGI app as `server`.
"""

WSGI = {
    *("flask.Flask", "flask.app.Flask", "bottle.Bottle", "bottle.default_app", "falcon.App"),
    *("django.core.wsgi.get_wsgi_application", "a2wsgi.ASGIMiddleware", "bottle.app"),
    *("falcon.API", "apiflask.APIFlask", "flask_openapi3.OpenAPI"),
    *("werkzeug.middleware.dispatcher.DispatcherMiddleware", "whitenoise.WhiteNoise"),
    *("werkzeug.middleware.proxy_fix.ProxyFix", "webapp2.WSGIApplication"),
    *("werkzeug.middleware.shared_data.SharedDataMiddleware", "cherrypy.Application"),
}
WSGI_METHODS = ("make_wsgi_app", "wsgifunc")
"""Methods of Pyramid and of web.py that return the app."""
ASGI = {
    *("fastapi.FastAPI", "fastapi.applications.FastAPI", "quart.Quart", "sanic.Sanic"),
    *("starlette.applications.Starlette", "litestar.Litestar", "falcon.asgi.App"),
    *("django.core.asgi.get_asgi_application", "channels.routing.ProtocolTypeRouter"),
    *("robyn.Robyn", "connexion.AsyncApp", "esmerald.Esmerald"),
    *("socketio.ASGIApp", "blacksheep.Application", "fasthtml.FastHTML", "asgiref.wsgi.WsgiToAsgi"),
    *("a2wsgi.WSGIMiddleware", "litestar.app.Litestar", "quart.app.Quart"),
}
APPS = ("wsgi", "dash", "asgi")
FACTORIES = ("create_app", "make_app", "app_factory", "application_factory", "build_app")
STEPS = 6
"""How many imports and assignments are followed."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The names that a piece of code can use: first its own, then those of its file."""

    path: str
    names: tuple[Names, ...]

    def bindings(self, name: str) -> tuple[Binding, ...]:
        found = next((each.bindings[name] for each in self.names if name in each.bindings), ())
        return tuple(dict.fromkeys(found))  # what is imported twice is the same


@dataclass(frozen=True, slots=True)
class Kinds:
    """Tells kinds of names in a tree. `roots` are the folders that Python searches."""

    tree: Tree
    roots: Sequence[str] = ("",)

    def of(self, path: str, name: str, steps: int = STEPS) -> Kind:
        """What a name at the top level of a file is."""
        code = self.tree.parse(path)
        if code is None:
            return "unknown"
        scope = Scope(path, (names_of(code),))
        bindings = scope.bindings(name)
        if not bindings and self._submodule(path, name):
            return "module"
        if not bindings and steps:
            stars = [each for each in scope.bindings("*") if isinstance(each, Import)]
            found = [self._imported(replace(each, name=name), scope, steps - 1) for each in stars]
            return _same(each for each in found if each != "unknown")
        return _same(self._binding(each, scope, steps) for each in bindings)

    def origin(self, path: str, name: str, steps: int = STEPS) -> tuple[str, str]:
        """The file that makes what a name stands for, and its name there."""
        code = self.tree.parse(path)
        bindings = names_of(code).bindings.get(name, ()) if code else ()
        if not steps or len(set(map(type, bindings))) != 1:
            return path, name
        match bindings[-1]:
            case Import(name=str(other)) as found if other and (file := self.file(found, path)):
                return self.origin(file, other, steps - 1)
            case ast.Name(id=other) if other != name:
                return self.origin(path, other, steps - 1)
        return path, name

    def _binding(self, binding: Binding, scope: Scope, steps: int) -> Kind:
        if not steps:
            return "unknown"
        match binding:
            case ast.FunctionDef():
                return self._function(binding, scope, steps - 1)
            case ast.AsyncFunctionDef() if not binding.decorator_list:
                return "asgi" if _positional(binding) == (3, 3) else "unknown"
            case Import(name=""):
                return "module"
            case Import():
                return self._imported(binding, scope, steps - 1)
            case ast.expr():
                return self._value(binding, scope, steps - 1)
            case ast.AsyncFunctionDef() | ast.ClassDef() | None:
                return "unknown"

    def _imported(self, binding: Import, scope: Scope, steps: int) -> Kind:
        path = self.file(binding, scope.path)
        return self.of(path, binding.name, steps) if path else "unknown"

    def file(self, binding: Import, importer: str) -> str:
        """The file of the module that a name is imported from; "" if it is not in the tree."""
        folder = posixpath.dirname(importer)
        if binding.level:
            for _ in range(binding.level - 1):
                folder = posixpath.dirname(folder)
            roots: Sequence[str] = (folder,)
        else:
            roots = (*self.roots, module_of(self.tree, importer)[0])
        if not binding.module:
            init = posixpath.join(folder, "__init__.py")
            return init if init in self.tree.paths else ""
        return find_module(self.tree, binding.module, roots).path

    def _submodule(self, path: str, name: str) -> bool:
        place = posixpath.join(posixpath.dirname(path), name)
        is_package = posixpath.basename(path) == "__init__.py"
        return is_package and f"{place}.py" in self.tree.paths

    def _value(self, value: ast.expr, scope: Scope, steps: int) -> Kind:
        match value:
            case ast.Name():
                return _same(self._binding(each, scope, steps) for each in scope.bindings(value.id))
            case ast.Call(func=ast.Attribute(attr=attr)) if attr in WSGI_METHODS:
                return "wsgi"
            case ast.Call():
                return self._result(value.func, scope, steps)
            case ast.Attribute(attr="server"):  # of Dash
                return "wsgi" if self._value(value.value, scope, steps) == "dash" else "unknown"
            case _:
                return "unknown"

    def _result(self, called: ast.expr, scope: Scope, steps: int) -> Kind:
        """The kind of what a call returns."""
        known = _constructed(self._dotted(called, scope))
        if known != "unknown" or not isinstance(called, ast.Name) or not steps:
            return known
        return _same(self._made_by(each, scope, steps - 1) for each in scope.bindings(called.id))

    def _made_by(self, binding: Binding, scope: Scope, steps: int) -> Kind:
        """The kind of what a function or a class of the project makes."""
        match binding:
            case ast.FunctionDef():
                return self._returned(binding, scope, steps)
            case ast.ClassDef() if _is_app_class(binding):
                return "wsgi"
            case ast.ClassDef():
                return _same(_constructed(self._dotted(base, scope)) for base in binding.bases)
            case Import() if binding.name and (path := self.file(binding, scope.path)):
                code = self.tree.parse(path)
                if code and steps:
                    there = Scope(path, (names_of(code),))
                    found = there.bindings(binding.name)
                    return _same(self._made_by(each, there, steps - 1) for each in found)
        return "unknown"

    def _function(self, function: ast.FunctionDef, scope: Scope, steps: int) -> Kind:
        if function.decorator_list:  # they may make anything of it
            return "unknown"
        if function.name in FACTORIES or self._returned(function, scope, steps) in APPS:
            return "factory with arguments" if _positional(function)[0] else "factory"
        if _is_called_by_wsgi(function.args.args):
            return "wsgi"
        fewest, most = _positional(function)
        if fewest <= 2 <= most:
            return "unknown"
        return "function with arguments" if fewest else "function"

    def _returned(self, function: ast.FunctionDef, scope: Scope, steps: int) -> Kind:
        """The kind of its annotation, else of all that its `return` statements give."""
        if function.returns is not None:
            said = _constructed(self._dotted(function.returns, scope))
            if said != "unknown":
                return said
        inner = Scope(scope.path, (names_of(function), *scope.names))
        values = [each.value for each in _returns(function)]
        return _same(self._value(each, inner, steps) if each else "unknown" for each in values)

    def _dotted(self, called: ast.expr, scope: Scope) -> str:
        """The full name of what is called, such as `flask.Flask`; "" if it has none."""
        names: list[str] = []
        while isinstance(called, ast.Attribute):
            names.insert(0, called.attr)
            called = called.value
        if not isinstance(called, ast.Name):
            return ""
        bindings = scope.bindings(called.id)
        if len(bindings) != 1 or not isinstance(bindings[0], Import) or bindings[0].level:
            return ""
        first = bindings[0]
        return ".".join(part for part in (first.module, first.name, *names) if part)


def _constructed(dotted: str) -> Kind:
    if dotted in WSGI:
        return "wsgi"
    return "dash" if dotted == "dash.Dash" else "asgi" if dotted in ASGI else "unknown"


def _same(kinds: Iterable[Kind]) -> Kind:
    """The kind if all are the same, else unknown."""
    found = set(kinds)
    return found.pop() if len(found) == 1 else "unknown"


def _is_called_by_wsgi(args: Sequence[ast.arg]) -> bool:
    """Whether the arguments have the names that everybody gives those of WSGI."""
    return len(args) == 2 and args[1].arg.strip("_") in ("start_response", "start_resp")


def _is_app_class(code: ast.ClassDef) -> bool:
    """Whether its instances are called as a WSGI app is."""
    return any(
        isinstance(each, ast.FunctionDef)
        and each.name == "__call__"
        and _is_called_by_wsgi(each.args.args[1:])
        for each in code.body
    )


def _positional(function: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[float, float]:
    """How few and how many arguments it takes by position."""
    args = function.args
    most = len(args.posonlyargs) + len(args.args)
    needs_names = any(default is None for default in args.kw_defaults)
    fewest = float("inf") if needs_names else most - len(args.defaults)
    return fewest, float("inf") if args.vararg else most


def _returns(function: ast.FunctionDef) -> list[ast.Return]:
    """Its own `return` statements, not those of functions in it."""
    found: list[ast.Return] = []
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Return):
            found.append(node)
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)
    return found
