"""Which command or script makes the tables of an app."""

from __future__ import annotations

import pytest

from pa_deploy.detect import Choice
from pa_deploy.detect.project import Known, find_project
from tests.pa_deploy.detect.project import tree

FLASK = "import click\nfrom flask import Flask\napp = Flask(__name__)\n"
SCRIPT = "from app import db\ndb.create_all()\n"


def first_run(files: dict[str, str]) -> list[str]:
    found = find_project(tree(files), Known(choice=Choice(".", "app:app"))).findings
    return [each.value for each in found.values if each.input_name == "first-run"]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ('@click.command("init-db")\ndef init_db_command():\n    pass\n', "init-db"),
        ('@app.cli.command("create_tables")\ndef x():\n    pass\n', "create_tables"),
        ("@app.cli.command()\ndef create_db():\n    pass\n", "create-db"),
        ("@click.command()\ndef init_db_command():\n    pass\n", "init-db"),
    ],
)
def test_a_command_of_flask_is_run_once(code: str, name: str) -> None:
    assert first_run({"app.py": FLASK + code}) == [f"python -m flask --app app:app {name}"]


@pytest.mark.parametrize("code", ['@app.cli.command("import-users")\ndef x():\n    pass\n', ""])
def test_other_commands_are_not(code: str) -> None:
    assert first_run({"app.py": FLASK + code}) == []


def test_a_script_beside_the_app_is_run_once() -> None:
    assert first_run({"app.py": FLASK, "init_db.py": SCRIPT}) == ["python init_db.py"]


@pytest.mark.parametrize(
    ("path", "text"),
    [("init_db.py", "print(1)\n"), ("old/init_db.py", SCRIPT), ("tables.py", SCRIPT)],
)
def test_other_files_are_not(path: str, text: str) -> None:
    assert first_run({"app.py": FLASK, path: text}) == []


def test_an_app_that_makes_its_tables_needs_none() -> None:
    assert first_run({"app.py": f"{FLASK}db.create_all()\n", "init_db.py": SCRIPT}) == []


def test_migrations_are_used_instead() -> None:
    files = {
        "app.py": f"from flask_migrate import Migrate\n{FLASK}",
        "init_db.py": SCRIPT,
        "migrations/alembic.ini": "",
    }

    assert first_run(files) == []


@pytest.mark.parametrize(
    ("pin", "line"),
    [
        ("flask==1.1.2", "FLASK_APP=app:app python -m flask init-db"),
        ("Flask==2.1.3", "FLASK_APP=app:app python -m flask init-db"),
        ("flask==2.2", "python -m flask --app app:app init-db"),
        ("flask", "python -m flask --app app:app init-db"),
    ],
)
def test_an_old_flask_is_told_its_app_by_a_variable(pin: str, line: str) -> None:
    code = '@app.cli.command("init-db")\ndef x():\n    pass\n'

    assert first_run({"app.py": FLASK + code, "requirements.txt": f"{pin}\n"}) == [line]


PUSH = "from app import app; app.app_context().push(); from app import "
EXTENSION = """
from flask_sqlalchemy import SQLAlchemy
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///x.db"
db = SQLAlchemy(app)
class User(db.Model):
    pass
"""
MAIN = 'if __name__ == "__main__":\n'
MAKER = """
import sqlite3
def init_db():
    with app.open_resource("schema.sql") as file:
        sqlite3.connect("x.db").executescript(file.read())
"""
SERVER = """
def main():
    with app.app_context():
        db.create_all()
    app.run()
if __name__ == "__main__":
    main()
"""


def line(code: str) -> list[str]:
    return [f'python -c "{PUSH}{code}"']


@pytest.mark.parametrize(
    ("code", "found"),
    [
        (EXTENSION, line("db; db.create_all()")),
        (EXTENSION.replace("db.Model", "object"), []),
        (f"{EXTENSION}{MAIN}    db.create_all()\n", line("db; db.create_all()")),
        (EXTENSION + SERVER, line("db; db.create_all()")),
        (f"{EXTENSION}with app.app_context():\n    db.create_all()\n", []),
        (MAKER, line("init_db; init_db()")),
        (f"{MAKER}{MAIN}    init_db()\n", line("init_db; init_db()")),
        (f"{MAKER}def more():\n    init_db()\n", line("init_db; init_db()")),
        (f"{MAKER}init_db()\n", []),
        (f"{MAKER}@app.before_request\ndef first():\n    init_db()\n", []),
        (MAKER.replace("init_db()", "init_db(name)"), []),
        (MAKER.replace("init_db()", "get_page()"), []),
    ],
)
def test_code_that_no_server_runs_is_run_once(code: str, found: list[str]) -> None:
    assert first_run({"app.py": FLASK + code}) == found


def test_a_database_that_comes_with_the_repository_has_its_tables() -> None:
    assert first_run({"app.py": FLASK + MAKER, "x.db": ""}) == []


FACTORY = "from flask import Flask\ndef create_app():\n    app = Flask(__name__)\n"


@pytest.mark.parametrize(("more", "count"), [("", 1), ("    setup(app)\n", 0)])
def test_what_a_factory_calls_runs_at_the_start(more: str, count: int) -> None:
    makes = "def setup(app):\n    db.create_all()\ndef init_db():\n    db.create_all()\n"
    files = {"app.py": f"{FACTORY}{more}    return app\n{makes}"}
    found = find_project(tree(files), Known(choice=Choice(".", "app:create_app()"))).findings

    assert [each.input_name for each in found.values].count("first-run") == count


def test_what_only_a_server_of_asgi_starts_is_run_once() -> None:
    code = """
from fastapi import FastAPI
from sqlmodel import SQLModel
app = FastAPI()
def create_db_and_tables():
    SQLModel.metadata.create_all()
@app.on_event("startup")
def start():
    create_db_and_tables()
"""
    expected = "from app import create_db_and_tables; create_db_and_tables()"

    assert first_run({"app.py": code}) == [f'python -c "{expected}"']


@pytest.mark.parametrize(("pins", "count"), [("flask\nalembic\n", 1), ("flask\n", 0)])
def test_alembic_makes_the_tables_in_each_deploy(pins: str, count: int) -> None:
    files = {"app.py": FLASK, "alembic.ini": "", "requirements.txt": pins}
    found = find_project(tree(files), Known(choice=Choice(".", "app:app"))).findings

    runs = [each.value for each in found.values if each.input_name == "run"]
    assert runs == ["python -m alembic upgrade head"] * count
