"""What this side makes ready before any request."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from pa_deploy.clock import Deadline
from pa_deploy.deploy.preparing import read_release
from pa_deploy.deploy.tools import Tools
from pa_deploy.deploy.warned import Warnings
from pa_deploy.settings import Settings
from tests.fake_clock import FakeClock
from tests.pa_deploy.dependencies import wheels
from tests.pa_deploy.settings.test_settings import settings


class _Quiet:
    def log(self, _: str) -> None:
        """Say nothing."""

    warning = log


def _read(found: Settings, scratch: Path, deadline: Deadline) -> list[str]:
    """Make it ready; what is warned of."""
    nothing = cast("Any", None)
    ci = cast("Any", _Quiet())
    warnings = Warnings(ci)
    tools = Tools(api=nothing, transport=nothing, site=nothing, deadline=deadline, ci=ci)
    assert found.release
    read_release(found.release, found, tools, scratch, warnings)
    return warnings.texts


def warnings_of(folder: Path, **given: str) -> list[str]:
    """What is warned of commands."""
    scratch = folder / "scratch"
    scratch.mkdir()
    found = settings(folder, source=".", app="", python_version="3.13", **given)
    warnings = _read(found, scratch, Deadline(FakeClock(), 60))
    return [each for each in warnings if "installs into" in each]


@pytest.mark.parametrize(
    ("dependencies", "line", "timeout", "seconds"),
    [
        ("install", "heavy", "", 1800.0),
        ("auto", "heavy @ git+https://example.com/heavy", "", 1800.0),
        ("auto", "light", "", 600.0),
        ("ship", "light", "", 600.0),
        ("install", "heavy", "70", 70.0),
        ("install", "heavy", "2400", 2400.0),
    ],
)
def test_a_run_may_take_longer_if_pip_installs_and_no_timeout_is_given(
    tmp_path: Path, dependencies: str, line: str, timeout: str, seconds: float
) -> None:
    wheels.make(tmp_path / "wheels", "light", "1.0", {"light.py": ""})
    links = "--no-index\n--find-links wheels\n" if line == "light" else ""
    (tmp_path / "requirements.txt").write_text(f"{links}{line}\n")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    given = {"source": ".", "app": "a:b", "python_version": "3.13", "timeout": timeout}
    found = settings(tmp_path, requirements="requirements.txt", dependencies=dependencies, **given)
    deadline = Deadline(FakeClock(), found.timeout_seconds)
    _read(found, scratch, deadline)

    assert (deadline.seconds, round(deadline.remaining())) == (seconds, seconds)


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"virtualenv": "mysite"}, "the virtualenv /home/Alice/.virtualenvs/mysite"),
        ({}, "the account's own packages"),
        ({"requirements": "r.txt", "dependencies": "install"}, "the environment of these requ"),
        ({"requirements": "r.txt"}, ""),
    ],
)
def test_a_command_that_installs_into_what_releases_share_is_told(
    tmp_path: Path, given: dict[str, str], place: str
) -> None:
    wheels.make(tmp_path / "wheels", "light", "1.0", {"light.py": ""})
    is_shipped = given.get("dependencies") != "install"
    lines = "--no-index\n--find-links wheels\n" if is_shipped else ""
    (tmp_path / "r.txt").write_text(f"{lines}light\n")

    told = warnings_of(tmp_path, run="pip install flask", **given)

    assert [f"installs into {place}" in each for each in told] == ([True] if place else [])
