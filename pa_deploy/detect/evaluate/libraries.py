"""What functions of the standard library and of well-known packages return."""

from __future__ import annotations

import string
from collections.abc import Callable
from pathlib import PurePosixPath

from pa_deploy.detect.evaluate import environment
from pa_deploy.detect.evaluate.call import Call
from pa_deploy.detect.evaluate.casts import CSV, database
from pa_deploy.detect.evaluate.environment import from_json, from_literal, read
from pa_deploy.detect.evaluate.paths import OS_PATH, PATH_CLASSES, exists, is_path, make_path
from pa_deploy.detect.evaluate.readers import CONFIG, ENV, ENV_PATH, ENVIRONS
from pa_deploy.detect.evaluate.run import Run
from pa_deploy.detect.evaluate.values import (
    Environ,
    External,
    File,
    Instance,
    Unknown,
    Value,
    settled,
)

Library = Callable[[Call], Value]
PYTHON = (3, 13, 0, "final", 0)
CONFIGURED = "configurations.values"
ROUTE = "django.urls.path"
INCLUDE = "django.urls.include"
RANDOM = Unknown("it changes at each start")
CONSTANTS: dict[str, Value] = {
    "os.environ": Environ(),
    "os.sep": "/",
    "os.pardir": "..",
    "os.curdir": ".",
    "os.name": "posix",
    "os.linesep": "\n",
    "os.path.sep": "/",
    "os.path.pardir": "..",
    "os.path.curdir": ".",
    "sys.platform": "linux",
    "sys.version_info": PYTHON,
    "sys.maxsize": 2**63 - 1,
    "typing.TYPE_CHECKING": False,
    "string.ascii_letters": string.ascii_letters,
    "string.digits": string.digits,
    "string.punctuation": string.punctuation,
    "decouple.config": Instance(CONFIG),
    "environs.env": Instance(ENVIRONS),
    "django.core.management.utils.get_random_secret_key": External("secrets.token_hex"),
}


def constant(run: Run, name: str) -> Value | None:
    """The value of an external name that is no function; None if it is not known."""
    if name == "sys.path":
        return run.search
    if name == "sys.argv":
        return ["wsgi"]
    return CONSTANTS.get(name)


def call_external(name: str, call: Call) -> Value:
    """The result of a function of a package."""
    known = FUNCTIONS.get(name)
    if known is not None:
        return known(call)
    module, _, kind = name.rpartition(".")
    if module == CONFIGURED:
        default = call.get(0, "default")
        return Instance(CONFIGURED, {**call.named, "kind": kind, "default": default})
    return Unknown(f"the result of {name}")


def _getenv(call: Call) -> Value:
    return read(call.run, call.get(0, "key"), call.line, call.get(1, "default"))


def _database(call: Call) -> Value:
    url = read(call.run, call.get(1, "env", "DATABASE_URL"), call.line, call.get(0, "default"))
    return database(settled(url))


def _parsed(call: Call) -> Value:
    return database(settled(call.get(0, "url")))


def _opened(call: Call) -> Value:
    """A file of the tree. One that is missing is noted, or raises if the code expects that."""
    path = call.get(0, "file")
    if "w" in str(call.get(1, "mode", "r")) or not is_path(path):
        return Unknown("a file")
    run = call.run
    place = run.relative(str(path))
    if place is not None and place in run.tree.paths:
        return File(place)
    if place is not None and exists(run, str(path)) is False:
        if not run.catches("FileNotFoundError", "OSError", "IOError"):
            run.miss(call.line, place)
        return run.fail(("FileNotFoundError", "OSError"), f"{place} is not there")
    return Unknown(f"the content of {path}")


def _env_file(call: Call) -> Value:
    """`RepositoryEnv(".env")` raises if the file is not there. No release has such a file."""
    path = call.get(0, "source")
    place = call.run.relative(str(path)) if is_path(path) else None
    if place is not None:
        kinds = ("FileNotFoundError", "OSError")
        if not call.run.catches(*kinds):
            call.run.miss(call.line, place)
        call.run.fail(kinds, f"{place} is not there")
    return Instance("decouple.RepositoryEnv")


def file_method(file: File, name: str, call: Call) -> Value:
    text = content(call.run, file)
    if name == "read" and not call.args:
        return text
    if name in ("readline", "readlines"):
        lines = text.splitlines(keepends=True) if isinstance(text, str) else None
        if lines is not None:
            call.run.spend(1 + len(lines))
            return lines if name == "readlines" else (lines or [""])[0]
    return None if name == "close" else Unknown("the content of a file")


