"""The examples go live by `init` and a deploy, with no edit, from an empty free account."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from pa_deploy.cli import main
from pa_emulator import Emulator
from tests.hosted import visit
from tests.pa_deploy.dependencies import wheels
from tests.pa_deploy.release.test_examples import EXAMPLES, free_emulator, offline, pa
from tests.runner import Runner

__all__ = ["free_emulator", "pa"]

OWN_PYTHON = ".".join(map(str, sys.version_info[:2]))
FLASK = ("Flask", "blinker", "click", "itsdangerous", "Jinja2", "Werkzeug")
FASTAPI = (
    *("fastapi", "a2wsgi", "starlette", "pydantic", "annotated-types", "annotated-doc", "anyio"),
    *("idna", "typing_extensions", "typing-inspection", "opentelemetry-api", "pydantic_core"),
)


@pytest.fixture
def runner(tmp_path: Path, pa: Emulator) -> Runner:
    return Runner(tmp_path / "job", pa)


def begin(runner: Runner, name: str, monkeypatch: pytest.MonkeyPatch, *words: str) -> None:
    """The workspace is a copy of the example, in which `init` was run."""
    shutil.copytree(EXAMPLES / name, runner.workspace, dirs_exist_ok=True)
    monkeypatch.chdir(runner.workspace)
    assert main(["init", "--username", "alice", *words], {}) == 0


def test_a_static_site(
    runner: Runner,
    pa: Emulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begin(runner, "static-site", monkeypatch)

    done = runner.run()

    assert done.exit_code == 0, done.log
    assert "A static site" in visit(pa).text


def test_what_init_writes_can_be_planned(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(runner, "django", monkeypatch)
    offline(runner.workspace, "Django", "asgiref", "sqlparse")

    done = runner.run(mode="plan")

    assert done.exit_code == 0, done.log
    assert "/static/" in done.log


@pytest.mark.soak
def test_django(
    runner: Runner,
    pa: Emulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begin(runner, "django", monkeypatch)
    offline(runner.workspace, "Django", "asgiref", "sqlparse")

    done = runner.run()

    assert done.exit_code == 0, done.log
    assert "<h1>Guest book</h1>" in visit(pa).text
    assert visit(pa, "/static/guestbook/style.css").status_code == 200


@pytest.mark.soak
def test_flask(
    runner: Runner,
    pa: Emulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begin(runner, "flask", monkeypatch)
    offline(runner.workspace, *FLASK)
    wheels.repack(runner.workspace / "wheels", "MarkupSafe")

    done = runner.run()

    assert done.exit_code == 0, done.log
    assert "Hello from Flask" in visit(pa).text
    assert visit(pa, "/static/style.css").status_code == 200


@pytest.mark.soak
def test_fastapi(
    runner: Runner,
    pa: Emulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begin(runner, "fastapi", monkeypatch, "--force", "--python-version", OWN_PYTHON)
    offline(runner.workspace, *FASTAPI)

    done = runner.run()

    assert done.exit_code == 0, done.log
    assert visit(pa).json() == {"message": "Hello from FastAPI"}
