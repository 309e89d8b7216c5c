"""Why a check that finds another release live says what it says."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from pa_emulator import Emulator
from tests.pa_deploy.release.account import hello
from tests.pa_deploy.release.job import Job
from tests.runner import Done, Runner
from tests.terminal import Terminal


@pytest.fixture
def job(runner: Runner, pa: Emulator) -> Job:
    return Job(runner, pa)


def check(job: Job, files: Mapping[str, str], **inputs: str) -> Done:
    done = job.push(files, mode="check", **inputs)
    assert done.exit_code == 3, done.log
    return done


@pytest.mark.soak
def test_a_check_after_a_rollback_names_it(job: Job, terminal: Terminal) -> None:
    assert "The web app does not exist yet." in check(job, hello("one")).errors[0]

    ids = [job.push(hello(text)).outputs["release"] for text in ("one", "two")]
    assert terminal.type("rollback").exit_code == 0

    said = f"Release {ids[1]} was rolled back, and release {ids[0]} is live."
    error = check(job, hello("two")).errors[0]
    assert said in error
    assert "Somebody" not in error
    new = check(job, hello("three")).errors[0]
    assert f"Release {ids[0]} is live. The files or inputs have changed" in new
    both = check(job, hello("two"), force_https="true").errors[0]
    assert said in both
    assert "Somebody changed it on PythonAnywhere" in both


@pytest.mark.soak
def test_a_check_of_an_earlier_version_says_which_is_live(job: Job) -> None:
    ids = [job.push(hello(text)).outputs["release"] for text in ("one", "two")]

    error = check(job, hello("one")).errors[0]

    assert f"Release {ids[0]} was deployed before, but now release {ids[1]} is live." in error


@pytest.mark.parametrize("mode", ["plan", "check"])
def test_bad_input_is_told_of_the_command_that_ran(runner: Runner, mode: str) -> None:
    done = runner.run(mode=mode, python_version="four")

    title = mode.capitalize()
    assert done.exit_code == 2
    assert f"❌ {title}: Bad input" in done.summary
    assert done.log.rstrip().splitlines()[-1].startswith(f"{title}: Bad input")
