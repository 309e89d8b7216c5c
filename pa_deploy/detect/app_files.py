"""What a Flask app or another one serves, keeps and needs, as its code tells."""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pa_deploy.detect.apps import App
from pa_deploy.detect.constants import Constants, Text
from pa_deploy.detect.findings import Confidence, Finding
from pa_deploy.detect.kinds import FACTORIES
from pa_deploy.detect.modules import module_of
from pa_deploy.detect.names import HOLDERS
from pa_deploy.detect.tree import Tree, nodes_of
from pa_deploy.errors import Problem

DATABASE_KEYS = ("SQLALCHEMY_DATABASE_URI", "DATABASE_URL", "DATABASE_URI", "DATABASE")
UPLOADS = re.compile(r"\w*UPLOAD\w*(FOLDER|DIR|PATH|DEST)\w*|UPLOADS?", re.IGNORECASE)
KEEPS = re.compile(r"\b(connect|create_engine|open)\(|DATABASE|(?i:upload)")
"""Only files with one of these words can keep something. Others are not parsed."""
WRITING = re.compile(r"[wa]b?\+?t?|r\+b?|[wax]")
SQLITE = "sqlite:///"
OLD_SQLALCHEMY = re.compile(r"flask[-_]sqlalchemy\s*==\s*[012]\.", re.IGNORECASE)
HOME = re.compile(r"""["'](/home/[\w.-]+/[^"'\n]*)["']""")
THREADS = {
    "flask_socketio": "WebSockets do not work in web apps on PythonAnywhere: Socket.IO only polls.",
    "celery": "Celery needs a worker process, which a web app on PythonAnywhere cannot have. Use "
    "a scheduled task or an always-on task instead.",
    "apscheduler": "APScheduler runs in a thread of the app, and PythonAnywhere may stop the app's "
    "processes at any time. Use a scheduled task instead.",
}


@dataclass(frozen=True, slots=True)
class Project:
    """The files of an app: `paths` are those that it imports; `pins` is its dependency file."""

    tree: Tree
    root: str
    app: App
    paths: tuple[str, ...]
    pins: str

    def inside(self, path: str) -> str | None:
        """A path of the tree, relative to the root; None if it is outside."""
        if not self.root:
            return None if path.startswith("..") else path
        below = path.startswith(f"{self.root}/")
        return path.removeprefix(f"{self.root}/") if below else None


def static_mappings(project: Project) -> Iterator[Finding]:
    """The static folder of Flask, if it has files and no code."""
    for path in project.paths:
        code = project.tree.parse(path)
        for node in nodes_of(code) if code else ():
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("Flask", "flask.Flask"):
                yield from _static(project, path, node)
                return


def _static(project: Project, path: str, made: ast.Call) -> Iterator[Finding]:
    said = {each.arg: each.value for each in made.keywords if each.arg}
    constants = Constants.of(project.tree, path)
    folder = _argument(said.get("static_folder"), constants, "static")
    url = _argument(said.get("static_url_path"), constants, "")
    if not folder:
        return
    here = posixpath.dirname(path)
    place = (
        folder.value if folder.is_here else posixpath.normpath(posixpath.join(here, folder.value))
    )
    inside = project.inside(place)
    files = [each for each in project.tree.paths if each.startswith(f"{place}/")]
    if not inside or not files or any(each.endswith(".py") for each in files):
        return
    name = posixpath.basename(place)
    address = url.value.strip("/") if url and url.value else name
    if address:
        where = f"{path}:{made.lineno}"
        yield Finding("static-files", f"/{address}/ = {inside}", where)


def _argument(value: ast.expr | None, constants: Constants, default: str) -> Text | None:
    if value is None:
        return Text(default)
    if isinstance(value, ast.Constant) and value.value is None:
        return None
    return constants.text(value)


def kept_files(project: Project) -> Iterator[Finding]:
    """Databases, folders of uploads, and files that the app writes: what releases share."""
    seen: dict[str, Finding] = {}
    for path in project.paths:
        code = project.tree.parse(path) if KEEPS.search(project.tree.text(path)) else None
        if code is None:
            continue
        constants = Constants.of(project.tree, path)
        for node in nodes_of(code):
            for name, is_sure in _kept_by(project, node, constants):
                line = getattr(node, "lineno", 1)
                confidence: Confidence = "sure" if is_sure else "likely"
                seen.setdefault(name, Finding("shared", name, f"{path}:{line}", confidence))
    above = [each for each in seen if each.endswith("/")]
    for name, finding in seen.items():
        if not any(name != each and name.startswith(each) for each in above):
            yield finding


def _kept_by(project: Project, node: ast.AST, constants: Constants) -> Iterator[tuple[str, bool]]:
    match node:
        case ast.Assign(targets=[target], value=value) if key := _key(target):
            yield from _setting(project, key, value, constants)
        case ast.Call(func=ast.Attribute(attr="from_mapping" | "update"), args=[], keywords=given):
            for each in given:
                yield from _setting(project, each.arg or "", each.value, constants)
        case ast.Call(func=func, args=[first, *rest]):
            name = ast.unparse(func)
            text = constants.text(first)
            if text and name in ("sqlite3.connect", "create_engine", "sqlalchemy.create_engine"):
                yield from _file(project, text, is_sure=True)
            elif text and name == "open" and _writes(node, rest):
                yield from _file(project, text, is_sure=False)
        case _:
            pass


