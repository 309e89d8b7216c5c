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

NAME = re.compile(r"(init|create|setup|make)[-_]?(db|database|tables?)|db[-_](init|create)")
OLD_FLASK = re.compile(r"^flask\s*[=~<]=\s*([01]\.|2\.[01]\b)", re.IGNORECASE | re.MULTILINE)
"""Its command has no option `--app`, which came with 2.2."""
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
                line = flask_line(project, name)
                yield Finding("first-run", line, f"{path}:{node.lineno}", "likely")
                return
    yield from _script(project)


def flask_line(project: Project, words: str) -> str:
    """A command of Flask for the app of the project."""
    app = project.app.target.removesuffix("()")
    if OLD_FLASK.search(project.pins):
        return f"FLASK_APP={app} python -m flask {words}"
    return f"python -m flask --app {app} {words}"


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
        stem, end = posixpath.splitext(name)
        is_named = is_beside and end == ".py" and NAME.fullmatch(stem)
        if is_named and MAKES_TABLES.search(project.tree.text(path)):
            yield Finding("first-run", f"python {name}", path, "likely")
            return
