"""A virtualenv that is not there yet: the release's preparer makes it, and then it is set."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from pa_emulator import Emulator
from tests.hosted import DOMAIN, api, visit
from tests.pa_deploy.release.account import hello
from tests.pa_deploy.release.job import Job
from tests.pa_deploy.release.shipper import calls
from tests.runner import Runner

PATH = "/home/alice/.virtualenvs/mysite"
PREFIX = {
    "mysite.py": "import sys\n"
    "def app(environ, start_response):\n"
    "    start_response('200 OK', [('Content-Type', 'text/plain')])\n"
    "    return [sys.prefix.encode()]\n"
}
FAILING = {"mysite.py": "1 / 0\n"}


def folder(pa: Emulator, path: str = PATH) -> Path:
    return pa.path(path)


def setting(pa: Emulator) -> str:
    return str(api(pa, "GET", f"webapps/{DOMAIN}/").json()["virtualenv_path"])


def test_a_new_web_app_gets_a_virtualenv_that_is_made(runner: Runner, pa: Emulator) -> None:
    done = Job(runner, pa).push(PREFIX, virtualenv="mysite", run="python -m pip --version")

    assert done.exit_code == 0, done.log
    assert setting(pa) == PATH
    assert visit(pa).text == str(folder(pa))
    assert str(folder(pa)) in done.log
    assert (
        f"There is no virtualenv at {PATH} yet. The deploy makes it, with Python 3.13." in done.log
    )


@pytest.mark.soak
def test_the_setting_is_made_when_the_virtualenv_is_there(job: Job) -> None:
    calls(job.pa)

    done = job.push(PREFIX, virtualenv="~/env")

    assert done.exit_code == 0, done.log
    found = calls(job.pa)
    patch = found.index(f"PATCH webapps/{DOMAIN}/")
    assert any(call.endswith("/pointer.json") for call in found[:patch] if call.startswith("POST"))
    assert visit(job.pa).text == str(folder(job.pa, "/home/alice/env"))


@pytest.mark.soak
def test_it_is_used_as_it_is_by_the_next_release(job: Job) -> None:
    assert job.push(PREFIX, virtualenv="mysite").exit_code == 0
    mark = folder(job.pa) / "mine"
    mark.touch()

    done = job.push({**PREFIX, "text": "two"}, virtualenv="mysite")

    assert done.exit_code == 0, done.log
    assert "$ virtualenv" not in done.log
    assert mark.exists()


@pytest.mark.soak
def test_a_release_that_is_refused_leaves_the_setting(job: Job) -> None:
    done = job.push(FAILING, virtualenv="mysite")

    assert done.exit_code == 9
    assert setting(job.pa) == ""
    assert visit(job.pa).text == "one"


@pytest.mark.soak
@pytest.mark.parametrize("given", ["~/site", "~/notes.txt"])
def test_what_has_other_files_is_left_alone(job: Job, given: str) -> None:
    job.pa.path("/home/alice/site").mkdir()
    job.pa.path("/home/alice/site/app.py").write_text("mine")
    job.pa.path("/home/alice/notes.txt").write_text("mine")

    done = job.push(PREFIX, virtualenv=given)

    assert done.exit_code == (2 if given == "~/site" else 9)
    assert [each.name for each in job.pa.path("/home/alice/site").iterdir()] == ["app.py"]
    assert visit(job.pa).text == "one"


@pytest.mark.soak
def test_one_that_was_removed_is_made_again(job: Job) -> None:
    assert job.push(PREFIX, virtualenv="mysite").exit_code == 0
    api(job.pa, "PATCH", f"webapps/{DOMAIN}/", virtualenv_path="")
    subprocess.run(["rm", "-r", str(folder(job.pa))], check=True)

    done = job.push(PREFIX, virtualenv="mysite")

    assert done.exit_code == 0, done.log
    assert visit(job.pa).text == str(folder(job.pa))


@pytest.mark.soak
def test_one_that_was_not_finished_is_finished(job: Job) -> None:
    folder(job.pa).mkdir(parents=True)
    (folder(job.pa) / ".pa-deploy-unfinished").touch()

    done = job.push(PREFIX, virtualenv="mysite")

    assert done.exit_code == 0, done.log
    assert visit(job.pa).text == str(folder(job.pa))
    assert not (folder(job.pa) / ".pa-deploy-unfinished").exists()


def test_a_plan_says_that_it_is_made(job: Job) -> None:
    done = job.push(PREFIX, virtualenv="mysite", mode="plan")

    assert done.exit_code == 0
    assert f"There is no virtualenv at {PATH} yet. The deploy makes it" in done.summary
    assert not folder(job.pa).exists()


@pytest.mark.soak
def test_installing_into_what_releases_share_is_warned_of(job: Job) -> None:
    done = job.push(hello("two"), virtualenv="mysite", run="pip install --help", mode="plan")
    told = job.push(hello("two"), virtualenv="mysite", run="pip install flask", mode="plan")

    assert not any("installs into" in warning for warning in done.warnings)
    (warning,) = (each for each in told.warnings if "installs into" in each)
    assert f"the virtualenv {PATH}, which all releases share" in warning
    assert "which all releases share" in told.summary
