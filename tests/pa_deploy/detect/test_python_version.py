"""Which Python a project is for."""

from __future__ import annotations

import pytest

from pa_deploy.detect.python_version import find_python
from tests.pa_deploy.detect.project import tree

POETRY = '[tool.poetry.dependencies]\npython = "{}"\n'
PROJECT = '[project]\nrequires-python = "{}"\n'


@pytest.mark.parametrize(
    ("path", "text", "version"),
    [
        (".python-version", "3.11.4\n", "3.11"),
        (".python-version", "3.12\n", "3.12"),
        ("runtime.txt", "python-3.10.6", "3.10"),
        (".tool-versions", "nodejs 20\npython 3.12.1\n", "3.12"),
        ("mise.toml", '[tools]\npython = "3.11"\n', "3.11"),
        ("Pipfile", '[requires]\npython_version = "3.10"\n', "3.10"),
        ("Pipfile", '[requires]\npython_full_version = "3.10.4"\n', "3.10"),
        ("pyproject.toml", PROJECT.format(">=3.9,<3.12"), "3.11"),
        ("pyproject.toml", PROJECT.format(">=3.10"), "3.13"),
        ("pyproject.toml", PROJECT.format("~=3.10.0"), "3.10"),
        ("pyproject.toml", POETRY.format("^3.8"), "3.13"),
        ("pyproject.toml", POETRY.format(">=3.9,<3.11"), "3.10"),
        ("pyproject.toml", POETRY.format("~3.12"), "3.12"),
        ("Dockerfile", "FROM python:3.11-slim AS x\n", "3.11"),
        (".github/workflows/test.yml", "  with:\n    python-version: '3.12'\n", "3.12"),
        ("README.md", "", "3.13"),
    ],
)
def test_the_version_is_read(path: str, text: str, version: str) -> None:
    assert find_python(tree({path: text}), "", "", "").value == version


@pytest.mark.parametrize(("said", "version"), [("3.7.2", "3.9"), ("3.6", "3.9"), ("3.14", "3.13")])
def test_of_one_that_is_not_offered_the_nearest_is_taken_and_said(said: str, version: str) -> None:
    found = find_python(tree({".python-version": said}), "", "", "")

    assert (found.value, found.confidence) == (version, "likely")
    assert "not offered" in found.place


@pytest.mark.parametrize(
    "text", ["system\n", "pypy3.9\n", "my-virtualenv\n", "", "2.7\n", "3.999.1"]
)
def test_what_is_no_version_does_not_count(text: str) -> None:
    assert find_python(tree({".python-version": text}), "", "", "").value == "3.13"


def test_the_file_beside_the_app_counts_first() -> None:
    files = {".python-version": "3.10", "backend/.python-version": "3.12"}

    assert find_python(tree(files), "backend", "", "").value == "3.12"


@pytest.mark.parametrize(
    ("pins", "version"),
    [
        ("Django==2.2.1", "3.9"),
        ("django==3.2.25\n", "3.11"),
        ("Django~=4.2.0", "3.12"),
        ("Django>=2.0,<3.0", "3.9"),
        ("django<5", "3.12"),
        ("Django==5.1", "3.13"),
        ("numpy==1.23.5\npandas==2.0.3", "3.11"),
        ("Flask==1.1.2", "3.9"),
        ("Pillow==9.0.1  # old", "3.10"),
        ("requests==2.0", "3.13"),
        ("Flask", "3.13"),
        ("", "3.13"),
    ],
)
def test_the_newest_python_for_the_pins(pins: str, version: str) -> None:
    found = find_python(tree({}), "", pins, "requirements.txt")

    assert found.value == version
