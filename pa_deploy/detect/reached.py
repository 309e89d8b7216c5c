"""The files of a project that an app imports, and what they import from packages."""

from __future__ import annotations

import ast
import functools
import posixpath
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pa_deploy.detect.modules import find_module
from pa_deploy.detect.names import HOLDERS
from pa_deploy.detect.ranking import is_aside
from pa_deploy.detect.tree import Tree, nodes_of
from pa_deploy.module_names import package_of

MOST_FILES = 500
IMPORT = re.compile(r"[ \t]*(?:from|import)[ \t]+([A-Za-z_][\w.]*)")
DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
IMPLIED = {
    "ImageField": "PIL",
    "EmailStr": "email_validator",
    "Jinja2Templates": "jinja2",
    "OAuth2PasswordRequestForm": "multipart",
    "UploadFile": "multipart",
    "sqlalchemy.ext.asyncio": "greenlet",
    "sqlite+aiosqlite": "aiosqlite",
    "mysql+mysqlconnector:": "mysql",
    "mysql+pymysql:": "pymysql",
    "postgresql+asyncpg:": "asyncpg",
    "postgresql+psycopg2:": "psycopg2",
}
"""What a package imports by itself if the code has such a text."""
SERVERS = {
    "django.db.backends.mysql": "MySQLdb",
    "django.db.backends.postgresql": "psycopg2",
}
"""The same of databases, of which settings may have several: only one is used."""
BROUGHT = frozenset(
    (
        *("PIL", "aiohttp", "alembic", "anyio", "asgiref", "attr", "babel", "blinker", "bs4"),
        *("certifi", "click", "cryptography", "dateutil", "django", "flask", "google", "httpx"),
        *("itsdangerous", "jinja2", "joblib", "jwt", "lxml", "markupsafe", "numpy", "oauthlib"),
        *("packaging", "pandas", "pkg_resources", "plotly", "pydantic", "pytz", "requests"),
        *("rich", "scipy", "setuptools", "six", "sqlalchemy", "sqlparse", "starlette", "typer"),
        *("tzlocal", "urllib3", "uvicorn", "werkzeug", "wtforms", "yaml"),
    )
)
"""Modules of packages that others often bring along, so a list may well leave them out."""
LISTED = ("APPS", "MIDDLEWARE")
"""How the names of lists of apps end, such as THIRD_PARTY_APPS."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A module that is not of the project: its first name, and the place of the import.

    `is_optional`: the code goes on without it.
    """

    module: str
    place: str
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Reached:
    """Files of the project, in the order in which they are found; and modules of packages."""

    paths: tuple[str, ...]
    wanted: tuple[Wanted, ...]


def reached_from(tree: Tree, starts: Sequence[str], root: str) -> Reached:
    """All files that the first ones import, in functions too, and those that `app.config` reads."""
    waiting = list(starts)
    paths: dict[str, None] = dict.fromkeys(waiting)
    wanted: dict[str, Wanted] = {}
    while waiting and len(paths) <= MOST_FILES:
        path = waiting.pop(0)
        code = tree.parse(path)
        waiting += [file for file in _configs(tree, path, root) if file not in paths]
        paths.update(dict.fromkeys(waiting))
        for each in _imports(code) if code else _told(tree.text(path)):
            for module in each.modules:
                found = _files(tree, path, module, each.level, root)
                waiting += [file for file in found if file not in paths]
                paths.update(dict.fromkeys(found))
            if not each.level and not _is_local(tree, each.modules[0], path, root):
                first = each.modules[0].partition(".")[0]
                named = each.modules[0] if first == "google" else first
                place = f"{path}:{each.line}"
                before = wanted.get(named)
                if before is None or (before.is_optional and not each.is_optional):
                    wanted[named] = Wanted(named, place, each.is_optional)
    return Reached(tuple(paths), tuple(wanted.values()))


def _configs(tree: Tree, path: str, root: str) -> Iterator[str]:
    """The modules that Flask's `from_object` names in texts, such as `config.Production`."""
    code = tree.parse(path) if "from_object" in tree.text(path) else None
    for node in nodes_of(code) if code else ():
        match node:
            case ast.Call(func=ast.Attribute(attr="from_object"), args=[given]):
                texts = (each for each in ast.walk(given) if isinstance(each, ast.Constant))
                for name in (
                    str(each.value) for each in texts if DOTTED.fullmatch(str(each.value))
                ):
                    yield from _files(tree, path, name, 0, root)
            case _:
                pass


def code_files(tree: Tree, root: str) -> tuple[str, ...]:
    """All Python files of a folder, without tests, examples and the like."""
    inside = (path for path in tree.paths if path.endswith(".py"))
    below = (path for path in inside if not root or path.startswith(f"{root}/"))
    return tuple(sorted(path for path in below if not is_aside(path.removeprefix(f"{root}/"))))


def surely_wanted(reached: Reached) -> tuple[Wanted, ...]:
    """The imports that fail unless a list of packages has them."""
    return tuple(
        each for each in reached.wanted if not each.is_optional and each.module not in BROUGHT
    )


