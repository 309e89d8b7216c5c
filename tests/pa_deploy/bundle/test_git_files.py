"""What git tracks is shipped, whatever kind of repository it is."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from pa_deploy.bundle import select
from pa_deploy.bundle.selection import Selection
from tests.pa_deploy.bundle.git import Git, needs_git
from tests.pa_deploy.bundle.test_selection import put, shipped
from tests.soak import first_of

pytestmark = needs_git

INDEXES = {
    "version 2": ("--index-version", "2"),
    "version 4": ("--index-version", "4"),
    "untracked cache": ("--untracked-cache",),
}


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """A repository whose ignore file means files that are tracked all the same."""
    made = Git.new(tmp_path / "repo")
    put(made.folder, "app.py", "data/kept.csv", "data/deep/kept.csv", "data/new.csv", "a.log")
    (made.folder / ".gitignore").write_text("data/\n*.log\n")
    made.commit("app.py", "data/kept.csv", "data/deep/kept.csv", ".gitignore")
    return made


KEPT = [".gitignore", "app.py", "data/deep/kept.csv", "data/kept.csv"]


def reasons(found: Selection) -> dict[str, str]:
    return {row.path: row.reason for row in found.left_out}


@pytest.mark.parametrize("options", INDEXES.values(), ids=INDEXES)
def test_a_tracked_file_is_shipped_though_it_is_ignored(git: Git, options: tuple[str, ...]) -> None:
    git.run("update-index", *options)

    found = select(git.folder)

    assert list(found.manifest) == KEPT
    assert found.warnings == ()
    assert reasons(found) == {
        ".git/": "version control",
        "a.log": "ignored by .gitignore, line 2",
        "data/new.csv": "ignored by .gitignore, line 1",
    }


def test_hashes_may_be_longer(tmp_path: Path) -> None:
    git = Git.new(tmp_path, "--object-format=sha256")
    put(tmp_path, "a.log", "b.log")
    (tmp_path / ".gitignore").write_text("*.log\n")
    git.commit("a.log")

    assert shipped(tmp_path) == [".gitignore", "a.log"]


@pytest.mark.parametrize("name", [b"caf\xc3\xa9.log", "日本.log".encode(), b"a b\xc2\xa0.log"])
def test_a_tracked_name_may_be_any_text(tmp_path: Path, name: bytes) -> None:
    git = Git.new(tmp_path)
    (tmp_path / os.fsdecode(name)).touch()
    (tmp_path / ".gitignore").write_text("*.log\n")
    git.commit(os.fsdecode(name))

    assert shipped(tmp_path) == sorted([".gitignore", os.fsdecode(name)])


def test_a_marked_entry_is_tracked_too(git: Git) -> None:
    """It makes the index one of version 3, or has more than one entry for a file."""
    git.run("update-index", "--skip-worktree", "data/kept.csv")
    put(git.folder, "data/meant.csv")
    git.run("add", "-f", "--intent-to-add", "data/meant.csv")

    assert shipped(git.folder) == sorted([*KEPT, "data/meant.csv"])


def test_a_file_in_conflict_is_tracked(git: Git) -> None:
    git.run("checkout", "-q", "-b", "other")
    (git.folder / "data/kept.csv").write_text("1")
    git.commit("data/kept.csv")
    git.run("checkout", "-q", "-")
    (git.folder / "data/kept.csv").write_text("2")
    git.commit("data/kept.csv")
    git.run("merge", "-q", "other", ok=(1,))

    assert shipped(git.folder) == KEPT


def test_what_is_tracked_and_deleted_is_not_there(git: Git) -> None:
    (git.folder / "data/kept.csv").unlink()

    assert shipped(git.folder) == [each for each in KEPT if each != "data/kept.csv"]


def test_no_file_is_tracked_any_more_that_was_taken_from_the_index(git: Git) -> None:
    git.run("rm", "-q", "--cached", "data/kept.csv")

    assert "data/kept.csv" not in shipped(git.folder)


@pytest.mark.parametrize("source", ["data", "data/deep"])
def test_the_source_may_be_a_folder_of_the_repository(git: Git, source: str) -> None:
    expected = [each for each in KEPT if each.startswith(f"{source}/")]
    (git.folder / ".gitignore").write_text("*.csv\n")

    assert shipped(git.folder / source) == [each.removeprefix(f"{source}/") for each in expected]


def test_the_folder_of_git_may_be_elsewhere(git: Git, tmp_path: Path) -> None:
    """A second work tree has a file in place of it, and shares `info/exclude`."""
    tree = tmp_path / "tree"
    git.run("worktree", "add", "-q", str(tree))
    (git.folder / ".git" / "info" / "exclude").write_text("*.tmp\n")
    put(tree, "a.tmp", "b.log", "c.txt")

    found = select(tree)

    assert list(found.manifest) == sorted([*KEPT, "c.txt"])
    assert reasons(found)["a.tmp"] == "ignored by .git/info/exclude, line 1"


@pytest.mark.parametrize("place", ["info/exclude", "../.gitignore", "../data/.gitignore"])
def test_every_ignore_file_of_the_repository_counts(git: Git, place: str) -> None:
    (git.folder / ".gitignore").write_text("")
    put(git.folder, "data/x.tmp")
    (git.folder / ".git" / place).write_text("*.tmp\n")

    assert "data/x.tmp" not in shipped(git.folder)


def test_the_ignore_file_of_the_user_does_not_count(
    git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine").write_text("*.txt\n")
    (tmp_path / ".gitconfig").write_text(f"[core]\nexcludesFile = {tmp_path / 'mine'}\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    put(git.folder, "a.txt")

    assert "a.txt" in shipped(git.folder)


def test_an_ignore_file_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    git = Git.new(tmp_path)
    put(tmp_path, "a.log")
    (tmp_path / "patterns").write_text("*.log\n")
    (tmp_path / ".gitignore").symlink_to("patterns")

    assert shipped(tmp_path) == git.shipped() == [".gitignore", "a.log", "patterns"]


def test_capitals_count_for_git_unless_it_is_told_otherwise(tmp_path: Path) -> None:
    git = Git.new(tmp_path)
    put(tmp_path, "A.LOG", "Kept.log", "b.txt")
    (tmp_path / ".gitignore").write_text("*.log\n")
    git.commit("Kept.log")

    assert shipped(tmp_path) == git.shipped() == [".gitignore", "A.LOG", "Kept.log", "b.txt"]

    git.run("config", "core.ignoreCase", "true")
    assert shipped(tmp_path) == git.shipped() == [".gitignore", "Kept.log", "b.txt"]


def with_submodule(git: Git, tmp_path: Path) -> Path:
    """A repository in `lib/`, which ignores one of the files that it tracks."""
    inner = Git.new(tmp_path / "inner")
    put(inner.folder, "code.py", "kept.tmp")
    (inner.folder / ".gitignore").write_text("*.tmp\n")
    inner.commit("code.py", "kept.tmp", ".gitignore")
    git.run("submodule", "--quiet", "add", str(inner.folder), "lib")
    git.run("commit", "-q", "-m", "x")
    return git.folder / "lib"


def test_a_submodule_is_shipped_as_its_own_git_has_it(git: Git, tmp_path: Path) -> None:
    put(with_submodule(git, tmp_path), "new.tmp", "new.py")

    found = select(git.folder)

    assert found.warnings == ()
    assert [each for each in found.manifest if each.startswith("lib/")] == [
        "lib/.gitignore",
        "lib/code.py",
        "lib/kept.tmp",
        "lib/new.py",
    ]


@pytest.mark.parametrize("ignored", first_of(["", "lib/\n", "*\n"]))
def test_a_submodule_that_is_not_checked_out_is_warned_of(
    git: Git, tmp_path: Path, ignored: str
) -> None:
    with_submodule(git, tmp_path)
    git.run("submodule", "--quiet", "deinit", "-f", "lib")
    (git.folder / ".gitignore").write_text(ignored)

    (warning,) = select(git.folder).warnings

    assert '"lib/"' in warning
    assert "`submodules: true`" in warning
    assert "`git submodule update --init`" in warning


def test_a_submodule_that_exclude_means_is_not_warned_of(git: Git, tmp_path: Path) -> None:
    with_submodule(git, tmp_path)
    git.run("submodule", "--quiet", "deinit", "-f", "lib")

    assert select(git.folder, exclude=["lib/"]).warnings == ()


def damage(index: Path) -> None:
    index.write_bytes(index.read_bytes()[:100])


def empty_header(index: Path) -> None:
    index.write_bytes(b"DIRC\0\0\0\x09\0\0\0\x01")


def folder(index: Path) -> None:
    index.unlink()
    index.mkdir()


@pytest.mark.parametrize("spoil", [damage, empty_header, folder])
def test_without_a_usable_index_patterns_alone_count_and_that_is_said(
    git: Git, spoil: object
) -> None:
    assert callable(spoil)
    spoil(git.folder / ".git" / "index")

    found = select(git.folder)

    assert list(found.manifest) == [".gitignore", "app.py"]
    assert found.warnings[0].startswith("pa-deploy cannot see which files git tracks: ")


def test_a_sparse_checkout_is_shipped_as_it_is(git: Git) -> None:
    """Its index has one entry for a folder that is not checked out."""
    put(git.folder, "far/away/x.py", "near/y.log")
    git.commit("far/away/x.py", "near/y.log")
    git.run("sparse-checkout", "set", "--cone", "--sparse-index", "near")

    found = select(git.folder)

    assert "near/y.log" in found.manifest
    assert "far/away/x.py" not in found.manifest
    assert found.warnings == ()


def test_a_split_index_is_named_with_the_way_out(git: Git) -> None:
    git.run("update-index", "--split-index")
    put(git.folder, "one.txt")
    git.run("add", "one.txt")

    (warning,) = select(git.folder).warnings

    assert "`git update-index --no-split-index`" in warning


@pytest.mark.parametrize("content", ["", "gitdir: ../nowhere\n", "nonsense", "gitdir: \0\n"])
def test_a_file_that_leads_to_no_repository_is_said(tmp_path: Path, content: str) -> None:
    put(tmp_path, "a.py")
    (tmp_path / ".git").write_text(content)

    found = select(tmp_path)

    assert tuple(found.manifest) == ("a.py",)
    assert found.warnings[0].startswith("pa-deploy cannot see which files git tracks: ")


def test_a_repository_without_a_commit_needs_no_warning(tmp_path: Path) -> None:
    Git.new(tmp_path)
    put(tmp_path, "a.py", "a.log")
    (tmp_path / ".gitignore").write_text("*.log\n")

    found = select(tmp_path)

    assert tuple(found.manifest) == (".gitignore", "a.py")
    assert found.warnings == ()


def test_the_git_program_is_not_run(git: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a program was started")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    monkeypatch.setenv("PATH", "")

    assert shipped(git.folder) == KEPT


@pytest.mark.parametrize("place", [".git", ".git/index", ".git/config", ".git/info/exclude"])
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/urandom", "pipe"])
def test_what_has_no_end_is_not_read_in_gits_folder(
    tmp_path: Path, place: str, device: str
) -> None:
    put(tmp_path, "app.py")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / place).symlink_to(tmp_path / "pipe" if device == "pipe" else device)

    found = select(tmp_path, exclude=["pipe"])

    assert list(found.manifest) == ["app.py"]
    assert found.warnings


def test_gits_config_includes_no_other_file(git: Git, tmp_path: Path) -> None:
    (tmp_path / "other").write_text("[core]\n\tignorecase = true\n")
    with (git.folder / ".git" / "config").open("a") as config:
        config.write(f"[include]\n\tpath = {tmp_path / 'other'}\n[include]\n\tpath = /dev/zero\n")
    put(git.folder, "A.LOG")

    assert "A.LOG" in select(git.folder).manifest
