"""Which folder is the workspace, and which paths in it a run may read and write."""

from __future__ import annotations

from pathlib import Path

import pytest

from pa_deploy.inputs import INPUTS
from pa_deploy.settings.sources import Given
from pa_deploy.settings.workspace import WRITTEN, find_workspace, lies_in, workspace_problems

READ = [each.name for each in INPUTS if each.file == "read"]


def test_a_file_of_each_input_that_writes_one_can_be_known_again() -> None:
    assert set(WRITTEN) == {each.name for each in INPUTS if each.file == "written"}


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A git repository with links, beside a folder of somebody else."""
    (tmp_path / "out").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    folder = tmp_path / "work"
    (folder / ".git" / "hooks").mkdir(parents=True)
    (folder / ".git" / "link").symlink_to("hooks")
    (folder / "sub" / "deep").mkdir(parents=True)
    (folder / "file").touch()
    (folder / "link").symlink_to("../out")
    (folder / "loop").symlink_to("loop")
    (folder / "inside").symlink_to("sub")
    return folder


def told(workspace: Path, /, **flags: str) -> list[str]:
    """What is wrong with paths that flags name; `_` in a name stands for `-`."""
    given = Given.of({name.replace("_", "-"): text for name, text in flags.items()}, {}, workspace)
    return [str(problem) for problem in workspace_problems(given.sources, given)]


@pytest.mark.parametrize("named", [".", "work", "work/sub", "work/inside"])
def test_the_runner_names_the_workspace(workspace: Path, named: str) -> None:
    top = workspace.parent / named
    environ = {"GITHUB_WORKSPACE": str(top)}

    assert find_workspace(environ, workspace / "sub" / "deep") == top.resolve()


@pytest.mark.parametrize("named", ["out", "none", "loop", "work/file", "work/sub/deep"])
def test_a_workspace_that_the_run_is_not_in_does_not_count(workspace: Path, named: str) -> None:
    environ = {"GITHUB_WORKSPACE": str(workspace.parent / named)}

    assert find_workspace(environ, workspace / "sub") == workspace


@pytest.mark.parametrize("environ", [{}, {"GITHUB_WORKSPACE": ""}])
@pytest.mark.parametrize("folder", [".", "sub", "sub/deep", "inside/deep", ".git"])
def test_else_it_is_the_top_of_the_repository(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], folder: str
) -> None:
    monkeypatch.chdir(workspace.parent)  # where the process runs has no part in it

    assert find_workspace(environ, workspace / folder) == workspace


def test_of_nested_repositories_the_inner_one_counts(workspace: Path) -> None:
    (workspace / "sub" / ".git").write_text("gitdir: ../.git/modules/sub\n")

    assert find_workspace({}, workspace / "sub" / "deep") == workspace / "sub"


def test_without_a_repository_it_is_the_folder_itself(workspace: Path) -> None:
    assert find_workspace({}, workspace.parent / "out") == workspace.parent / "out"


@pytest.mark.parametrize("name", [*READ, *WRITTEN])
@pytest.mark.parametrize("path", ["link", "link/new", "./sub/../link/new", "loop", "loop/new"])
def test_a_link_that_leads_out_is_told_with_what_to_do(
    workspace: Path, name: str, path: str
) -> None:
    said = f'"{path}" is, or is below, a link that leads out of the workspace, {workspace}.'
    advice = (
        "Replace the link with the file or folder that it leads to, or name that path directly."
    )

    assert told(workspace, **{name: path}) == [f"{name}: {said} {advice}"]


@pytest.mark.parametrize("name", WRITTEN)
@pytest.mark.parametrize("path", [".git/new", ".git/link/new", "sub/../.git/hooks/new", "own/new"])
def test_a_path_in_gits_own_folder_is_told_with_what_to_do(
    workspace: Path, name: str, path: str
) -> None:
    (workspace / "own" / "objects").mkdir(parents=True)
    (workspace / "own" / "refs").mkdir()
    (workspace / "own" / "HEAD").touch()

    assert told(workspace, **{name: path}) == [
        f'{name}: "{path}" is in git\'s own folder. Choose a path outside .git.'
    ]


@pytest.mark.parametrize("name", READ)
@pytest.mark.parametrize("path", [".git/config", ".git/link", "../out", "inside", "file"])
def test_a_flag_may_name_what_is_only_read(workspace: Path, name: str, path: str) -> None:
    assert told(workspace, **{name: path}) == []


@pytest.mark.parametrize("name", WRITTEN)
@pytest.mark.parametrize("path", ["new", "file", "inside/new", "../out/new", "a\0b"])
def test_a_flag_may_name_other_files_to_write(workspace: Path, name: str, path: str) -> None:
    assert told(workspace, **{name: path}) == []


@pytest.mark.parametrize("folder", [".", "sub", ".git", "link"])
def test_who_names_no_path_has_no_problem(workspace: Path, folder: str) -> None:
    assert told(workspace / folder) == []


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("work", True),
        ("work/new", True),
        ("work/inside/new", True),
        ("work/link", False),
        ("works", False),
        ("a\0b", False),
        ("loop", False),
        ("work/loop", False),
        ("work/loop/new", False),
    ],
)
def test_a_path_lies_where_its_links_lead(workspace: Path, path: str, *, expected: bool) -> None:
    assert lies_in(workspace.parent / path, workspace) is expected
