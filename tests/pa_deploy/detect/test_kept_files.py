"""What an app of Flask, or another one, keeps between releases: databases, uploads, its files."""

from __future__ import annotations

import pytest

from pa_deploy.detect.project import Known, find_project
from tests.pa_deploy.detect.project import FLASK, tree

EXTENSION = f"import os\nfrom flask_sqlalchemy import SQLAlchemy\n{FLASK}"
HERE = "HERE = os.path.abspath(os.path.dirname(__file__))\n"
KEY = 'app.config["SQLALCHEMY_DATABASE_URI"] = '
SQLITE = f"import os\nimport sqlite3\nfrom pathlib import Path\n{FLASK}"
API = "from fastapi import FastAPI\napp = FastAPI()\n"


def shared(files: dict[str, str]) -> list[str]:
    """What must be in `shared`; what is only likely has a question mark."""
    found = find_project(tree(files), Known()).findings.values
    return [
        each.value + ("" if each.confidence == "sure" else "?")
        for each in found
        if each.input_name == "shared"
    ]


@pytest.mark.parametrize(
    ("code", "path"),
    [
        (f'{KEY}"sqlite:///x.db"', "instance/x.db"),
        (f'URI = "sqlite:///x.db"\n{KEY}URI', "instance/x.db"),
        (f'{KEY}os.environ.get("DATABASE_URL", "sqlite:///x.db")', "instance/x.db"),
        (f'{KEY}os.getenv("DATABASE_URL", default="sqlite:///x.db")', "instance/x.db"),
        (f'{KEY}os.environ.get("DATABASE_URL") or "sqlite:///x.db"', "instance/x.db"),
        (f'{KEY}os.environ["D"] if "D" in os.environ else "sqlite:///x.db"', "instance/x.db"),
        (f'{KEY}os.getenv("D", "sqlite:///x.db").replace("postgres:", "p:")', "instance/x.db"),
        (f'from decouple import config\n{KEY}config("D", default="sqlite:///x")', "instance/x"),
        (f'app.config.update({{"{KEY[12:35]}": "sqlite:///x.db"}})', "instance/x.db"),
        (f'app.config.from_mapping({KEY[12:35]}="sqlite:///x.db")', "instance/x.db"),
        (f'app.config.setdefault("{KEY[12:35]}", "sqlite:///x.db")', "instance/x.db"),
        ('app.config["SQLALCHEMY_BINDS"] = {"a": "sqlite:///a.db"}', "instance/a.db"),
        (f'{HERE}{KEY}"sqlite:///" + os.path.join(HERE, "x.db")', "x.db"),
        (f'{HERE}{KEY}f"sqlite:///{{HERE}}/x.db"', "x.db"),
        (f'{HERE}{KEY}"sqlite:///%s/x.db" % HERE', "x.db"),
        (f'{HERE}{KEY}"sqlite:///{{}}".format(os.path.join(HERE, "x.db"))', "x.db"),
        (f'{KEY}"sqlite:///" + os.path.join(app.instance_path, "x.db")', "instance/x.db"),
    ],
)
def test_a_database_of_flask_sqlalchemy(code: str, path: str) -> None:
    assert shared({"app.py": f"{EXTENSION}{code}\n"}) == [path]


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://x/y",
        "sqlite:////tmp/x.db",
        r"sqlite:///C:\\x.db",
    ],
)
def test_a_database_that_is_elsewhere(url: str) -> None:
    assert shared({"app.py": f'{EXTENSION}{KEY}"{url}"\n'}) == []


CONFIG = (
    'class Base:\n    pass\nclass Live(Base):\n    SQLALCHEMY_DATABASE_URI = "sqlite:///x.db"\n'
)


