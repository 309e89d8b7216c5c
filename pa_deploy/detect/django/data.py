"""Databases: which file is kept between releases, and what another server needs."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from pathlib import PurePosixPath

from pa_deploy.detect.django.project import Settings, why
from pa_deploy.detect.django.static import Static
from pa_deploy.detect.evaluate import Absent, Either, Unknown, Value
from pa_deploy.detect.findings import Finding
from pa_deploy.errors import Problem

ABOUT_DATABASES = re.compile(r"DB|DATABASE|SQL|POSTGRES|URL", re.IGNORECASE)
SQLITE = ("sqlite3", "spatialite")
SERVERS = {"mysql": "MySQL", "postgresql": "Postgres", "postgis": "Postgres", "oracle": "Oracle"}
IN_MEMORY = (":memory:", "file:memory")
DATABASE_ENDS = (
    ".sqlite3",
    ".sqlite",
    ".db",
    ".gitkeep",
    ".gitignore",
    ".keep",
    "-wal",
    "-journal",
)


def find_databases(settings: Settings) -> Static:
    """What DATABASES needs; `collects` tells whether there is one to migrate."""
    value = settings.value("DATABASES", default={})
    if isinstance(value, Either | Unknown):
        return _each_option(settings, value)
    if not isinstance(value, dict):
        return Static()
    found = [_one(settings, each) for each in value.values()]
    has_any = bool(value.get("default")) or bool(needed_variables(settings))
    return _joined(found, has_any=has_any)


def needed_variables(settings: Settings) -> frozenset[str]:
    """The variables without which there is no database: their default is nothing."""
    value = settings.value("DATABASES", default={})
    default = value.get("default") if isinstance(value, dict) else None
    if not isinstance(default, dict):
        return frozenset()
    names = settings.sources("DATABASES")
    if not default:
        return frozenset(name for name in names if ABOUT_DATABASES.search(name))
    parts = (default.get(key) for key in ("ENGINE", "NAME", "USER", "PASSWORD", "HOST"))
    return frozenset(each.variable for each in parts if isinstance(each, Absent))


def _joined(found: list[Static], *, has_any: bool) -> Static:
    values = dict.fromkeys(each for one in found for each in one.values)
    problems = dict.fromkeys(each for one in found for each in one.problems)
    notes = dict.fromkeys(each for one in found for each in one.notes)
    needed = next((one.needed for one in found if one.needed), "")
    return Static(tuple(values), tuple(problems), tuple(notes), has_any, needed)


def _each_option(settings: Settings, value: Either | Unknown) -> Static:
    """A database that depends on something: all options, with what decides."""
    options = value.options if isinstance(value, Either) else ()
    known = [each for each in options if isinstance(each, dict)]
    found = [_one(settings, each.get("default")) for each in known]
    said = f"It is not known which database is used: {why(value)}."
    advice = "If it is SQLite on PythonAnywhere, add the path of its file to `shared`."
    note = settings.problem("shared", said, advice, "DATABASES")
    joined = _joined(found, has_any=True)
    likely = [Finding(each.input_name, each.value, each.place, "likely") for each in joined.values]
    return Static(tuple(likely), joined.problems, (note, *joined.notes), collects=True)


def _one(settings: Settings, database: Value) -> Static:
    """One of the databases, by its settings."""
    if isinstance(database, Either):
        return _any_of(settings, database, lambda each: each)
    if isinstance(database, Unknown) or not isinstance(database, dict):
        return Static(notes=_unclear(settings, database)) if database else Static()
    for key in ("ENGINE", "NAME"):
        part = database.get(key)
        if isinstance(part, Either):
            return _any_of(settings, part, _with(database, key))
    engine = database.get("ENGINE")
    kind = engine.rpartition(".")[2] if isinstance(engine, str) else ""
    if kind in SQLITE:
        return _sqlite(settings, database.get("NAME"))
    if kind in SERVERS:
        return Static(notes=(_server(settings, SERVERS[kind]),))
    is_open = isinstance(engine, Unknown | Absent)
    return Static(notes=_unclear(settings, engine)) if is_open else Static()


def _any_of(settings: Settings, value: Either, make: Callable[[Value], Value]) -> Static:
    options = tuple({"default": make(each)} for each in value.options)
    return _each_option(settings, Either(options, value.condition))


def _with(database: dict[Value, Value], key: str) -> Callable[[Value], Value]:
    return lambda value: {**database, key: value}


def _unclear(settings: Settings, value: Value) -> tuple[Problem, ...]:
    is_absent = isinstance(value, Absent)
    reason = f"{value.variable} is not set" if is_absent else why(value) or "it is unclear"
    said = f"The database is not known: {reason}."
    advice = "If it is a SQLite file, add its path to `shared`."
    return (settings.problem("shared", said, advice, "DATABASES"),)


def _sqlite(settings: Settings, name: Value) -> Static:
    if not isinstance(name, str | PurePosixPath) or not str(name):
        return Static(notes=_unclear(settings, name)) if name else Static()
    text = str(name)
    if text.startswith(IN_MEMORY):
        return Static()
    file = settings.folder(name)
    if not file:
        base = posixpath.basename(text.replace("\\", "/")) or "db.sqlite3"
        said = f"The database is {text}, which is outside the release."
        line = f'"NAME": {settings.below_base(base)}'
        return Static(
            problems=(settings.problem("shared", said, f"Write `{line}`.", "DATABASES"),),
            needed=base,
        )
    return Static((Finding("shared", _kept(settings, file), settings.place("DATABASES")),))


def _kept(settings: Settings, file: str) -> str:
    """The file, or its folder if that is one of its own: files of SQLite come beside it."""
    folder = posixpath.dirname(file)
    start = settings.project.path(f"{folder}/")
    others = [
        path
        for path in settings.project.tree.paths
        if path.startswith(start) and not path.endswith(DATABASE_ENDS)
    ]
    return f"{folder}/" if folder and not others else file


def _server(settings: Settings, name: str) -> Problem:
    said = f"The database is {name}."
    if name == "MySQL":
        advice = (
            "Create it on the Databases page of PythonAnywhere. Its host is "
            f"{settings.project.hints.username or 'USERNAME'}.mysql.pythonanywhere-services.com. "
            "New free accounts have no MySQL."
        )
    elif name == "Postgres":
        advice = "PythonAnywhere has Postgres only for paid accounts that have added it."
    else:
        advice = f"PythonAnywhere does not offer {name}. Your server must be reachable from there."
    return settings.problem("env", said, advice, "DATABASES")
