"""What is told of a release before anything is sent, by entrypoint.py as a workflow runs it."""

from __future__ import annotations

import html
import json
from pathlib import Path

import pytest

from pa_deploy.inputs import in_toml
from pa_emulator import Emulator
from tests.hosted import visit
from tests.pa_deploy.release.account import hello
from tests.pa_deploy.release.shipper import calls
from tests.runner import Runner

WRONG = {
    "app": "app:app",
    "run": "cd web\npython seed.py",
    "env": "KEY=",
    "shared": "uploads",
    "python_version": "3.13",
}
SAID = (
    'shared: "uploads" has no slash at its end',
    "env: KEY is empty.",
    "app: the module app is not in the release. Found: web/app.py. Set `app: web.app:app`.",
    "run: `cd web` has no effect",
    "run: `python seed.py` needs seed.py, which is not in the release. Found: web/seed.py.",
)


@pytest.fixture
def runner(tmp_path: Path, pa: Emulator) -> Runner:
    made = Runner(tmp_path / "job", pa)
    web = made.workspace / "web"
    web.mkdir()
    (web / "app.py").write_text("from flask import Flask\napp = Flask('x')\n")
    (web / "seed.py").touch()
    return made


@pytest.mark.parametrize("mode", ["plan", "check"])
@pytest.mark.parametrize("source", [".", ""])
def test_warnings_are_annotations_and_are_in_the_summary_and_in_the_report(
    runner: Runner, pa: Emulator, mode: str, source: str
) -> None:
    if not source:
        (runner.workspace / "pa-deploy.toml").write_text('source = "."\n')
    calls(pa)

    done = runner.run(source=source, mode=mode, report="../report.json", **WRONG)

    report = json.loads((runner.directory / "report.json").read_text())
    for line in SAID:
        said = line if source else in_toml(line)
        assert sum(said in warning for warning in done.warnings) == 1
        assert sum(said in warning for warning in report["warnings"]) == 1
        assert said in html.unescape(done.summary)
    assert not [call for call in calls(pa) if not call.startswith("GET")]


def test_a_place_in_the_config_file_is_told(runner: Runner) -> None:
    (runner.workspace / "pa-deploy.toml").write_text('\nvirtualenv = "/home/bob/v"\n')

    done = runner.run(mode="plan", python_version="3.13")

    (warning,) = done.warnings
    assert (
        'pa-deploy.toml, line 2: virtualenv: "/home/bob" is outside the home of alice.' in warning
    )


def test_the_token_in_a_command_that_is_told_is_hidden(runner: Runner) -> None:
    run = f"cd {runner.emulator.token}\npython seed.py {runner.emulator.token}"

    done = runner.run(source=".", mode="plan", run=run, python_version="3.13")

    assert len(done.warnings) == 2
    assert "There is no folder *** in the release" in done.warnings[0]


def test_a_release_with_warnings_goes_live_all_the_same(runner: Runner, pa: Emulator) -> None:
    for path, text in hello("one").items():
        (runner.workspace / path).write_text(text)

    done = runner.run(source=".", app="mysite:app", env="KEY=", python_version="3.13")

    assert (done.exit_code, len(done.warnings)) == (0, 1)
    assert visit(pa).text == "one"


def test_many_warnings_about_the_code_are_counted(runner: Runner) -> None:
    databases = "".join(f'sqlite3.connect("{number}.sqlite3")\n' for number in range(10))
    (runner.workspace / "mysite.py").write_text(f"import sqlite3\napp = None\n{databases}")

    done = runner.run(source=".", app="mysite:app", mode="plan", python_version="3.13")

    assert len(done.warnings) == 9
    assert "There are 2 more. To see all: pa-deploy doctor" in done.warnings[-1]
