"""Text of a variable, turned into what the code asked for: a bool, a list, a database."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from pa_deploy.detect.evaluate.call import Call
from pa_deploy.detect.evaluate.environment import as_bool, as_int, as_list, from_json
from pa_deploy.detect.evaluate.operators import text_of
from pa_deploy.detect.evaluate.values import (
    Absent,
    Either,
    External,
    Function,
    Instance,
    Unknown,
    Value,
)

ENGINES = {
    "sqlite": "sqlite3",
    "sqlite3": "sqlite3",
    "postgres": "postgresql",
    "postgresql": "postgresql",
    "psql": "postgresql",
    "pgsql": "postgresql",
    "mysql": "mysql",
    "mysql2": "mysql",
    "postgis": "postgis",
}
CSV = "decouple.Csv"


def cast(value: Value, how: Value, call: Call, *, is_strict: bool = False) -> Value:
    """The value as `cast=how` makes it."""
    if isinstance(value, Unknown | Absent | Either) or value is None:
        return value
    match how:
        case None:
            return value
        case External(name=name):
            return _plain(value, name, is_strict=is_strict)
        case [External()]:
            return as_list(value)
        case Instance(of=name) if name == CSV:
            return split(value, how, call)
        case Function():
            return how.call(call.with_args(value))
        case _:
            return Unknown("the value is converted")


def _plain(value: Value, name: str, *, is_strict: bool) -> Value:
    """The value as one of Python's own types."""
    if name == "bool":
        return as_bool(value, is_strict=is_strict)
    if name == "int":
        return as_int(value)
    if name == "str":
        found = text_of(value)
        return value if found is None else found
    if name in ("list", "tuple", "set"):
        return as_list(value)
    is_dict = name == "dict" and isinstance(value, dict)
    return value if is_dict else Unknown("the value is converted")


def split(value: Value, csv: Instance, call: Call) -> Value:
    """What a `Csv()` of decouple makes of a text."""
    delimiter = csv.attributes.get("delimiter", ",")
    parts = as_list(value, delimiter if isinstance(delimiter, str) and delimiter else ",")
    how = csv.attributes.get("cast")
    if not isinstance(parts, list):
        return parts
    found = [cast(each, how, call) for each in parts] if how is not None else parts
    after = csv.attributes.get("post_process")
    is_tuple = isinstance(after, External) and after.name == "tuple"
    return tuple(found) if is_tuple else found


def of_type(value: Value, kind: str, call: Call) -> Value:
    """The value as a method such as `env.list()` makes it."""
    if isinstance(value, Unknown | Absent | Either):
        return value
    match kind:
        case "bool":
            return as_bool(value)
        case "int":
            return as_int(value)
        case "list" | "tuple":
            delimiter = call.named.get("delimiter", ",")
            return as_list(value, delimiter if isinstance(delimiter, str) and delimiter else ",")
        case "json":
            return from_json(value) if isinstance(value, str) else value
        case "db" | "db_url" | "dj_db_url":
            return database(value)
        case "str" | "url" | "unicode" | "path" | "float":
            return value
        case _:
            return Unknown(f"a {kind} from a variable")


def database(url: Value) -> Value:
    """The settings of a database that its address tells, as dj-database-url reads it."""
    if isinstance(url, dict) or url is None:
        return {} if url is None else url
    if not isinstance(url, str):
        return url if isinstance(url, Unknown | Either) else Unknown("the database is not known")
    try:
        parts = urlsplit(url)
        port: Value = parts.port or ""
    except ValueError:
        return Unknown("the address of the database cannot be read")
    engine = ENGINES.get(parts.scheme.partition("+")[0])
    if not engine:
        return (
            Unknown(f"the address of the database begins with {parts.scheme[:30]}") if url else {}
        )
    name = unquote(parts.path[1:])
    if engine == "sqlite3":
        name = name or ":memory:"
    return {
        "ENGINE": f"django.db.backends.{engine}",
        "NAME": name,
        "USER": parts.username or "",
        "PASSWORD": parts.password or "",
        "HOST": parts.hostname or "",
        "PORT": port,
    }
