"""The examples with a pa-deploy.toml, each pushed as the repository of a beginner.

Their packages come from an index on this machine. Flask and FastAPI are those of the tests, the
others are stand-ins. `make test` runs three of them, `make soak` all.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from packaging.utils import canonicalize_name

from pa_emulator import Emulator
from tests.hosted import DOMAIN, visit
from tests.pa_deploy.dependencies import wheels
from tests.pa_deploy.dependencies.index import serving
from tests.pa_deploy.release.stand_ins import STAND_INS
from tests.places import ROOT
from tests.runner import Done, Runner
from tests.soak import in_soak

FLASK = ("Flask", "blinker", "click", "itsdangerous", "Jinja2", "MarkupSafe", "Werkzeug")
FASTAPI = (
    *("fastapi", "a2wsgi", "starlette", "pydantic", "pydantic_core", "annotated-types"),
    *("annotated-doc", "anyio", "idna", "typing_extensions", "typing-inspection"),
    "opentelemetry-api",
)
OWN_PYTHON = ".".join(map(str, sys.version_info[:2]))
SECRET = "telegram-s3cret"
Push = Callable[..., Done]


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the index has, a folder for each package."""
    root = tmp_path_factory.mktemp("index")
    for name in (*FLASK, *FASTAPI):
        wheels.repack(root / canonicalize_name(name), name)
    for name, files in STAND_INS.items():
        wheels.make(root / canonicalize_name(name), name, "9.0", {**files})
    return root


@pytest.fixture
def push(runner: Runner, packages: Path) -> Iterator[Push]:
    """Push the repository that is in the workspace. Its settings are those of its pa-deploy.toml,
    but for the site's https, which the emulator does not have.
    """
    folders = {folder.name: folder for folder in packages.iterdir()}
    with serving(folders) as index:
        runner.environ["UV_DEFAULT_INDEX"] = f"{index.url}/simple"
        runner.environ["PIP_CONFIG_FILE"] = os.devnull  # of this machine: it may cause warnings
        yield lambda **inputs: runner.run(force_https="false", **inputs)


def copy(runner: Runner, name: str) -> Path:
    """Make an example the repository, as a beginner does."""
    shutil.copytree(ROOT / "examples" / name, runner.workspace, dirs_exist_ok=True)
    return runner.workspace


def lock_again(file: Path, packages: Path) -> None:
    """Write the versions and hashes of the test's own wheels into a lock file."""
    first, *blocks = file.read_text().split("[[package]]\n")
    file.write_text("[[package]]\n".join([first, *(_locked(each, packages) for each in blocks)]))


def _locked(block: str, packages: Path) -> str:
    name = re.search('^name = "(.+)"', block)
    assert name
    for wheel in packages.glob(f"{canonicalize_name(name[1])}/*.whl"):
        version = wheel.name.split("-")[1]
        block = re.sub('\nversion = ".+"', f'\nversion = "{version}"', block, count=1)
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        block = re.sub("sha256:[0-9a-f]{64}", f"sha256:{digest}", block)
    return block


IRISES = {"/": "an iris setosa", "/?petal+length=6&petal+width=2": "an iris virginica"}


@pytest.mark.parametrize(
    ("name", "pages", "inputs"),
    [
        ("src-layout", {"/": "Hello from src/"}, {}),
        ("uv", {"/": "Hello from Flask"}, {}),
        in_soak(("poetry", {"/": "Hello from Flask"}, {})),
        in_soak(("dash", {"/": "Hello from Dash", "/_dash-layout": "Part"}, {})),
        # It has compiled parts, for the Python that runs the tests.
        in_soak(("fastapi", {"/squares/7": '"square":49'}, {"python_version": OWN_PYTHON})),
        in_soak(("scikit-learn", IRISES, {})),
    ],
)
def test_an_example_goes_live_without_a_warning(
    runner: Runner,
    pa: Emulator,
    push: Push,
    packages: Path,
    name: str,
    pages: dict[str, str],
    inputs: dict[str, str],
) -> None:
    for lock in copy(runner, name).glob("*.lock"):
        lock_again(lock, packages)

    done = push(**inputs)

    assert done.exit_code == 0, done.log
    assert done.warnings == ()
    for path, text in pages.items():
        assert text in visit(pa, path).text


def write_to_the_bot(pa: Emulator, secret: str) -> requests.Response:
    """What Telegram sends if somebody writes `Hi` to the bot."""
    headers = {"Host": DOMAIN, "X-Telegram-Bot-Api-Secret-Token": secret}
    message = {"update_id": 1, "message": {"chat": {"id": 5}, "text": "Hi"}}
    return requests.post(f"{pa.url}/webhook", json=message, headers=headers, timeout=30)


def test_the_bot_answers_telegram_and_nobody_else(runner: Runner, pa: Emulator, push: Push) -> None:
    copy(runner, "telegram-bot")

    done = push(env=f"WEBHOOK_SECRET={SECRET}")

    assert done.exit_code == 0, done.log
    said = {"method": "sendMessage", "chat_id": 5, "text": "You wrote: Hi"}
    assert write_to_the_bot(pa, SECRET).json() == said
    assert write_to_the_bot(pa, "guessed").status_code == 403


@pytest.mark.soak
def test_a_bot_without_a_secret_does_not_go_live(runner: Runner, push: Push) -> None:
    copy(runner, "telegram-bot")

    done = push(env="WEBHOOK_SECRET=")

    assert done.exit_code == 9
    assert "ValueError: WEBHOOK_SECRET is empty" in done.errors[0]


MIGRATION = """\
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "{former}"


def upgrade():
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.add_column(sa.Column("author", sa.String(length=50), nullable=True))
"""


def add_a_column(repository: Path) -> None:
    """What somebody commits who wants to see the author of each note."""
    models = repository / "notes/models.py"
    models.write_text(models.read_text() + "    author = db.Column(db.String(50))\n")
    page = repository / "notes/templates/index.html"
    page.write_text(
        page.read_text().replace("{{ note.text }}", "{{ note.author }}: {{ note.text }}")
    )
    versions = repository / "migrations/versions"
    (first,) = versions.glob("*.py")
    former = re.search("^revision = '(.+)'", first.read_text(), re.MULTILINE)
    assert former
    (versions / "0002_author.py").write_text(MIGRATION.format(former=former[1]))


@pytest.mark.soak
def test_a_migration_changes_the_database_and_keeps_its_rows(
    runner: Runner, pa: Emulator, push: Push
) -> None:
    repository = copy(runner, "flask-migrate")
    first = push()
    assert (first.exit_code, first.warnings) == (0, ()), first.log
    note = {"text": "of the first release"}
    requests.post(pa.url, note, headers={"Host": DOMAIN}, timeout=30, allow_redirects=False)
    add_a_column(repository)

    second = push()

    assert (second.exit_code, second.warnings) == (0, ()), second.log
    assert "upgraded to 0002" in second.log
    assert "None: of the first release" in visit(pa).text
