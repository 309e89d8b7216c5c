"""Texts and paths that a piece of code gives, as far as they stand in its file."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass

from pa_deploy.detect.names import Binding, names_of
from pa_deploy.detect.tree import Tree

STEPS = 8
HERE = "\0here"
"""Stands for the file itself in a path."""
ROOTS = ("app.root_path", "current_app.root_path")
INSTANCES = ("app.instance_path", "current_app.instance_path")
INSTANCE = "instance"
"""Flask's folder for what an app writes: beside the module of the app, or beside its package."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text. `is_here`: it is a path that the code has made from that of its own file, now one
    of the tree.
    """

    value: str
    is_here: bool = False


@dataclass(frozen=True, slots=True)
class Constants:
    """Reads expressions in the file `path`."""

    path: str
    bindings: Mapping[str, tuple[Binding, ...]]
    packages: int = 0
    """In how many packages the file is, one in the other."""

    @classmethod
    def of(cls, tree: Tree, path: str) -> Constants:
        code = tree.parse(path)
        folder, packages = posixpath.dirname(path), 0
        while folder and f"{folder}/__init__.py" in tree.paths:
            folder, packages = posixpath.dirname(folder), packages + 1
        return cls(path, names_of(code).bindings if code else {}, packages)

    def text(self, value: ast.expr) -> Text | None:
        found = self._read(value, STEPS)
        if found is None:
            return None
        if HERE not in found:
            return Text(found)
        if found.startswith(("sqlite:///" + HERE, HERE)):
            place = posixpath.normpath(found.removeprefix("sqlite:///").replace(HERE, self.path))
            return Text(place, is_here=True)
        return None

    def _read(self, value: ast.expr, steps: int) -> str | None:
        found: str | None = None
        match value:
            case _ if not steps:
                pass
            case ast.Constant(value=str(text)):
                found = text
            case ast.Name(id="__file__"):
                found = HERE
            case ast.Name(id=name):
                found = self._named(name, steps)
            case ast.BinOp(left=left, op=ast.Add() | ast.Div() as op, right=right):
                between = "" if isinstance(op, ast.Add) else "/"
                found = self._together([left, right], steps, between)
            case ast.JoinedStr(values=values):
                found = self._together(values, steps, "")
            case ast.FormattedValue(value=inner):
                found = self._read(inner, steps - 1)
            case ast.Attribute():
                found = self._attribute(value, steps)
            case ast.Call():
                found = self._called(value, steps)
            case _:
                pass
        return found

    def _named(self, name: str, steps: int) -> str | None:
        found = self.bindings.get(name, ())
        one = found[0] if len(found) == 1 else None
        return self._read(one, steps - 1) if isinstance(one, ast.expr) else None

    def _attribute(self, value: ast.Attribute, steps: int) -> str | None:
        name = ast.unparse(value)
        if name in ROOTS:
            return f"{HERE}/.."
        if name in INSTANCES:
            return f"{HERE}{'/..' * (self.packages + 1)}/{INSTANCE}"
        inner = self._read(value.value, steps - 1) if value.attr == "parent" else None
        return None if inner is None else f"{inner}/.."

    def _called(self, call: ast.Call, steps: int) -> str | None:
        name = ast.unparse(call.func).rpartition(".")[2]
        match name:
            case "join":
                return self._together(call.args, steps, "/")
            case "Path" | "abspath" | "realpath" | "str" | "normpath" | "PurePath":
                return self._together(call.args, steps, "/")
            case "resolve" | "absolute" | "as_posix" if isinstance(call.func, ast.Attribute):
                return self._read(call.func.value, steps - 1)
            case "dirname" if call.args:
                inner = self._read(call.args[0], steps - 1)
                return None if inner is None else f"{inner}/.."
            case "get" | "getenv" | "setdefault" if len(call.args) == 2:
                return self._read(call.args[1], steps - 1)
        return None

    def _together(self, values: list[ast.expr], steps: int, between: str) -> str | None:
        parts = [self._read(each, steps - 1) for each in values]
        known = [part for part in parts if part is not None]
        if len(known) < len(parts) and (between or not known[:1] or HERE not in known[0]):
            return None  # only what may stand before a path, as `sqlite:///` does, can be missing
        return between.join(known) if known else None
