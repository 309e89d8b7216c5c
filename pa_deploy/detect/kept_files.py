"""What an app that is not one of Django keeps: its databases, its uploads, and files it writes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from pa_deploy.detect.app_files import FLASK, Project
from pa_deploy.detect.evaluate import Use, Uses, Value, find_uses, options
from pa_deploy.detect.findings import Confidence, Finding
from pa_deploy.detect.tree import Tree

FILES = {
    "sqlite3.connect": "database",
    "sqlite3.dbapi2.connect": "database",
    "aiosqlite.connect": "database",
    "peewee.SqliteDatabase": "database",
    "playhouse.sqlite_ext.SqliteExtDatabase": "database",
    "playhouse.pool.PooledSqliteDatabase": "database",
    "tinydb.TinyDB": "path",
}
"""Functions that open a database by its path, and the name of that argument, the first one."""
URLS = {
    "sqlalchemy.create_engine": "url",
    "sqlalchemy.engine.create_engine": "url",
    "sqlalchemy.ext.asyncio.create_async_engine": "url",
    "sqlmodel.create_engine": "url",
    "playhouse.db_url.connect": "url",
    "dataset.connect": "url",
    "databases.Database": "url",
    "cs50.SQL": "url",
}
"""The same by a URL."""
OPENING = ("open", "io.open", "codecs.open", "pathlib.Path.open")
WRITERS = ("pathlib.Path.write_text", "pathlib.Path.write_bytes")
WRITING = re.compile(r"[wax]b?\+?t?|r\+b?")
WANTED = frozenset(each.rpartition(".")[2] for each in (*FILES, *URLS, *OPENING, *WRITERS, *FLASK))
LOOKED_AT = re.compile(
    r"sqlite|\b(connect|engine|open|SQL|TinyDB|Database|Flask|write_text|write_bytes)\(|upload"
    r"|DATABASE",
    re.IGNORECASE,
)
"""Only files with one of these words can keep something. Others are not looked at by themselves."""
EXTENSION_KEYS = ("SQLALCHEMY_DATABASE_URI", "SQLALCHEMY_BINDS")
OTHER_KEYS = ("DATABASE_URL", "DATABASE_URI", "DATABASE")
UPLOADS = re.compile(r"\w*UPLOAD\w*(FOLDER|DIR|PATH|DEST)\w*|UPLOADS?", re.IGNORECASE)
CODE = (".css", ".js", ".html", ".py")
SQLITE = re.compile(r"sqlite(?:\+\w+)?:///([^?]*)")
FILE_URI = re.compile(r"file:(?://)?([^?]*)(.*)")
OLD_SQLALCHEMY = re.compile(r"flask[-_]sqlalchemy\s*==\s*[012]\.", re.IGNORECASE)
NOT_KEPT = re.compile(r".*\.(py|html|log)|.*[{%\n\\].*|[A-Za-z]:.*", re.DOTALL)
"""Files that are no data of users, and paths that are none here."""
Kept = tuple[str | None, str, Confidence]
"""A path in the tree, and the place that says it."""


def uses_of(tree: Tree, root: str, paths: Sequence[str], variables: Mapping[str, str] = {}) -> Uses:
    """What the files of an app do with databases and files; the first one has the app."""
    looked_at = [each for each in paths[1:] if LOOKED_AT.search(tree.text(each))]
    return find_uses(tree, root, (*paths[:1], *looked_at), WANTED, variables)


def kept_files(project: Project) -> Iterator[Finding]:
    """Databases, folders of uploads, and files that the app writes: what releases share."""
    databases = [*_opened(project), *_of_extension(project)]
    found = [*(databases or _named(project)), *_uploads(project), *_written(project)]
    seen: dict[str, Finding] = {}
    for path, place, confidence in found:
        inside = project.inside(path) if path else None
        if inside and not NOT_KEPT.fullmatch(inside):
            seen.setdefault(inside, Finding("shared", inside, place, confidence))
    above = [each for each in seen if each.endswith("/")]
    for name, finding in seen.items():
        if not any(name != each and name.startswith(each) for each in above):
            yield finding


def _opened(project: Project) -> Iterator[Kept]:
    for use in project.uses.calls:
        name = FILES.get(use.name) or URLS.get(use.name)
        for each in options(use.get(0, name)) if name else ():
            path = _of_url(each) if use.name in URLS else _of_path(each)
            if path:
                yield project.uses.inside(path, project.root), str(use.place), "sure"


def _of_url(value: Value) -> str:
    """The file of SQLite that a URL names; or ""."""
    found = SQLITE.fullmatch(value) if isinstance(value, str) else None
    return found[1] if found and not found[1].startswith(":") else ""


def _of_path(value: Value) -> str:
    """The file of a database; "" for one in memory, and for one that is only read."""
    if not isinstance(value, str | PurePosixPath):
        return ""
    found = FILE_URI.fullmatch(str(value))
    path = found[1] if found else str(value)
    is_file = not path.startswith(":") and not (found and re.search("mode=(ro|memory)", found[2]))
    return path if is_file else ""


def _of_extension(project: Project) -> Iterator[Kept]:
    """Flask-SQLAlchemy looks in the instance folder, older ones beside the app."""
    is_used = any("flask_sqlalchemy" in project.tree.text(each) for each in project.paths)
    is_old = OLD_SQLALCHEMY.search(project.pins) is not None
    uses = project.uses
    base = (uses.root_path if is_old else uses.instance_path) if is_used else project.root
    for key in EXTENSION_KEYS:
        for place, value in uses.settings.get(key, {}).items():
            for each in options(value):
                urls = each.values() if isinstance(each, dict) else (each,)
                for path in filter(None, map(_of_url, urls)):
                    yield uses.inside(path, base), str(place), "sure"


def _named(project: Project) -> Iterator[Kept]:
    """A setting that names a database, if no code that opens one was found."""
    for key in OTHER_KEYS:
        for place, value in project.uses.settings.get(key, {}).items():
            for each in options(value):
                is_path = isinstance(each, PurePosixPath) or str(each).startswith("/")
                path = _of_url(each) or (_of_path(each) if is_path else "")
                if path:
                    yield project.uses.inside(path, project.root), str(place), "sure"


def _uploads(project: Project) -> Iterator[Kept]:
    for key, values in project.uses.settings.items():
        for place, value in values.items() if UPLOADS.fullmatch(key) else ():
            for each in options(value):
                if isinstance(each, str | PurePosixPath) and str(each).strip("./"):
                    path = project.uses.inside(each, project.root)
                    if path and not _has_code(project.tree, path):
                        yield f"{path}/", str(place), "sure"


def _has_code(tree: Tree, folder: str) -> bool:
    """Whether it has files that each release brings anew: shared, they would never change again."""
    return any(each.startswith(f"{folder}/") and each.endswith(CODE) for each in tree.paths)


def _written(project: Project) -> Iterator[Kept]:
    for use in project.uses.calls:
        if use.name in WRITERS or (use.name in OPENING and _writes(use)):
            for each in options(use.get(0, "file")):
                if isinstance(each, str | PurePosixPath):
                    path = project.uses.inside(each, project.root)
                    yield path, str(use.place), "likely"


def _writes(use: Use) -> bool:
    mode = use.get(1, "mode")
    return isinstance(mode, str) and WRITING.fullmatch(mode) is not None