def _key(target: ast.expr) -> str:
    """The name that is assigned to: a variable, an attribute, or a key of a config."""
    match target:
        case ast.Subscript(slice=ast.Constant(value=str(key))):
            return key
        case ast.Name(id=key) | ast.Attribute(attr=key):
            return key
        case _:
            return ""


def _setting(
    project: Project, key: str, value: ast.expr, constants: Constants
) -> Iterator[tuple[str, bool]]:
    if key in DATABASE_KEYS:
        for text in _database_texts(value, constants):
            if text.is_here:
                yield from _file(project, text, is_sure=True)
            elif text.value.startswith(SQLITE):
                yield from _relative_database(project, text.value)
    elif UPLOADS.fullmatch(key) and (folder := constants.text(value)):
        for name, is_sure in _file(project, folder, is_sure=True):
            yield f"{name.rstrip('/')}/", is_sure


def _database_texts(value: ast.expr, constants: Constants) -> Iterator[Text]:
    """Each text that a setting may have: `os.environ.get("X") or "sqlite:///…"` has one."""
    parts = value.values if isinstance(value, ast.BoolOp) else [value]
    yield from filter(None, map(constants.text, parts))


def _relative_database(project: Project, url: str) -> Iterator[tuple[str, bool]]:
    """SQLite's file: Flask-SQLAlchemy looks in the instance folder, older ones in the package."""
    file = url.removeprefix(SQLITE).partition("?")[0]
    if not file or file.startswith((":", "/")):
        return
    uses_extension = any("flask_sqlalchemy" in project.tree.text(each) for each in project.paths)
    if not uses_extension:
        base = project.root
    elif OLD_SQLALCHEMY.search(project.pins):
        base = posixpath.dirname(project.app.path)
    else:
        base = posixpath.join(module_of(project.tree, project.app.path)[0], "instance")
    yield from _file(
        project, Text(posixpath.normpath(posixpath.join(base, file)), is_here=True), is_sure=True
    )


def _writes(call: ast.Call, rest: Sequence[ast.expr]) -> bool:
    modes = [*rest[:1], *(each.value for each in call.keywords if each.arg == "mode")]
    return any(
        isinstance(each, ast.Constant) and WRITING.fullmatch(str(each.value)) for each in modes
    )


def _file(project: Project, text: Text, *, is_sure: bool) -> Iterator[tuple[str, bool]]:
    """A path below the root; one that is relative is so to the folder that the app runs in."""
    value = text.value.removeprefix(SQLITE).removeprefix("./")
    if not text.is_here and value.startswith(("/", "~", ":")):
        return
    inside = project.inside(value) if text.is_here else posixpath.normpath(value)
    if not inside or inside.startswith("..") or inside == "." or "\n" in inside:
        return
    if inside.endswith((".py", ".html", ".log")) or "{" in inside or "%" in inside:
        return
    yield inside, is_sure


def makes_tables(project: Project) -> str:
    """Where the app makes its tables as it starts, as `db.create_all()` does; or ""."""
    for path in project.paths:
        code = project.tree.parse(path) if "create_all(" in project.tree.text(path) else None
        waiting: list[ast.AST] = [code] if code else []
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.Expr) and "create_all(" in ast.unparse(node):
                return f"{path}:{node.lineno}"
            inner = (each for each in ast.iter_child_nodes(node) if isinstance(each, HOLDERS))
            waiting += [each for each in inner if _runs_at_start(each, project.app.name)]
    return ""


def _runs_at_start(node: ast.AST, factory: str) -> bool:
    match node:
        case ast.FunctionDef(name=name):
            return name in (*FACTORIES, factory)
        case ast.If(test=test):
            return "__main__" not in ast.unparse(test)
        case _:
            return not isinstance(node, ast.ClassDef | ast.AsyncFunctionDef)


def foreign_paths(project: Project) -> Iterator[Problem]:
    """Absolute paths of somebody's account, which are elsewhere in a release."""
    for path in project.paths:
        for number, line in enumerate(project.tree.text(path).splitlines(), 1):
            found = HOME.search(line) if not line.lstrip().startswith("#") else None
            if found:
                said = f'{path}:{number} has the path "{found[1]}". Releases are in other folders.'
                rest = "/".join(found[1].split("/")[4:]) or "."
                advice = f'Write `os.path.join(os.path.dirname(__file__), "{rest}")` instead.'
                yield Problem("source", said, advice=advice)
                break


def what_will_not_work(modules: Sequence[str]) -> Iterator[Problem]:
    for module, said in THREADS.items():
        if module in modules:
            yield Problem("app", said)
