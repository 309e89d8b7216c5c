"""A virtualenv that is missing ends a deploy before anything is written."""

from __future__ import annotations

import pytest

from pa_emulator import Emulator
from tests import hosted
from tests.pa_deploy.deploy.test_deploy import SITE, calls, only_error, writes
from tests.runner import Runner
from tests.soak import first_of

HOME = "/home/alice"
MISSING = {
    "a name": ("nowhere", f"{HOME}/.virtualenvs/nowhere"),
    "a folder of the home": ("~/env", f"{HOME}/env"),
    "a path with a blank": (f"{HOME}/my env", f"{HOME}/my env"),
    "a folder that is none": ("~/folder", f"{HOME}/folder"),
    "a file": ("~/folder/file", f"{HOME}/folder/file"),
}


@pytest.fixture(autouse=True)
def folder(pa: Emulator) -> None:
    pa.path(f"{HOME}/folder").mkdir(parents=True)
    pa.path(f"{HOME}/folder/file").write_text("x")


@pytest.mark.parametrize(("given", "path"), first_of(MISSING.values()), ids=MISSING)
def test_nothing_is_written_if_it_is_missing(
    runner: Runner, pa: Emulator, given: str, path: str
) -> None:
    calls(pa)

    done = runner.run(**SITE, virtualenv=given)

    assert (done.exit_code, writes(pa)) == (2, [])
    assert f"virtualenv: there is no virtualenv at {path}" in only_error(done)
    quoted = f"'{path}'" if " " in path else path
    assert f"python3.13 -m venv {quoted}" in only_error(done)
    assert "The web app was not changed." in only_error(done)


def test_a_web_app_that_is_there_is_left_alone_too(runner: Runner, pa: Emulator) -> None:
    runner.run(python_version="3.12")
    calls(pa)

    done = runner.run(virtualenv="nowhere", force_https="true")

    assert (done.exit_code, writes(pa)) == (2, [])
    assert "python3.12 -m venv" in only_error(done)


@pytest.mark.parametrize("mode", ["plan", "check"])
def test_a_plan_names_it(runner: Runner, mode: str) -> None:
    done = runner.run(**SITE, virtualenv="nowhere", mode=mode)

    assert done.exit_code == {"plan": 0, "check": 3}[mode]
    assert f"There is no virtualenv at {HOME}/.virtualenvs/nowhere" in done.summary


def test_with_a_release_it_is_not_missing_if_it_can_be_made(runner: Runner) -> None:
    source = runner.workspace / "source"
    source.mkdir()
    (source / "mysite.py").write_text("def app(environ, start_response): ...\n")
    given = {"python_version": "3.13", "source": "source", "app": "mysite:app", "mode": "plan"}

    made = runner.run(**given, virtualenv="nowhere")
    taken = runner.run(**given, virtualenv="~/folder")

    assert "The deploy makes it" in made.log
    assert "Make it in a console" in taken.log


@pytest.mark.parametrize(
    ("config", "noted"),
    first_of(
        [
            ("version = 3.9.16\n", True),
            ("home = /usr/bin\nversion_info = 3.9.16.final.0\n", True),
            ("version_info=3.9.16\r\n", True),
            ("version = 3.13.1\n", False),
            ("home = /usr/bin\n", False),
        ]
    ),
)
def test_another_python_is_noted(runner: Runner, pa: Emulator, config: str, noted: bool) -> None:  # noqa: FBT001
    place = pa.path(f"{HOME}/.virtualenvs/site/pyvenv.cfg")
    place.parent.mkdir(parents=True)
    place.write_text(config)

    done = runner.run(**SITE, virtualenv="site", mode="plan")

    said = (
        "has Python 3.9, but the web app will have 3.13, so PythonAnywhere may refuse it. Set `py"
    )
    assert (said in done.log) == noted


def test_one_without_its_file_is_found_by_its_programs(runner: Runner, pa: Emulator) -> None:
    pa.path(f"{HOME}/.virtualenvs/old/bin").mkdir(parents=True)

    done = runner.run(**SITE, virtualenv="old", mode="plan")

    assert "no virtualenv" not in done.log


def test_one_outside_the_home_is_not_judged(runner: Runner) -> None:
    done = runner.run(**SITE, virtualenv="/usr/lib/env")

    assert done.exit_code == 5
    assert "No virtualenv detected" in only_error(done)


@pytest.mark.soak
def test_a_virtualenv_that_stays_is_not_looked_for(runner: Runner, pa: Emulator) -> None:
    hosted.make_virtualenv(pa, "site")
    assert runner.run(**SITE, virtualenv="site").exit_code == 0
    calls(pa)

    assert runner.run(**SITE, virtualenv="site").exit_code == 0
    assert not [call for call in calls(pa) if "virtualenvs" in call]
