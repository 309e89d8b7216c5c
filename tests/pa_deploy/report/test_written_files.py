"""The files that `outputs-file` and `summary-file` name: in every CI, of every run."""

from __future__ import annotations

from pathlib import Path

import pytest

from pa_deploy.errors import InputError
from pa_deploy.inputs import OUTPUTS
from pa_deploy.settings.resolve import resolve
from pa_deploy.settings.sources import Given
from tests.pa_deploy.ci.job import SYSTEMS
from tests.pa_deploy.ci.syntax import read_pairs
from tests.runner import Runner
from tests.terminal import Terminal

FILES = {"outputs_file": "out/pa.env", "summary_file": "out/summary.md"}
SITE = {"python_version": "3.13", "static_files": "/static/ = ~/static"}


def written(directory: Path) -> tuple[dict[str, str], str]:
    out = directory / "out"
    return read_pairs((out / "pa.env").read_text()), (out / "summary.md").read_text()


def test_they_say_what_the_runner_is_told(runner: Runner) -> None:
    done = runner.run(**SITE, **FILES)

    outputs, summary = written(runner.workspace)
    assert outputs == {
        f"PA_DEPLOY_{name.upper().replace('-', '_')}": text for name, text in done.outputs.items()
    }
    assert summary == done.summary.rstrip("\n") + "\n<!-- Written by pa-deploy. -->\n"


def test_every_output_has_a_line(runner: Runner) -> None:
    runner.run(**SITE, **FILES)

    assert len(written(runner.workspace)[0]) == len(OUTPUTS)


def test_they_are_written_of_a_failed_run(runner: Runner) -> None:
    runner.emulator.add_fault(method="PATCH", path=".*", status=400, body="{}")

    runner.run(**SITE, **FILES, force_https="true")

    outputs, summary = written(runner.workspace)
    assert (outputs["PA_DEPLOY_CREATED"], outputs["PA_DEPLOY_CHANGED"]) == ("true", "true")
    assert "❌" in summary


def test_they_are_written_of_a_run_with_bad_input(runner: Runner) -> None:
    runner.run(**FILES, static_files="x")

    outputs, summary = written(runner.workspace)
    assert (outputs["PA_DEPLOY_URL"], outputs["PA_DEPLOY_CHANGED"]) == ("", "false")
    assert "Bad input" in summary


def test_a_summary_file_is_written_where_the_job_summary_is_not_wanted(runner: Runner) -> None:
    done = runner.run(**SITE, **FILES, summary="false")

    assert done.summary == ""
    assert "✅" in written(runner.workspace)[1]


def test_an_output_too_long_for_gitlab_is_left_empty_with_a_warning(runner: Runner) -> None:
    many = "\n".join(f"/{number}/ = ~/{'x' * 100}" for number in range(40))

    done = runner.run(static_files=many, python_version="3.13", mode="plan", **FILES)

    outputs, _ = written(runner.workspace)
    assert (outputs["PA_DEPLOY_PLAN"], len(outputs["PA_DEPLOY_DIGEST"])) == ("", 64)
    assert "The output plan is too long" in done.warnings[0]
    assert done.outputs["plan"]


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_ci_has_them(
    system: str, terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    terminal.environ.update(SYSTEMS[system])
    files = ("--outputs-file", "out/pa.env", "--summary-file", "out/summary.md")

    done = terminal.type("plan", "--python-version", "3.13", *files)

    assert done.exit_code == 0, done
    outputs, summary = written(tmp_path)
    assert outputs["PA_DEPLOY_DOMAIN"] == "alice.pythonanywhere.com"
    assert "Create" in summary


@pytest.mark.parametrize("name", ["OUTPUTS-FILE", "SUMMARY-FILE"])
def test_a_directory_is_refused(name: str, tmp_path: Path) -> None:
    environ = {"PA_TOKEN": "t", "PA_USERNAME": "alice", f"INPUT_{name}": "."}

    with pytest.raises(InputError, match=f"{name.lower()}: .* is a directory"):
        resolve(Given.of({}, environ, tmp_path))
