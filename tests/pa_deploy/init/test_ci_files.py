"""The file of a CI that deploys each push."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
import yaml

from pa_deploy.detect import Variable
from pa_deploy.init import CiFile, ci_file
from pa_deploy.inputs import INPUTS
from tests.pa_deploy.detect.project import tree
from tests.places import ROOT

SECRET = Variable("SECRET_KEY", "settings.py:3", is_secret=True)


def written(files: Mapping[str, str] = {}, remote: str = "", branch: str = "main") -> CiFile:
    found = ci_file(tree(files), remote, branch, [SECRET])
    assert found
    return found


def test_github_s_workflow_has_inputs_that_there_are() -> None:
    workflow = yaml.safe_load(written().text)
    checkout, step = workflow["jobs"]["deploy"]["steps"]

    assert set(step["with"]) <= {each.name for each in INPUTS}
    assert step["with"]["env"] == "SECRET_KEY=${{ secrets.SECRET_KEY }}\n"
    assert workflow["permissions"] == {}
    assert workflow["concurrency"] == {"group": "deploy"}
    assert checkout["with"] == {"persist-credentials": False}


def test_the_checkout_is_the_one_that_the_examples_use() -> None:
    example = (ROOT / "examples" / "workflows" / "django.yml").read_text()

    assert set(re.findall(r"uses: (.+)", written().text)) == set(re.findall(r"uses: (.+)", example))


@pytest.mark.parametrize("branch", ["main", "trunk/2", "on", "1.0", "release-1.x"])
def test_a_branch_stays_a_text(branch: str) -> None:
    workflow = yaml.safe_load(written(branch=branch).text)

    assert workflow[True]["push"]["branches"] == [branch]  # YAML reads `on` as true


@pytest.mark.parametrize(
    ("files", "remote", "path"),
    [
        ({}, "", ".github/workflows/deploy.yml"),
        ({".github/workflows/test.yml": ""}, "", ".github/workflows/deploy.yml"),
        ({".github/workflows/deploy.yml": ""}, "", ".github/workflows/pythonanywhere.yml"),
        ({".gitea/workflows/test.yml": ""}, "", ".gitea/workflows/deploy.yml"),
        ({}, "https://gitlab.com/a/b.git", ".gitlab-ci.yml"),
        ({}, "git@bitbucket.org:a/b.git", "bitbucket-pipelines.yml"),
    ],
)
def test_the_ci_that_is_there_gets_a_file(files: dict[str, str], remote: str, path: str) -> None:
    assert written(files, remote).path == path


@pytest.mark.parametrize("path", [".gitlab-ci.yml", "bitbucket-pipelines.yml"])
def test_a_file_that_is_there_is_not_touched(path: str) -> None:
    found = written({path: "test: {}"})

    assert (found.path, found.beside) == ("", path)
    assert yaml.safe_load(found.text)
    assert "SECRET_KEY" in found.text


@pytest.mark.parametrize("path", [".circleci/config.yml", "Jenkinsfile", ".drone.yml"])
def test_another_ci_is_told_where_its_example_is(path: str) -> None:
    found = written({path: ""})

    assert (found.path, found.text) == ("", "")
    assert path in found.note


@pytest.mark.parametrize(
    "path", [".github/workflows/x.yml", ".gitlab-ci.yml", "bitbucket-pipelines.yml"]
)
def test_nothing_is_written_if_one_deploys_already(path: str) -> None:
    assert ci_file(tree({path: "uses: OWNER/pa-deploy@v1"}), "", "main", []) is None