@pytest.mark.parametrize(
    ("code", "config"),
    [
        ("from config import Live\napp.config.from_object(Live)", CONFIG),
        ('app.config.from_object("config.Live")', CONFIG),
        ('app.config.from_object(os.environ.get("SETTINGS", "config.Live"))', CONFIG),
        ("import config\napp.config.from_object(config)", CONFIG.splitlines()[3].strip()),
        ('app.config.from_pyfile("config.py")', CONFIG.splitlines()[3].strip()),
    ],
)
def test_a_database_in_a_config(code: str, config: str) -> None:
    assert shared({"app.py": f"{EXTENSION}{code}\n", "config.py": config}) == ["instance/x.db"]


@pytest.mark.parametrize(
    ("pin", "path"),
    [("Flask-SQLAlchemy==2.5.1", "shop/x.db"), ("Flask-SQLAlchemy", "instance/x.db")],
)
def test_old_versions_look_in_the_package(pin: str, path: str) -> None:
    files = {
        "shop/__init__.py": f'{EXTENSION}{KEY}"sqlite:///x.db"\n',
        "run.py": "from shop import app\n",
        "requirements.txt": f"flask\n{pin}\n",
    }

    assert shared(files) == [path]


OF_A_CLASS = """
class Db:
    def __init__(self, path="x.db"):
        self.path = path
    def get(self):
        return sqlite3.connect(self.path)
"""


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ('sqlite3.connect("x.db")', "x.db"),
        ('sqlite3.connect(database="x.db")', "x.db"),
        ('sqlite3.connect("file:x.db?mode=rwc", uri=True)', "x.db"),
        ('import sqlite3 as sql\nsql.connect("x.db")', "x.db"),
        ('from sqlite3 import connect\nconnect("x.db")', "x.db"),
        ('sqlite3.connect(os.path.join(os.getcwd(), "x.db"))', "x.db"),
        ('sqlite3.connect(os.path.join(app.root_path, "x.db"))', "x.db"),
        (
            'DB = Path(__file__).resolve().parent / "data" / "x.db"\nsqlite3.connect(DB)',
            "data/x.db",
        ),
        ('DB = Path("data") / "x.db"\nsqlite3.connect(str(DB))', "data/x.db"),
        ('app.config["DB"] = "x.db"\ndef get():\n    sqlite3.connect(app.config["DB"])', "x.db"),
        (
            'app.config["DB"] = "x.db"\ndef get():\n    sqlite3.connect(app.config.get("DB"))',
            "x.db",
        ),
        (
            'DB = "x.db"\napp.config.from_object(__name__)\nsqlite3.connect(app.config["DB"])',
            "x.db",
        ),
        ('def get():\n    path = "x.db"\n    return sqlite3.connect(path)', "x.db"),
        ('def get(path="x.db"):\n    with sqlite3.connect(path) as db:\n        yield db', "x.db"),
        ('@app.route("/")\ndef page():\n    if not 0:\n        sqlite3.connect("x.db")', "x.db"),
        (
            "class Db:\n    def __init__(self, path):\n        sqlite3.connect(path)\nDb('x.db')",
            "x.db",
        ),
        (OF_A_CLASS, "x.db"),
        ('from peewee import SqliteDatabase\nSqliteDatabase("x.db")', "x.db"),
        ('from playhouse.db_url import connect\nconnect("sqlite:///x.db")', "x.db"),
        ('from tinydb import TinyDB\nTinyDB("x.json")', "x.json"),
        ('from cs50 import SQL\nSQL("sqlite:///x.db")', "x.db"),
        ('import sqlalchemy as sa\nsa.create_engine("sqlite:///./x.db")', "x.db"),
        ('UPLOAD_FOLDER = "static/uploads"', "static/uploads/"),
        ('app.config["UPLOAD_FOLDER"] = os.path.join(app.root_path, "up")', "up/"),
        ('class Files:\n    pass\nFiles.UPLOAD_DIR = "up"', "up/"),
        ('with open("x.json", "w") as file:\n    pass', "x.json?"),
        ('NAME = "x.json"\ndef keep():\n    open(NAME, mode="a")', "x.json?"),
        ('Path("x.txt").write_text("")', "x.txt?"),
        ('(Path(app.root_path) / "x.txt").open("w")', "x.txt?"),
    ],
)
def test_what_an_app_opens(code: str, path: str) -> None:
    assert shared({"app.py": f"{SQLITE}{code}\n"}) == [path]


