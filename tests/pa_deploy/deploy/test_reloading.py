"""Errors of a reload, told by the emulator that really hosts: the site decides."""

from __future__ import annotations

import pytest

from pa_emulator import Emulator
from tests import hosted
from tests.pa_deploy.release.account import hello
from tests.pa_deploy.release.job import Job
from tests.runner import Runner
from tests.soak import first_of
from tests.terminal import Terminal

ERRORS = ["virtualenv_error", "generic_error", "slow_startup_error", "cname_error"]
RELOAD = {"method": "POST", "path": "*/reload/"}


def body(error: str) -> str:
    return f'{{"status": "error", "error": "{error}"}}'


def test_a_reload_that_did_not_happen_is_red_though_the_old_site_is_healthy(
    runner: Runner, pa: Emulator
) -> None:
    hosted.make_virtualenv(pa, "site")
    assert runner.run(python_version="3.13", virtualenv="site").exit_code == 0
    pa.path("/home/alice/.virtualenvs/site/pyvenv.cfg").unlink()
    pa.path("/home/alice/s").mkdir()
    pa.path("/home/alice/s/a.css").write_text("new")

    done = runner.run(static_files="/s/ = ~/s")

    assert hosted.visit(pa, "/s/a.css").text != "new"
    assert done.exit_code == 7
    assert "virtualenv_error. The server log shows no start of the site since." in done.errors[0]
    assert "pa-deploy webapps show" in done.errors[0]


@pytest.mark.parametrize("error", first_of(ERRORS))
def test_a_reload_that_happened_all_the_same_is_a_warning(
    runner: Runner, pa: Emulator, error: str
) -> None:
    pa.add_fault(**RELOAD, status=409, body=body(error), work=True, times=None)

    done = runner.run(python_version="3.13", health_check="none")

    assert (done.exit_code, len(done.warnings)) == (0, 1), done.log


@pytest.mark.parametrize("error", first_of(ERRORS))
def test_the_loader_tells_whether_a_release_is_live(
    runner: Runner, pa: Emulator, error: str
) -> None:
    job = Job(runner, pa)
    pa.add_fault(**RELOAD, status=409, body=body(error), work=True, times=None)

    done = job.push(hello("one"), env="A_SECRET=correct horse", health_check="none")

    assert done.exit_code == 0, done.log
    assert done.warnings
    assert hosted.visit(pa).text == "one"


@pytest.mark.soak
@pytest.mark.parametrize("error", ERRORS)
def test_a_release_that_no_reload_makes_live_is_not_green(
    runner: Runner, pa: Emulator, error: str
) -> None:
    job = Job(runner, pa)
    job.push(hello("one"))
    pa.add_fault(**RELOAD, status=409, body=body(error), times=None)

    done = job.push(hello("two"), health_check="none")

    assert done.exit_code == (7 if error in ERRORS[:2] else 9), done.log
    assert hosted.visit(pa).text == "one"


@pytest.mark.soak
@pytest.mark.parametrize("error", first_of(ERRORS))
def test_a_rollback_and_a_detach_are_warned_of_too(
    runner: Runner, pa: Emulator, terminal: Terminal, error: str
) -> None:
    job = Job(runner, pa)
    job.push(hello("one"))
    job.push(hello("two"))
    pa.add_fault(**RELOAD, status=409, body=body(error), work=True, times=None)

    back = terminal.type("rollback")
    assert (back.exit_code, hosted.visit(pa).text) == (0, "one"), back.err
    assert "Warning" in back.err

    gone = terminal.type("release", "detach", "--yes")
    assert gone.exit_code == 0, gone.err
    assert "Warning" in gone.err
    assert "Hello, World!" in hosted.visit(pa).text


@pytest.mark.soak
@pytest.mark.parametrize("error", first_of(ERRORS[:2]))
def test_a_single_reload_that_nobody_can_judge_is_not_said_to_have_worked(
    runner: Runner, pa: Emulator, terminal: Terminal, error: str
) -> None:
    runner.run(python_version="3.13")
    pa.add_fault(**RELOAD, status=409, body=body(error), times=None)

    shown = terminal.type("reload")

    assert (shown.exit_code, shown.out) == (7, "")
    assert "no start of the site since" in shown.err
    assert "`reload: always`" not in shown.err


@pytest.mark.soak
@pytest.mark.parametrize("error", first_of(ERRORS))
def test_a_single_reload_that_worked_all_the_same_is_a_warning(
    runner: Runner, pa: Emulator, terminal: Terminal, error: str
) -> None:
    runner.run(python_version="3.13")
    pa.add_fault(**RELOAD, status=409, body=body(error), work=True, times=None)

    shown = terminal.type("reload")

    assert shown.exit_code == 0, shown.err
    assert "Warning" in shown.err