def content(run: Run, file: File) -> Value:
    data = run.tree.read(file.path)
    if data is None or len(data) > 200_000:
        return Unknown(f"the content of {file.path}")
    run.spend(1 + len(data) // 64)
    return data.decode("utf-8-sig", "replace")


def _json_file(call: Call) -> Value:
    file = call.get(0, "fp")
    return from_json(content(call.run, file)) if isinstance(file, File) else Unknown("a JSON file")


def _first(call: Call) -> Value:
    return call.get(0, "message")


def _none(_: Call) -> Value:
    return None


def _csv(call: Call) -> Value:
    given = {"cast": call.get(0, "cast"), "delimiter": call.get(1, "delimiter", ",")}
    return Instance(CSV, {**given, "post_process": call.get(3, "post_process")})


def _env_path(call: Call) -> Value:
    path = make_path(call)
    if not isinstance(path, PurePosixPath):
        return path
    return Instance(ENV_PATH, {"path": path})


def _route(call: Call) -> Value:
    """`path(…)` and the like, as an object that has the route and the view."""
    given = {"route": call.get(0, "route", call.named.get("regex")), "view": call.get(1, "view")}
    return Instance(ROUTE, given)


def _included(call: Call) -> Value:
    given = call.get(0, "arg")
    return Instance(INCLUDE, {"urls": given[0] if isinstance(given, tuple) and given else given})


FUNCTIONS: dict[str, Library] = {
    **{f"os.path.{name}": function for name, function in OS_PATH.items()},
    **{f"pathlib.{name}": make_path for name in PATH_CLASSES},
    "os.getenv": _getenv,
    "os.environ.get": _getenv,
    "os.getcwd": lambda call: call.run.absolute(call.run.root),
    "pathlib.Path.cwd": lambda call: PurePosixPath(call.run.absolute(call.run.root)),
    "pathlib.Path.home": lambda call: PurePosixPath(f"/home/{call.run.user}"),
    "os.makedirs": _none,
    "os.mkdir": _none,
    "os.fspath": lambda call: str(call.get(0, "path")) if is_path(call.get(0, "path")) else None,
    "os.chdir": _none,
    "platform.system": lambda _: "Linux",
    "open": _opened,
    "io.open": _opened,
    "codecs.open": _opened,
    "json.load": _json_file,
    "json.loads": lambda call: from_json(call.get(0, "s")),
    "ast.literal_eval": lambda call: from_literal(call.get(0, "node_or_string")),
    "distutils.util.strtobool": lambda call: environment.as_bool(call.get(0, "val")),
    "decouple.Csv": _csv,
    "decouple.AutoConfig": lambda _: Instance(CONFIG),
    "decouple.Config": lambda _: Instance(CONFIG),
    "decouple.RepositoryEnv": _env_file,
    "decouple.RepositoryIni": _env_file,
    "environ.Env": lambda call: Instance(ENV, {"schema": dict(call.named)}),
    "environ.Env.read_env": _none,
    "environ.FileAwareEnv": lambda call: Instance(ENV, {"schema": dict(call.named)}),
    "environ.Path": _env_path,
    "environs.Env": lambda _: Instance(ENVIRONS),
    "dj_database_url.config": _database,
    "dj_database_url.parse": _parsed,
    "dotenv.load_dotenv": lambda _: True,
    "dotenv.find_dotenv": lambda _: ".env",
    "dotenv.read_dotenv": _none,
    "dotenv.dotenv_values": lambda _: {},
    "django.utils.translation.gettext_lazy": _first,
    "django.utils.translation.gettext": _first,
    "django.utils.translation.ugettext_lazy": _first,
    "django.utils.translation.ugettext": _first,
    "django.urls.reverse_lazy": _first,
    **{f"django.urls.{name}": _route for name in ("path", "re_path")},
    "django.conf.urls.url": _route,
    "django.urls.include": _included,
    "django.conf.urls.include": _included,
    "secrets.token_hex": lambda _: RANDOM,
    "secrets.token_urlsafe": lambda _: RANDOM,
    "secrets.token_bytes": lambda _: RANDOM,
    "random.choice": lambda _: RANDOM,
    "secrets.choice": lambda _: RANDOM,
    "uuid.uuid4": lambda _: RANDOM,
    "pymysql.install_as_MySQLdb": _none,
    "split_settings.tools.optional": lambda call: Instance(
        "split_settings.tools.optional", {"path": call.get(0, "filename")}
    ),
    "pydantic_settings.SettingsConfigDict": lambda call: dict(call.named),
    "print": _none,
    "warnings.warn": _none,
    "warnings.filterwarnings": _none,
}
PACKAGES = {
    "django",
    "configurations",
    "pydantic",
    *(name.partition(".")[0] for name in (*FUNCTIONS, *CONSTANTS)),
}
"""Packages that are known, even if no file lists them."""

STAR_NAMES = {
    "flask": ("Flask",),
    "peewee": ("SqliteDatabase",),
    "playhouse.sqlite_ext": ("SqliteExtDatabase",),
    "sqlalchemy": ("create_engine",),
    "sqlite3": ("connect",),
    "sqlmodel": ("create_engine",),
}
"""What `from PACKAGE import *` brings, as far as somebody asks for it."""