@pytest.mark.parametrize(
    "code",
    [
        'sqlite3.connect(":memory:")',
        'sqlite3.connect("/tmp/x.db")',
        'sqlite3.connect("file:x.db?mode=ro", uri=True)',
        "sqlite3.connect(os.environ['DB'])",
        'open("x.json")',
        'open("x.log", "w")',
        'if __name__ == "__main__":\n    sqlite3.connect("x.db")',
    ],
)
def test_what_an_app_does_not_keep(code: str) -> None:
    assert shared({"app.py": f"{SQLITE}{code}\n"}) == []


@pytest.mark.parametrize(
    ("db", "code"),
    [
        ('DB = "x.db"\n', "from db import DB\nsqlite3.connect(DB)"),
        ('DB = "x.db"\n', "import db\nsqlite3.connect(db.DB)"),
        ('class Names:\n    DB = "x.db"\n', "from db import Names\nsqlite3.connect(Names.DB)"),
        (
            "def connect(p):\n    import sqlite3\n    sqlite3.connect(p)\n",
            "import db\ndb.connect('x.db')",
        ),
    ],
)
def test_a_database_that_another_module_names(db: str, code: str) -> None:
    assert shared({"app.py": f"{SQLITE}{code}\n", "db.py": db}) == ["x.db"]


SETTINGS = """
from pydantic_settings import BaseSettings
from sqlalchemy import create_engine
class Settings(BaseSettings):
    url: str = "sqlite:///./x.db"
create_engine(Settings().url)
"""


@pytest.mark.parametrize(
    "code",
    [
        'from sqlmodel import create_engine\nNAME = "x.db"\ncreate_engine(f"sqlite:///{NAME}")',
        'import sqlalchemy.ext.asyncio as a\na.create_async_engine("sqlite+aiosqlite:///./x.db")',
        'import aiosqlite\nasync def get():\n    return await aiosqlite.connect("x.db")',
        'import aiosqlite\nasync def get():\n async with aiosqlite.connect("x.db"):\n  pass',
        'import databases\ndatabases.Database("sqlite:///x.db")',
        SETTINGS,
    ],
)
def test_a_database_of_an_asgi_app(code: str) -> None:
    assert shared({"main.py": f"{API}{code}\n"}) == ["x.db"]


def test_each_value_that_a_condition_leaves_open() -> None:
    code = 'import random\nname = "a.db" if random.random() else "b.db"\nsqlite3.connect(name)\n'

    assert shared({"app.py": f"{SQLITE}{code}"}) == ["a.db", "b.db"]


@pytest.mark.parametrize(("file", "found"), [("style.css", []), ("cat.jpg", ["static/"])])
def test_a_folder_of_uploads_with_styles_is_not_shared(file: str, found: list[str]) -> None:
    """A release would not change them any more."""
    files = {"app.py": f'{FLASK}app.config["UPLOAD_FOLDER"] = "static"\n', f"static/{file}": ""}

    assert shared(files) == found


@pytest.mark.parametrize(
    "code",
    [
        'from peewee import *\ndb = SqliteDatabase("x.db")',
        'from sqlalchemy import *\ndb = create_engine("sqlite:///x.db")',
        'from sqlite3 import dbapi2 as sqlite3\ndb = sqlite3.connect("x.db")',
    ],
)
def test_a_database_of_a_package_that_is_imported_in_another_way(code: str) -> None:
    assert shared({"app.py": f"{FLASK}{code}\n"}) == ["x.db"]