def implied_modules(
    tree: Tree, paths: Sequence[str], implied: Mapping[str, str] = IMPLIED
) -> tuple[Wanted, ...]:
    """Modules that no code imports, but a package that it uses."""
    found: dict[str, Wanted] = {}
    for path in paths:
        text = tree.text(path)
        for sign, module in implied.items():
            at = text.find(sign)
            if at >= 0:
                place = f"{path}:{text.count(chr(10), 0, at) + 1}"
                found.setdefault(module, Wanted(module, place))
    return tuple(found.values())


def named_modules(tree: Tree, paths: Sequence[str]) -> tuple[Wanted, ...]:
    """Modules that Django's settings name in texts, and what its databases need."""
    servers = implied_modules(tree, paths, SERVERS)
    found = {each.module: each for each in servers}
    for path in paths:
        text = tree.text(path)
        code = tree.parse(path) if "INSTALLED_APPS" in text else None
        for node in nodes_of(code) if code else ():
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                first = node.value.partition(".")[0]
                if first.isidentifier() and package_of(first) and "/" not in node.value:
                    found.setdefault(first, Wanted(first, f"{path}:{node.lineno}"))
    return tuple(found.values())


def installed_apps(tree: Tree, paths: Sequence[str], root: str) -> tuple[Wanted, ...]:
    """The modules of packages that Django's settings list as apps or as middleware."""
    found: dict[str, Wanted] = {}
    for path in paths:
        code = tree.parse(path) if "INSTALLED_APPS" in tree.text(path) else None
        for node in nodes_of(code) if code else ():
            if isinstance(node, ast.Assign | ast.AugAssign) and _lists_apps(node):
                for each in ast.walk(node.value):
                    if isinstance(each, ast.Constant) and isinstance(each.value, str):
                        first = each.value.partition(".")[0]
                        if first.isidentifier() and not _is_local(tree, first, path, root):
                            found.setdefault(first, Wanted(first, f"{path}:{each.lineno}"))
    return tuple(found.values())


def _lists_apps(node: ast.Assign | ast.AugAssign) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return any(isinstance(each, ast.Name) and each.id.endswith(LISTED) for each in targets)


@dataclass(frozen=True, slots=True)
class _Imported:
    """An import statement: the modules that it may mean, the first one for sure."""

    modules: tuple[str, ...]
    level: int
    line: int
    is_optional: bool


def _told(text: str) -> Iterator[_Imported]:
    """The imports of a file of a newer Python than this one, as its lines tell."""
    for number, line in enumerate(text.splitlines(), 1):
        found = IMPORT.match(line)
        if found:
            yield _Imported((found[1],), 0, number, is_optional=bool(line[:1].isspace()))


@functools.lru_cache(maxsize=1024)
def _imports(code: ast.Module) -> tuple[_Imported, ...]:
    return tuple(_imported(code))


def _imported(code: ast.Module) -> Iterator[_Imported]:
    waiting: list[tuple[ast.AST, bool]] = [(code, False)]
    while waiting:
        node, optional = waiting.pop()
        match node:
            case ast.Import():
                for alias in node.names:
                    yield _Imported((alias.name,), 0, node.lineno, optional)
            case ast.ImportFrom():
                base = node.module or ""
                inner = tuple(f"{base}.{alias.name}".lstrip(".") for alias in node.names)
                yield _Imported((base, *inner), node.level, node.lineno, optional)
            case ast.Try() if _catches_imports(node):
                waiting += [(each, True) for each in (*node.body, *node.handlers, *node.orelse)]
            case ast.If() if _is_for_types(node.test):
                waiting += [(each, optional) for each in node.orelse]
            case _:
                below = (each for each in ast.iter_child_nodes(node) if isinstance(each, HOLDERS))
                waiting += [(each, optional) for each in below]


def _catches_imports(node: ast.Try) -> bool:
    caught = " ".join(
        ast.unparse(each.type) if each.type else "Exception" for each in node.handlers
    )
    return any(name in caught for name in ("ImportError", "ModuleNotFoundError", "Exception"))


def _is_for_types(test: ast.expr) -> bool:
    return ast.unparse(test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING", "__name__ == '__main__'")


def _files(tree: Tree, importer: str, module: str, level: int, root: str) -> list[str]:
    """The files that are run to import a module: those of its packages too."""
    if level:
        folder = posixpath.dirname(importer)
        for _ in range(level - 1):
            folder = posixpath.dirname(folder)
        roots: Sequence[str] = (folder,)
    else:
        roots = (root, posixpath.dirname(importer))
    parts = module.split(".") if module else []
    names = (".".join(parts[: count + 1]) for count in range(len(parts)))
    found = (find_module(tree, name, roots).path for name in names)
    return [path for path in found if path]


def _is_local(tree: Tree, module: str, importer: str, root: str) -> bool:
    first = module.partition(".")[0]
    if first in sys.stdlib_module_names or first == "__future__":
        return True
    return find_module(tree, first, (root, posixpath.dirname(importer), "")).state == "here"
