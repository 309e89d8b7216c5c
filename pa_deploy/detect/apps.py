"""The apps of a project: top-level names that are followed to a constructor of a framework."""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pa_deploy.detect.kinds import ASGI, FACTORIES, WSGI, WSGI_METHODS, Kind, Kinds
from pa_deploy.detect.modules import module_of
from pa_deploy.detect.names import Binding, names_of
from pa_deploy.detect.ranking import is_aside
from pa_deploy.detect.tree import Tree

MOST_FILES = 2000
DEEPEST = 6
FILE_SCORES = {"wsgi": 20, "flask_app": 19, "bottle_app": 19, "app": 18, "application": 17}
OTHER_FILES = ("main", "server", "run", "index", "__init__", "api", "asgi")
NAME_SCORES = {"application": 4, "app": 5, "server": 5}
KIND_SCORES: dict[Kind, int] = {
    "wsgi": 0,
    "dash": 0,
    "factory": -8,
    "factory with arguments": -12,
    "asgi": -30,
}
ENDS: dict[Kind, str] = {"dash": ".server", "factory": "()"}
"""What the input `app` has after a name of this kind."""
CALLER = "pa_wsgi.py"
"""A file that calls a factory with arguments."""
HAND_MADE_SCORE = 15
"""Penalty of a WSGI file made for PythonAnywhere by hand: it has paths of an account in it."""
ENTERS_FOLDER = re.compile(rb"^[^#\n]*\b(?:chdir\(|sys\.path\b)", re.MULTILINE)
HOME_PATH = re.compile(rb"""^[^#\n]*["'](/home/[\w./-]+)["']""", re.MULTILINE)
ASIDE_SCORE = -60
MENTION = re.compile(
    rb"^[ \t]*(app|application|server)\s*[:=]|\bstart_resp"
    rb"|\bimport\b.*\b(app|application|server)\b|\b(%s)\b"
    % "|".join(
        {*FACTORIES, *WSGI_METHODS, "Dash"}
        | {name.rpartition(".")[2] for name in (*WSGI, *ASGI)} - {"app"}
    ).encode(),
    re.MULTILINE,
)
"""Only files with one of these words can have an app. Others are not parsed."""

TOLD: dict[str, Kind] = {
    **dict.fromkeys(("Flask", "Bottle"), "wsgi"),
    **dict.fromkeys(("FastAPI", "Quart", "Starlette"), "asgi"),
    "Dash": "dash",
}
MADE = re.compile(rf"^(\w+)\s*=\s*(?:\w+\.)?({'|'.join(TOLD)})\(", re.MULTILINE)
PYTHON_2 = re.compile(r"""^[ \t]*(print\s+["'\w]|except\s+\w+\s*,\s*\w+:)""", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class App:
    """An app in the file `path`: `name` of `module`, if Python searches the folder `root`.

    `arguments` are those that a start line gives to a factory, as it writes them.
    """

    path: str
    root: str
    module: str
    name: str
    kind: Kind
    arguments: str = ""

    @property
    def target(self) -> str:
        """The value of the input `app` for it. An input calls a factory without arguments."""
        if self.arguments:
            return f"{CALLER.removesuffix('.py')}:application"
        return f"{self.module}:{self.name}{ENDS.get(self.kind, '')}"


def find_apps(tree: Tree, roots: Sequence[str] = ("",)) -> tuple[App, ...]:
    """All apps, the most likely first."""
    files = sorted(
        (path for path in tree.paths if path.endswith(".py") and path.count("/") < DEEPEST),
        key=lambda path: (path.count("/"), path),
    )
    kinds = Kinds(tree, roots)
    apps = [app for path in files[:MOST_FILES] for app in _apps_in(path, kinds)]
    return tuple(sorted(apps, key=lambda app: (-score(app, tree), app.path, app.name)))


def folder_entered(tree: Tree, path: str) -> str:
    """The folder of an account that a file enters or puts on Python's path; or ""."""
    text = tree.read(path) or b""
    found = HOME_PATH.search(text) if ENTERS_FOLDER.search(text) else None
    return found[1].decode() if found else ""


def _apps_in(path: str, kinds: Kinds) -> list[App]:
    if not MENTION.search(kinds.tree.read(path) or b""):
        return []
    code = kinds.tree.parse(path)
    root, module = module_of(kinds.tree, path)
    if code is None:
        return [App(path, root, module, name, kind) for name, kind in _told(kinds.tree.text(path))]
    return [
        App(path, root, module, name, kind)
        for name, bindings in names_of(code).bindings.items()
        if (name in NAME_SCORES or any(_may_be_app(each) for each in bindings))
        and (kind := kinds.of(path, name)) in KIND_SCORES
    ]


def _told(text: str) -> list[tuple[str, Kind]]:
    """Names and kinds in a file of a newer Python than this one, none if it is of Python 2."""
    if PYTHON_2.search(text):
        return []
    found: list[tuple[str, Kind]] = [(each[1], TOLD[each[2]]) for each in MADE.finditer(text)]
    return found


def _may_be_app(binding: Binding) -> bool:
    return isinstance(binding, ast.Call | ast.FunctionDef)


def score(app: App, tree: Tree) -> int:
    """How likely it is that this one is deployed."""
    stem = posixpath.basename(app.path).removesuffix(".py")
    score = FILE_SCORES.get(stem, 11 if stem in OTHER_FILES else 0)
    is_hand_made = "pythonanywhere" in stem or folder_entered(tree, app.path)
    score -= HAND_MADE_SCORE if is_hand_made else 0
    score += NAME_SCORES.get(app.name, 0) + KIND_SCORES[app.kind]
    return score - 6 * app.path.count("/") + (ASIDE_SCORE if is_aside(app.path) else 0)
