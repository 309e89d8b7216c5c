"""Warn of paths that should be in `shared` and are not, and of those that should not be."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from pa_deploy.detect.modules import find_manage_py
from pa_deploy.detect.ranking import is_aside, listed
from pa_deploy.detect.tree import Tree
from pa_deploy.errors import Problem
from pa_deploy.loader.paths import covers
from pa_deploy.model import WantedRelease

DATABASE = re.compile(r"(?!.*\bthumbs\.db$).+\.(sqlite3?|db3?)", re.IGNORECASE | re.DOTALL)
MIGRATES = re.compile(r"\bmanage\.py\s+migrate\b|\bdjango(-admin|\s+-m)?\s+migrate\b")
SETTINGS = re.compile(r"(.*/)?(settings[^/]*\.py|settings/[^/]+\.py)", re.DOTALL)
COMMENT_LINE = re.compile(rb"^\s*#.*$", re.MULTILINE)
SQLITE = b"django.db.backends.sqlite3"
NAME = re.compile(rb"""\bNAME\b["']?\s*[:=]\s*([^\n}]*)""")
TEXT = re.compile(rb"""["']([^"'{]+)["']""")
ELSEWHERE = re.compile(
    rb"""environ|getenv|env\(|config\(|\.parent|\.\.|["'](/|~|:mem|file:)|expanduser|home\("""
)
"""In the name of a database: it is not in the release, or the settings do not tell where it is."""
OF_A_DATABASE = re.compile(r"DATABASE|SQLITE|(^|_)DB(_|$)")
"""Names of variables that may say where the database is."""


def kept_cautions(
    wanted: WantedRelease, tree: Tree, databases: tuple[str, ...]
) -> Iterator[Problem]:
    """`databases` are files that begin as SQLite's do, whatever their names."""
    yield from _kept_code(wanted, tree)
    named = (path for path in tree.paths if DATABASE.fullmatch(path))
    found = sorted(path for path in {*databases, *named} if not is_aside(path))
    lost = [path for path in found if not covers(wanted.shared, path)]
    for path in lost:
        said = f"{path} is in the release, not in `shared`. Each deploy starts with the copy from "
        advice = f"{_add(path, wanted)}, unless the app only reads it."
        yield Problem("shared", f"{said}the repository.", advice=advice)
    if not found and not wanted.shared:
        yield from _made_by_migrate(wanted, tree)


def _kept_code(wanted: WantedRelease, tree: Tree) -> Iterator[Problem]:
    code = sorted(
        path
        for path in tree.paths
        if path.endswith(".py") and posixpath.basename(path) != "__init__.py"
    )
    for each in wanted.shared:
        inside = [path for path in code if covers((each,), path)]
        if inside:
            said = f'"{each}" has code: {listed(inside)}. Deploys do not change shared files, so '
            said += "later versions of that code would never go live."
            advice = f'Remove "{each}", and share only what the app writes.'
            yield Problem("shared", said, advice=advice)


def _made_by_migrate(wanted: WantedRelease, tree: Tree) -> Iterator[Problem]:
    """Django's, by the settings that are in the release."""
    lines = (*wanted.run, *wanted.first_run)
    names = (name for name, _ in (*wanted.variables, *wanted.env))
    if not any(map(MIGRATES.search, lines)) or any(map(OF_A_DATABASE.search, names)):
        return
    for path in sorted(path for path in tree.paths if SETTINGS.fullmatch(path)):
        text = COMMENT_LINE.sub(b"", tree.read(path) or b"")
        name = NAME.search(text, text.find(SQLITE)) or NAME.search(text)
        if SQLITE not in text or (name and ELSEWHERE.search(name[1])):
            continue
        file = _file_in(name[1]) if name else ""
        folder = posixpath.dirname((*find_manage_py(tree.paths), "")[0])
        place = posixpath.normpath(posixpath.join(folder, file)) if file else ""
        said = "`migrate` makes the database in the release, so each deploy starts with a new "
        advice = f"{_add(place, wanted)}." if place else "Add the path of the database to `shared`."
        yield Problem("shared", f"{said}one ({path}).", advice=advice)
        return


def _file_in(code: bytes) -> str:
    """The path in an expression such as `BASE_DIR / "data" / "x.db"`; "" if it is unclear."""
    parts: list[str] = []
    for each in TEXT.finditer(code):
        parts.append(each[1].decode("utf-8", "replace"))
        if "." in parts[-1]:
            return "/".join(parts)
    return ""


def _add(path: str, wanted: WantedRelease) -> str:
    return f"Add {path} to `shared`" if wanted.shared else f"Add `shared: {path}`"
