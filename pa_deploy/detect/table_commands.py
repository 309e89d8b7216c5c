"""What makes the tables of an app that does not make them as it starts: a command, or a script.

Such a command often empties the database first, so it is for `first-run`.
"""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Iterator

from pa_deploy.detect.app_files import Project
from pa_deploy.detect.findings import Finding
from pa_deploy.detect.tree import nodes_of

NAME = re.compile(
    r"(init|create|setup|make)[-_]?(the[-_])?(db|database|tables?)|db[-_](init|create)"
)
MAKES_TABLES = re.compile(r"\bcreate_all\(|\bCREATE TABLE\b|\bexecutescript\(", re.IGNORECASE)
ENDS = ("_command", "_cmd", "_group", "_grp")
"""Click leaves them out where it takes the name of a function for that of a command."""


def table_commands(project: Project) -> Iterator[Finding]:
    """At most one: a command of Flask, else a script beside the app."""
    for path in project.paths:
        code = project.tree.parse(path) if ".command(" in project.tree.text(path) else None
        for node in nodes_of(code) if code else ():
            name = _command(node) if isinstance(node, ast.FunctionDef) else ""
            if name and isinstance(node, ast.FunctionDef):
                app = project.app.target.removesuffix("()")
                line = f"python -m flask --app {app} {name}"
                yield Finding("first-run", line, f"{path}:{node.lineno}", "likely")
                return
    yield from _script(project)


def _command(function: ast.FunctionDef) -> str:
    """The name of the command that a function is, if it is one that makes tables; or ""."""
    for each in function.decorator_list:
        if isinstance(each, ast.Call) and ast.unparse(each.func).endswith(".command"):
            given = each.args[0] if each.args else None
            name = given.value if isinstance(given, ast.Constant) else _by_click(function.name)
            if isinstance(name, str) and NAME.fullmatch(name):
                return name
    return ""


def _by_click(name: str) -> str:
    end = next((each for each in ENDS if name.endswith(each)), "")
    return name.removesuffix(end).replace("_", "-")


def _script(project: Project) -> Iterator[Finding]:
    start = f"{project.root}/" if project.root else ""
    for path in sorted(project.tree.paths):
        name = path.removeprefix(start)
        is_beside = path.startswith(start) and "/" not in name and path not in project.paths
        if is_beside and name.endswith(".py") and NAME.fullmatch(posixpath.splitext(name)[0]):
            if MAKES_TABLES.search(project.tree.text(path)):
                yield Finding("first-run", f"python {name}", path, "likely")
                return
