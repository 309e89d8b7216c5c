"""The workflows in examples/ do what their comments say."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from pa_deploy.inputs import INPUTS
from pa_deploy.settings import Settings, read_inputs, resolve_all
from pa_deploy.settings.sources import Given
from tests.places import ROOT

FOLDER = ROOT / "examples" / "workflows"
WORKFLOWS = {file.stem: yaml.safe_load(file.read_text()) for file in FOLDER.glob("*.yml")}
NAMES = {each.name for each in INPUTS}
Steps = list[dict[str, Any]]


def steps_of(workflow: str, job: str) -> Steps:
    found = WORKFLOWS[workflow]["jobs"][job]["steps"]
    assert isinstance(found, list)
    return found


def settings_of(workflow: str, job: str, tmp_path: Path) -> Settings:
    """What the job's own step would do; what comes from a run is left out."""
    (tmp_path / "wsgi.py").write_text("x = 1\n")
    if not (tmp_path / "examples").exists():
        shutil.copytree(FOLDER.parent, tmp_path / "examples")
    if workflow == "from-config":
        shutil.copytree(FOLDER.parent / "src-layout", tmp_path, dirs_exist_ok=True)
    step = next(step for step in steps_of(workflow, job) if "/pa-deploy@" in step.get("uses", ""))
    assert set(step["with"]) <= NAMES
    given = {
        name: str(value).lower() if isinstance(value, bool) else value
        for name, value in step["with"].items()
        if "${{" not in str(value)
    }
    given["token"] = "t0ken-of-alice"
    inputs = read_inputs(Given.of(given, WORKFLOWS[workflow].get("env", {}), tmp_path))
    (found,) = resolve_all(inputs)
    return found


JOBS = [(workflow, job) for workflow, data in WORKFLOWS.items() for job in data["jobs"]]


@pytest.mark.parametrize(("workflow", "job"), JOBS)
def test_the_inputs_are_accepted(workflow: str, job: str, tmp_path: Path) -> None:
    settings = settings_of(workflow, job, tmp_path)

    assert settings.wanted.static_files or settings.release


def test_every_variable_of_ours_is_an_input() -> None:
    known = {name for each in INPUTS for name in each.environment}
    used = {name for data in WORKFLOWS.values() for name in data.get("env", {})}

    assert {name for name in used if name.startswith("PA_")} <= known


def test_what_is_planned_is_what_is_applied_and_what_is_checked(tmp_path: Path) -> None:
    planned = settings_of("review", "plan", tmp_path)
    applied = settings_of("review", "apply", tmp_path)
    checked = settings_of("drift", "check", tmp_path)

    assert planned.wanted == applied.wanted == checked.wanted
    assert (planned.mode, checked.mode) == ("plan", "check")


def test_no_job_has_more_rights_than_it_needs() -> None:
    rights = {
        (workflow, job): WORKFLOWS[workflow]["jobs"][job]["permissions"] for workflow, job in JOBS
    }
    writes = {key: right for key, right in rights.items() if "write" in right.values()}

    assert all(data["permissions"] == {} for data in WORKFLOWS.values())
    assert writes == {("review", "plan"): {"contents": "read", "statuses": "write"}}
    assert rights["drift", "check"] == {"contents": "read"}


GH = """\
#!/bin/sh
case "$2" in
  */pulls) printf '%s' "$PULL_HEAD" ;;
  */status) printf '%s' "$DESCRIPTION" ;;
esac
"""


def find_digest(tmp_path: Path, event: str, **environ: str) -> tuple[int, dict[str, str], str]:
    """Run the script that finds the digest, with a `gh` that answers as it is told."""
    step = next(step for step in steps_of("review", "apply") if step.get("id") == "reviewed")
    gh = tmp_path / "bin" / "gh"
    gh.parent.mkdir()
    gh.write_text(GH)
    gh.chmod(0o755)
    output = tmp_path / "output"
    output.touch()
    done = subprocess.run(
        ["bash", "-e", "-c", step["run"]],
        env={
            "PATH": f"{gh.parent}:/usr/bin:/bin", "GITHUB_OUTPUT": str(output),
            "GITHUB_EVENT_NAME": event, "GITHUB_REPOSITORY": "o/r", "GITHUB_SHA": "abc",
            "STATUS": "pa-deploy/plan", "GIVEN": "", **environ,
        },
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    pairs = (line.partition("=") for line in output.read_text().splitlines())
    return done.returncode, {name: value for name, _, value in pairs}, done.stdout


def test_a_merge_is_applied_with_the_digest_of_its_pull_request(tmp_path: Path) -> None:
    code, outputs, _ = find_digest(tmp_path, "push", PULL_HEAD="def", DESCRIPTION="d1" * 32)

    assert (code, outputs) == (0, {"digest": "d1" * 32, "mode": "apply"})


@pytest.mark.parametrize(
    "environ",
    [
        {"PULL_HEAD": ""},
        {"PULL_HEAD": "def", "DESCRIPTION": ""},
        {"PULL_HEAD": "def", "DESCRIPTION": " "},
        {"PULL_HEAD": "def", "DESCRIPTION": "d1" * 32 + "\nmode=plan"},
    ],
    ids=["a push without a pull request", "a pull request from a fork", "a blank", "two lines"],
)
def test_what_nobody_reviewed_is_not_applied(tmp_path: Path, environ: dict[str, str]) -> None:
    code, outputs, said = find_digest(tmp_path, "push", **environ)

    assert (code, outputs) == (1, {})
    assert "::error::No reviewed plan" in said


def test_by_hand_without_a_digest_it_only_plans(tmp_path: Path) -> None:
    code, outputs, _ = find_digest(tmp_path, "workflow_dispatch")

    assert (code, outputs) == (0, {"digest": "", "mode": "plan"})


def test_by_hand_with_a_digest_it_applies_that_plan(tmp_path: Path) -> None:
    code, outputs, _ = find_digest(tmp_path, "workflow_dispatch", GIVEN="d1" * 32)

    assert (code, outputs) == (0, {"digest": "d1" * 32, "mode": "apply"})


@pytest.mark.parametrize("given", [" ", "d1", "D1" * 32, "d1" * 32 + " "])
def test_by_hand_with_what_is_no_digest_nothing_is_applied(tmp_path: Path, given: str) -> None:
    code, outputs, _ = find_digest(tmp_path, "workflow_dispatch", GIVEN=given)

    assert (code, outputs) == (1, {})


def test_no_plan_is_made_where_there_are_no_secrets() -> None:
    condition = WORKFLOWS["review"]["jobs"]["plan"]["if"]

    assert "head.repo.full_name == github.repository" in condition
    assert "user.login != 'dependabot[bot]'" in condition
