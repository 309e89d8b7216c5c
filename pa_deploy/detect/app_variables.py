"""The variables of the environment that an app reads, if it is not one of Django."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence

from pa_deploy.detect.findings import Variable
from pa_deploy.detect.secret_names import is_secret_name
from pa_deploy.detect.tree import Tree, nodes_of

ENVIRON = ("os.environ", "environ")
GETTERS = ("os.environ.get", "environ.get", "os.getenv", "getenv")
CONFIGS = ("config", "decouple.config", "env", "env.str", "env.int", "env.bool", "env.list")
LAST = {each.rpartition(".")[2] for each in (*GETTERS, *CONFIGS)}
SETTINGS_BASES = ("BaseSettings", "pydantic_settings.BaseSettings", "pydantic.BaseSettings")
NOTHING = ast.Module([], [])
CONDITIONS = (ast.IfExp, ast.BoolOp, ast.Lambda, ast.comprehension)
"""What may keep a part of a statement from being carried out."""
MENTION = re.compile(r"environ|getenv|BaseSettings|\bconfig\(|\benv[.(]")
"""Only files with one of these words can read a variable. Others are not parsed."""
NOT_OURS = (
    *("PORT", "HOST", "HOME", "PATH", "USER", "PWD", "VERCEL", "DYNO", "PYTHONPATH", "LANG"),
    *("SHELL", "LOGNAME", "TEMP", "TMP", "USERPROFILE", "APPDATA", "LOCALAPPDATA"),
    *("PYTHONANYWHERE_DOMAIN", "PYTHONANYWHERE_SITE"),
)
"""Those of the system or of a host: nobody has to set them."""
GIVEN = re.compile(
    r"PA_DEPLOY_\w+|HTTP_\w+|wsgi\..*|REQUEST_METHOD|REQUEST_URI|PATH_INFO|QUERY_STRING"
    r"|SCRIPT_NAME|SERVER_\w+|REMOTE_\w+|CONTENT_(TYPE|LENGTH)"
)
"""Those that pa-deploy sets, and what WSGI calls `environ` too."""
SETTINGS = re.compile(r"(^|/)(settings|config|conf)[^/]*(\.py$|/)|/management/commands/")
"""Files of Django whose variables are found by another way, or that no page needs."""


def app_variables(tree: Tree, paths: Sequence[str]) -> tuple[Variable, ...]:
    """Each once: one that is needed somewhere is needed."""
    found: dict[str, Variable] = {}
    reading = [path for path in paths if MENTION.search(tree.text(path))]
    for path in reading:
        code = tree.parse(path)
        for each in _reads(nodes_of(code), path) if code else ():
            before = found.get(each.name)
            if before is None or (before.default is not None and each.default is None):
                found[each.name] = each
    own = _assigned(tree, reading)
    return tuple(
        each
        for name, each in found.items()
        if name not in NOT_OURS and name not in own and not GIVEN.fullmatch(name)
    )


def read_at_import(tree: Tree, paths: Sequence[str]) -> frozenset[str]:
    """The names of those that are read whenever a file is imported, whatever else is so."""
    names: set[str] = set()
    for path in paths:
        code = tree.parse(path) if MENTION.search(tree.text(path)) else None
        for statement in _plain(code.body) if code else ():
            nodes = list(ast.walk(statement))
            if not any(isinstance(each, CONDITIONS) for each in nodes):
                names |= {each.name for each in _reads(nodes, path)}
    return frozenset(names)


def _plain(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a file and of its classes that no condition guards."""
    for each in body:
        if isinstance(each, ast.ClassDef):
            yield from _plain(each.body)
        elif isinstance(each, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Expr):
            yield each


def besides_settings(
    tree: Tree, paths: Sequence[str], known: Sequence[Variable]
) -> tuple[Variable, ...]:
    """Those that other modules of a Django project need, such as its views."""
    others = [
        path
        for path in paths
        if not SETTINGS.search(path) and "INSTALLED_APPS" not in tree.text(path)
    ]
    names = {each.name for each in known}
    found = app_variables(tree, others)
    return tuple(each for each in found if each.default is None and each.name not in names)


def _reads(nodes: Iterable[ast.AST], path: str) -> Iterator[Variable]:
    for node in nodes:
        match node:
            case ast.Subscript(value=held, slice=ast.Constant(value=str(name)), ctx=ast.Load()) if (
                ast.unparse(held) in ENVIRON
            ):
                yield _variable(name, path, node.lineno, None)
            case ast.Call(func=func, args=[ast.Constant(value=str(name)), *rest]):
                if _last(func) in LAST:
                    yield from _asked(ast.unparse(func), name, node, rest, path)
            case ast.ClassDef(bases=bases) if any(ast.unparse(b) in SETTINGS_BASES for b in bases):
                yield from _fields(node, path)


def _last(func: ast.expr) -> str:
    """The last part of the name of what is called; to write out the whole name takes long."""
    match func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _asked(
    func: str, name: str, call: ast.Call, rest: Sequence[ast.expr], path: str
) -> Iterator[Variable]:
    given = [*rest[:1], *(each.value for each in call.keywords if each.arg == "default")]
    is_set = given and not (isinstance(given[0], ast.Constant) and given[0].value is None)
    default = ast.unparse(given[0]) if is_set else ""
    if func in GETTERS:
        yield _variable(name, path, call.lineno, default)
    elif func in CONFIGS and name.isupper():
        yield _variable(name, path, call.lineno, default if given else None)


def _fields(settings: ast.ClassDef, path: str) -> Iterator[Variable]:
    """The fields of pydantic's settings: each is a variable."""
    for each in settings.body:
        match each:
            case ast.AnnAssign(target=ast.Name(id=name), value=value) if name != "model_config":
                default = ast.unparse(value) if value else None
                is_required = default in (None, "...", "Field(...)")
                yield _variable(name.upper(), path, each.lineno, None if is_required else default)


def _variable(name: str, path: str, line: int, default: str | None) -> Variable:
    return Variable(name, f"{path}:{line}", default, is_secret=is_secret_name(name))


def _assigned(tree: Tree, paths: Sequence[str]) -> set[str]:
    """Variables that the code sets by itself."""
    return {
        node.slice.value
        for path in paths
        for node in nodes_of(tree.parse(path) or NOTHING)
        if isinstance(node, ast.Subscript)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.slice, ast.Constant)
        and isinstance(node.slice.value, str)
        and ast.unparse(node.value) in ENVIRON
    }
