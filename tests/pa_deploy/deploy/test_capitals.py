"""`username` in other capitals than the account: the home directory has the account's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pa_emulator import Emulator
from tests.runner import Runner
from tests.soak import first_of, one_in
from tests.terminal import Terminal

NAME = "Jeremy2004"
DOMAIN = "jeremy2004.pythonanywhere.com"
TYPED = ("jeremy2004", "JEREMY2004", "jErEmY2004")
SITE = {"python_version": "3.13", "static_files": "/static/ = ~/static"}
WARNING = f"Set `username: {NAME}`."


@pytest.fixture(scope="module")
def jeremys() -> Iterator[Emulator]:
    with Emulator(username=NAME, plan="paid", rate_limit=0, plain_hello=True) as running:
        yield running


@pytest.fixture
def jeremy(jeremys: Emulator) -> Emulator:
    jeremys.reset()
    return jeremys


@pytest.fixture
def job(jeremy: Emulator, tmp_path: Path) -> Runner:
    """A job of an account that has a web app."""
    job = Runner(tmp_path / "job", jeremy)
    assert job.run(username=NAME, python_version="3.13", health_check="none").exit_code == 0
    return job


def mappings(jeremy: Emulator, capsys: pytest.CaptureFixture[str]) -> str:
    return Terminal(jeremy, capsys).type("static-files", "list").out


@pytest.mark.parametrize("typed", first_of(TYPED))
def test_a_deploy_uses_the_home_that_is_there_and_warns(
    job: Runner, jeremy: Emulator, capsys: pytest.CaptureFixture[str], typed: str
) -> None:
    done = job.run(username=typed, **SITE)

    said = f"The account's name is {NAME}, not {typed}. Continuing as {NAME}. {WARNING}"
    assert (done.exit_code, [said in each for each in done.warnings]) == (0, [True])
    assert f"/home/{NAME}/static" in mappings(jeremy, capsys)


@pytest.mark.soak
@pytest.mark.parametrize("typed", first_of(TYPED))
def test_a_release_goes_to_the_home_that_is_there(job: Runner, typed: str) -> None:
    (job.workspace / "index.html").write_text("hello")
    files = {"source": ".", "static_files": "/ = .", "health_check": "/index.html"}

    done = job.run(username=typed, health_text="hello", **files)

    assert (done.exit_code, any(WARNING in each for each in done.warnings)) == (0, True)


def test_the_right_capitals_are_not_warned_of(job: Runner) -> None:
    assert job.run(username=NAME, **SITE).warnings == ()


@pytest.mark.usefixtures("job")
@pytest.mark.parametrize("typed", first_of(TYPED))
@pytest.mark.parametrize("words", [("files", "tree", "~"), ("files", "share", "~/README.txt")])
def test_commands_about_files_use_the_home_that_is_there(
    jeremy: Emulator,
    capsys: pytest.CaptureFixture[str],
    typed: str,
    words: tuple[str, ...],
) -> None:
    done = Terminal(jeremy, capsys).type(*words, "--username", typed)

    assert (done.exit_code, WARNING in done.err) == (0, True)


@pytest.mark.parametrize("typed", one_in(2, TYPED))
def test_a_first_deploy_says_to_check_the_capitals(
    jeremy: Emulator, tmp_path: Path, typed: str
) -> None:
    """There is no web app yet that would tell how the name is spelled."""
    done = Runner(tmp_path / "first", jeremy).run(username=typed, python_version="3.13")

    hint = f"Check the capitals of `username`: the home directory would be /home/{typed}."
    assert hint in done.errors[0]
