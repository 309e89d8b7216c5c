"""What is written down is so."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from pa_deploy import errors
from pa_deploy.inputs import INPUTS, OUTPUTS
from pa_deploy.settings import resolve

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())


def test_generated_docs_are_current() -> None:
    check = subprocess.run([sys.executable, ROOT / "docs/generate.py", "--check"], check=False)

    assert check.returncode == 0


def test_action_and_table_have_the_same_inputs_and_outputs() -> None:
    assert list(ACTION["inputs"]) == [each.name for each in INPUTS]
    assert list(ACTION["outputs"]) == [each.name for each in OUTPUTS]


def test_the_action_has_no_defaults_that_would_hide_a_weaker_source() -> None:
    assert not [name for name, each in ACTION["inputs"].items() if "default" in each]


def test_the_action_s_description_fits_the_marketplace() -> None:
    assert len(ACTION["description"]) < 125


def test_every_exit_code_is_in_the_readme() -> None:
    leaves = [each for each in vars(errors).values() if isinstance(each, type)]
    codes = {each.exit_code for each in leaves if issubclass(each, errors.DeployError)}

    assert all(f"| {code} |" in README for code in codes | {0, 130, 143})


@pytest.mark.parametrize("command", re.findall(r"^make ([a-z-]+)$", README, re.MULTILINE))
def test_every_make_target_in_the_readme_exists(command: str) -> None:
    assert re.search(rf"^{command}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_the_workflow_in_the_readme_has_inputs_that_are_accepted() -> None:
    steps = [
        step
        for block in re.findall(r"```yaml\n(name: Deploy.*?)```", README, re.DOTALL)
        for step in yaml.safe_load(block)["jobs"]["deploy"]["steps"]
    ]
    given = next(step["with"] for step in steps if "pa-deploy" in step["uses"])

    assert resolve({**given, "token": "t"}, {}, Path()).target.username == "alice"
    assert set(given) <= {each.name for each in INPUTS}


def test_local_links_lead_somewhere() -> None:
    for page in (ROOT / "README.md", *ROOT.glob("docs/*.md")):
        for link in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_the_lock_file_satisfies_the_package_metadata() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    locked = dict(
        re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    )

    for text in project["dependencies"]:
        requirement = Requirement(text)
        assert requirement.specifier.contains(locked[requirement.name.lower()])


def test_every_locked_requirement_has_a_hash() -> None:
    text = (ROOT / "requirements.txt").read_text()

    assert len(re.findall(r"^\S+==", text, re.MULTILINE)) == len(re.findall(r"# via", text))
    assert "--hash=sha256:" in text
