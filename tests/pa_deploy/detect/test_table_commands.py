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
