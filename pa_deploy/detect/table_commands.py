"""What makes the tables of an app that does not make them as it starts: a command, or a script.

Such a command often empties the database first, so it is for `first-run`.
"""

from __future__ import annotations

import ast
import itertools
import posixpath
import re
from collections.abc import Iterator, Sequence
from functools import partial

from pa_deploy.detect.app_files import Project
from pa_deploy.detect.findings import Finding
from pa_deploy.detect.kept import DATABASE
from pa_deploy.detect.names import names_of
from pa_deploy.detect.table_makers import SIGNS, Tables, find_tables, main_blocks, makes_tables
from pa_deploy.detect.tree import nodes_of

NAME = re.compile(r"(init|create|setup|make)[-_]?(db|database|tables?)|db[-_](init|create)")
OLD_FLASK = re.compile(r"^flask\s*[=~<]=\s*([01]\.|2\.[01]\b)", re.IGNORECASE | re.MULTILINE)
"""Its command has no option `--app`, which came with 2.2."""
FUNCTION = re.compile(
    r"(init|initiali[sz]e|create|setup|set_up|make|build)_?(all_)?(db|database|tables?|schema)"
    r"(_\w+)?|(db|database)_(init|create|setup)"
)
ALEMBIC = re.compile(r"^alembic\b", re.IGNORECASE | re.MULTILINE)
UNQUOTABLE = re.compile(r"[\"$`\\\n]")
"""What means something else between a shell's quotes."""
ENDS = ("_command", "_cmd", "_group", "_grp")
"""Click leaves them out where it takes the name of a function for that of a command."""


def table_commands(
    project: Project, modules: set[str], shared: Sequence[Finding]
) -> Iterator[Finding]:
    """At most one, if the app does not make its tables by itself, and none of its databases comes
    with the repository. `modules` are those of packages that it imports.
    """
    script = posixpath.join(project.root, "migrations", "alembic.ini")
    folder = posixpath.join(project.root, "migrations", "versions")
    alembic = posixpath.join(project.root, "alembic.ini")
    tree = project.tree
    tables = find_tables(project)
    kept = [posixpath.join(project.root, each.value) for each in shared]
    if tables.at_start:
        return
    if "flask_migrate" in modules and (script in tree.paths or folder in tree.folders):
        line = _flask_line(project, "db upgrade")
        yield Finding("run", line, posixpath.join(project.root, "migrations"))
    elif alembic in tree.paths and ALEMBIC.search(project.pins):
        yield Finding("run", "python -m alembic upgrade head", alembic, "likely")
    elif not any(path in tree.paths and DATABASE.fullmatch(path) for path in kept):
        surely = (_commands, _scripts, partial(_functions, tables), _main_blocks)
        is_unclear = script in tree.paths or not shared
        ways = surely if is_unclear else (*surely, _models)
        yield from itertools.islice(itertools.chain.from_iterable(way(project) for way in ways), 1)


def _flask_line(project: Project, words: str) -> str:
    """A command of Flask for the app of the project."""
    app = project.app.target.removesuffix("()")
    if OLD_FLASK.search(project.pins):
        return f"FLASK_APP={app} python -m flask {words}"
    return f"python -m flask --app {app} {words}"


def _commands(project: Project) -> Iterator[Finding]:
    for path in project.paths:
        code = project.tree.parse(path) if ".command(" in project.tree.text(path) else None
        for node in nodes_of(code) if code else ():
            name = _command(node) if isinstance(node, ast.FunctionDef) else ""
            if name and isinstance(node, ast.FunctionDef):
                line = _flask_line(project, name)
                yield Finding("first-run", line, f"{path}:{node.lineno}", "likely")


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


def _scripts(project: Project) -> Iterator[Finding]:
    for path in _beside(project):
        stem = posixpath.basename(path).removesuffix(".py")
        if path not in project.paths and NAME.fullmatch(stem):
            yield Finding("first-run", f"python {stem}.py", path, "likely")


def _beside(project: Project) -> Iterator[str]:
    """The Python files at the top of the source that make tables."""
    start = f"{project.root}/" if project.root else ""
    for path in sorted(project.tree.paths):
        name = path.removeprefix(start)
        is_beside = path.startswith(start) and "/" not in name and name.endswith(".py")
        if is_beside and SIGNS.search(project.tree.text(path)):
            yield path


def _functions(tables: Tables, project: Project) -> Iterator[Finding]:
    """A function that nothing calls on a server: best one that a program calls."""
    plain = [each for each in tables.makers if each.is_plain]
    called = [each for each in plain if each.node.name in tables.called]
    for each in (*called, *(each for each in plain if FUNCTION.fullmatch(each.node.name))):
        yield from _python(project, each.path, f"{each.node.name}()", [each.node.name], each.place)


def _main_blocks(project: Project) -> Iterator[Finding]:
    """Statements such as `db.create_all()` below `if __name__ == "__main__"`."""
    for path in dict.fromkeys((*project.paths, *_beside(project))):
        code = project.tree.parse(path) if SIGNS.search(project.tree.text(path)) else None
        for block in main_blocks(code) if code else ():
            for node in nodes_of(block):
                if code and isinstance(node, ast.Expr) and makes_tables(node):
                    used = [each.id for each in nodes_of(node) if isinstance(each, ast.Name)]
                    if all(name in names_of(code).bindings for name in used):
                        said, place = ast.unparse(node), f"{path}:{node.lineno}"
                        yield from _python(project, path, said, used, place)


def _models(project: Project) -> Iterator[Finding]:
    """`db.create_all()` of Flask-SQLAlchemy, if there are models and no code makes the tables."""
    has_models = any("db.Model" in project.tree.text(path) for path in project.paths)
    for path in project.paths if has_models else ():
        code = project.tree.parse(path) if "flask_sqlalchemy" in project.tree.text(path) else None
        for node in code.body if code else ():
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=made)) if (
                    ast.unparse(made).endswith("SQLAlchemy")
                ):
                    place = f"{path}:{node.lineno}"
                    yield from _python(project, path, f"{name}.create_all()", [name], place)
                case _:
                    pass


def _python(
    project: Project, path: str, code: str, names: list[str], place: str
) -> Iterator[Finding]:
    """A line that runs code with names of a file, in the context of an app of Flask."""
    start = f"{project.root}/" if project.root else ""
    bare = path.removeprefix(start).removesuffix(".py").removesuffix("/__init__")
    module = bare.replace("/", ".")
    is_module = all(part.isidentifier() for part in module.split("."))
    app = project.app
    if not is_module or (app.kind == "factory with arguments" and not app.arguments):
        return
    line = f"from {module} import {', '.join(names)}; {code}"
    if project.is_flask:
        made = f"{app.name}({app.arguments})" if app.kind.startswith("factory") else app.name
        line = f"from {app.module} import {app.name}; {made}.app_context().push(); {line}"
    if not UNQUOTABLE.search(line):
        yield Finding("first-run", f'python -c "{line}"', place, "likely")
