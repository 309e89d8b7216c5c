"""A path that is much alike is offered for one that is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from pa_deploy.settings.near import missing_path


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "deploy").mkdir()
    (tmp_path / "backend").mkdir()
    (tmp_path / "requirements3.6.txt").touch()
    (tmp_path / "requirements").mkdir()
    (tmp_path / "un\x1bprintable").mkdir()
    (tmp_path / "back_end").touch()
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "linked-files").symlink_to("backend")
    (tmp_path / "deploy" / "Requirements.txt").touch()
    return tmp_path


@pytest.mark.parametrize(
    ("given", "near"),
    [
        ("requirements.txt", "requirements3.6.txt"),
        ("requirement3.txt", "requirements3.6.txt"),
        ("deploy/requirements.txt", "deploy/Requirements.txt"),
        ("deploy/requirments.txt", "deploy/Requirements.txt"),
        ("deploy\\Requirements.txt", "deploy/Requirements.txt"),
        (".\\deploy\\requirments.txt", "./deploy/Requirements.txt"),
    ],
)
def test_a_file_that_is_alike_is_named(workspace: Path, given: str, near: str) -> None:
    problem = missing_path("requirements", given, workspace, is_folder=False)

    assert str(problem) == (
        f"requirements: There is no file {given} in the workspace. There is {near}. "
        f"Write `requirements: {near}`."
    )


@pytest.mark.parametrize(
    ("given", "near"),
    [
        ("back-end", "backend"),
        ("Backend", "backend"),
        ("backnd/", "backend"),
        ("./bakcend", "./backend"),
        ("linked_files", "linked-files"),
        (".\\backend", "./backend"),
        ("backnd\\", "backend"),
    ],
)
def test_a_folder_that_is_alike_is_named(workspace: Path, given: str, near: str) -> None:
    problem = missing_path("source", given, workspace, is_folder=True)

    assert str(problem).endswith(f"There is {near}. Write `source: {near}`.")


@pytest.mark.parametrize(
    "given",
    [
        "x",
        "deploy/x",
        "unprintable",
        "X" * 256,
        "no/requirements.txt",
        "requirements3.6.tx/y",
        "a\0b",
        "x" * 5000,
        "/",
        "\ud800",
    ],
)
def test_if_nothing_is_alike_the_workspace_is_named(workspace: Path, given: str) -> None:
    problem = missing_path("source", given, workspace, is_folder=True)

    assert "There is no folder" in problem.message
    assert str(workspace) in problem.advice
