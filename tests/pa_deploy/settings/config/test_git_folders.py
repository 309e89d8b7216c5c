"""No file is written into git's own folders, whoever names it: git runs what is in them."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from pa_deploy.errors import InputError
from pa_deploy.settings import resolve_all, resolve_report
from pa_deploy.settings.config import read_config
from pa_deploy.settings.git_folders import is_in_git
from pa_deploy.settings.reading import read_inputs
from pa_deploy.settings.sources import Given
from tests.soak import diagonal
from tests.terminal import Terminal

ACCOUNT = {"PA_TOKEN": "0123456789abcdef", "PA_USERNAME": "alice"}
WRITTEN = ["report", "summary-file", "outputs-file", "record"]


def git(folder: Path, *words: str) -> None:
    settings = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    subprocess.run(["git", *settings, *words], cwd=folder, check=True, capture_output=True)


def plain(folder: Path) -> None:
    git(folder, "init", "-q")
    (folder / "link").symlink_to(".git")


def nested(folder: Path) -> None:
    (folder / "inner").mkdir()
    git(folder / "inner", "init", "-q")


def separate(folder: Path) -> None:
    git(folder, "init", "-q", "--separate-git-dir", "own")


def pointed(folder: Path) -> None:
    (folder / "own").mkdir()
    (folder / ".git").write_text("gitdir: ./own\n")


def bare(folder: Path) -> None:
    git(folder, "init", "-q")
    git(folder, "init", "-q", "--bare", "own")


def worktree(folder: Path) -> None:
    """The workspace is a worktree of a repository beside it."""
    git(folder.parent, "init", "-q", "main")
    git(folder.parent / "main", "commit", "-q", "--allow-empty", "-m", "a")
    git(folder.parent / "main", "worktree", "add", "-q", "-f", str(folder))


CASES: list[tuple[Callable[[Path], None], str]] = [
    (plain, ".git/hooks/post-checkout"),
    (plain, ".git"),
    (plain, ".GIT/new"),
    (plain, "./x/../.git/new"),
    (plain, "link/new"),
    (nested, "inner/.git/hooks/pre-commit"),
    (separate, "own/hooks/pre-commit"),
    (separate, ".git"),
    (pointed, "own/new"),
    (bare, "own/hooks/post-update"),
    (worktree, "../main/.git/hooks/pre-commit"),
    (worktree, "../main/.git/worktrees/work/new"),
]


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize(("make", "path", "name"), diagonal(CASES, WRITTEN))
def test_a_flag_writes_nothing_into_it(
    offline: Terminal, workspace: Path, make: Callable[[Path], None], path: str, name: str
) -> None:
    make(workspace)
    was_there = (workspace / path).exists()

    done = offline.type("deploy", f"--{name}", path)

    assert done.exit_code == 2
    said = " ".join((done.out + done.err).split())
    assert f'{name}: "{path}"' in said
    assert "in git's own folder" in said or "a link that leads out" in said
    assert (workspace / path).exists() == was_there


@pytest.mark.parametrize(
    ("make", "path", "name"), diagonal([case for case in CASES if ".." not in case[1]], WRITTEN)
)
def test_a_config_file_writes_nothing_into_it(
    workspace: Path, make: Callable[[Path], None], path: str, name: str
) -> None:
    make(workspace)
    (workspace / "pa-deploy.toml").write_text(f'{name} = "{path}"')
    config = read_config(Given.of({}, ACCOUNT, workspace))

    with pytest.raises(InputError) as caught:
        resolve_all(read_inputs(Given.of({}, ACCOUNT, workspace)))

    assert [problem.input for problem in caught.value.problems] == [name]
    assert path not in str(resolve_report(Given.of({}, ACCOUNT, workspace), config.shared))


@pytest.mark.parametrize(
    ("make", "path"),
    diagonal(
        [plain, nested, separate, pointed, worktree],
        ["r.json", "a/b", ".github/r.json", "../r.json", "HEAD", "x.git/r"],
    ),
)
def test_all_other_places_are_free(
    workspace: Path, make: Callable[[Path], None], path: str
) -> None:
    make(workspace)

    assert not is_in_git(workspace / path, workspace)


def test_a_worktree_in_its_bare_repository_is_free(workspace: Path) -> None:
    git(workspace, "init", "-q", "--bare")
    inner = workspace / "tree"
    inner.mkdir()

    assert not is_in_git(inner / "r.json", inner)
    assert is_in_git(workspace / "hooks" / "x", inner)
