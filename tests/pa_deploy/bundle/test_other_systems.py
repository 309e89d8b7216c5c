"""A folder on Windows or macOS gives the release that it gives on Linux."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pa_deploy.bundle import Manifest, never, read, select, walk
from pa_deploy.bundle.own_files import own_paths
from pa_deploy.bundle.read import read_file
from pa_deploy.errors import InputError
from tests.pa_deploy.bundle.git import Git, needs_git
from tests.pa_deploy.bundle.test_selection import put
from tests.portable import only_posix

NO_MODES = ("core.fileMode", "false")
NO_LINKS = ("core.symlinks", "false")


def program(folder: Path, path: str) -> None:
    put(folder, path)
    (folder / path).chmod(0o755)


def link(folder: Path, path: str, target: str) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).symlink_to(target)


PROJECTS: dict[str, Callable[[Path], None]] = {
    "a program": lambda folder: program(folder, "build.sh"),
    "a program in folders": lambda folder: program(folder, "tools/bin/Run"),
    "a link to a file": lambda folder: link(folder, "main.py", "app.py"),
    "a link up": lambda folder: link(folder, "site/app.py", "../app.py"),
    "a link to a folder": lambda folder: link(folder, "current", "data"),
    "a link of another script": lambda folder: link(folder, "b.txt", "datä/á.txt"),
}


def elsewhere(git: Git, folder: Path, *settings: tuple[str, str]) -> Git:
    """A clone as git makes it where the disk has no links, or no executable bits."""
    options = [part for name, value in settings for part in ("-c", f"{name}={value}")]
    git.run("clone", "-q", *options, ".", str(folder))
    for here, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != ".git"]
        for name in names:
            if not Path(here, name).is_symlink():
                Path(here, name).chmod(0o644)
    return Git(folder)


def manifest(git: Git) -> Manifest:
    return select(git.folder).manifest


@only_posix
@needs_git
@pytest.mark.parametrize("make", PROJECTS.values(), ids=PROJECTS)
def test_git_knows_what_the_disk_does_not(make: Callable[[Path], None], tmp_path: Path) -> None:
    git = Git.new(tmp_path / "here")
    put(git.folder, "app.py", "data/a.txt")
    make(git.folder)
    git.commit(".")

    there = elsewhere(git, tmp_path / "there", NO_MODES, NO_LINKS)

    assert not any(file.is_symlink() for file in there.folder.rglob("*"))
    assert manifest(there) == manifest(git)


@only_posix
@needs_git
@pytest.mark.parametrize("source", ["", "site", "sub"])
def test_git_knows_it_of_a_part_and_of_a_submodule(source: str, tmp_path: Path) -> None:
    inner = Git.new(tmp_path / "inner")
    program(inner.folder, "deep/run")
    inner.commit(".")
    git = Git.new(tmp_path / "here")
    program(git.folder, "site/run")
    git.run("submodule", "add", "-q", str(inner.folder), "sub")
    git.commit(".")
    git.run("config", *NO_MODES)
    Git(git.folder / "sub").run("config", *NO_MODES)
    expected = select(git.folder / source).manifest
    for file in (git.folder / "site/run", git.folder / "sub/deep/run"):
        file.chmod(0o644)

    found = select(git.folder / source).manifest

    assert found == expected
    assert "exec" in {entry.kind for entry in found.values()}


@only_posix
@needs_git
@pytest.mark.parametrize("target", ["../../secret", "/etc/passwd", "a/../../b", "bad.txt", "a\nb"])
def test_a_link_in_text_is_refused_as_a_real_one(target: str, tmp_path: Path) -> None:
    git = Git.new(tmp_path / "here")
    put(git.folder, "app.py")
    link(git.folder, "bad.txt", target)
    git.commit(".")
    there = elsewhere(git, tmp_path / "there", NO_LINKS)

    with pytest.raises(InputError, match=r"'bad\.txt' is a link"):
        manifest(there)


@only_posix
@needs_git
@pytest.mark.parametrize("settings", [(), (NO_MODES,)])
def test_a_file_in_the_place_of_a_link_is_a_file(
    settings: tuple[tuple[str, str], ...], tmp_path: Path
) -> None:
    """If the disk can have links, the user has replaced this one."""
    git = Git.new(tmp_path)
    link(tmp_path, "now", "app.py")
    git.commit(".")
    for name, value in settings:
        git.run("config", name, value)
    (tmp_path / "now").unlink()
    (tmp_path / "now").write_text("app.py")

    assert manifest(git)["now"].kind == "file"


STARTS = {
    b"#!/bin/sh\n": "exec",
    b"\x7fELF\x02": "exec",
    b"MZ\x90": "file",
    b"# a comment\n": "file",
    b"": "file",
}


@pytest.mark.parametrize(("start", "kind"), STARTS.items())
def test_what_git_does_not_know_is_told_by_how_it_begins(
    start: bytes, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows itself takes each `.exe` and `.bat` for a program."""
    monkeypatch.setattr(read, "HAS_MODES", False)
    (tmp_path / "tool.bat").write_bytes(start)
    (tmp_path / "tool.bat").chmod(0o755)

    entry = read_file(tmp_path, "tool.bat").entry

    assert entry
    assert entry.kind == kind


@pytest.mark.parametrize("name", ["node_modules", "up", "media"])
def test_a_junction_is_not_followed(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "app.py", f"{name}/inside.txt")
    monkeypatch.setattr(walk, "_is_junction", lambda entry: entry.name == name)

    with pytest.raises(InputError, match=f"'{name}' is a junction"):
        select(tmp_path)

    assert list(select(tmp_path, exclude=[name]).manifest) == ["app.py"]


class Spelt:
    """A row of a folder, as a disk tells it that opens a file by any spelling."""

    def __init__(self, row: os.DirEntry[str], spelling: str) -> None:
        self._row = row
        self.name = spelling if row.name == ".gitignore" else row.name

    def is_dir(self, *, follow_symlinks: bool) -> bool:
        return self._row.is_dir(follow_symlinks=follow_symlinks)


@pytest.mark.parametrize("spelling", [".GITIGNORE", ".GitIgnore", ".gitignore"])
@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_an_ignore_file_counts_by_any_spelling(
    spelling: str, end: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "app.py", "a.log")
    (tmp_path / ".gitignore").write_text(f"*.tmp{end or chr(10)}*.log{end}", newline="")
    scandir = os.scandir

    @contextmanager
    def spelt(folder: Path) -> Iterator[list[Spelt]]:
        with scandir(folder) as rows:
            yield [Spelt(row, spelling) for row in rows]

    monkeypatch.setattr(os, "scandir", spelt)

    assert list(select(tmp_path, exclude=[f"/{spelling}"]).manifest) == ["app.py"]


@pytest.mark.parametrize("spelt", ["REPORT.json", "Report.JSON", "report.json"])
def test_a_file_of_the_run_is_known_by_any_spelling(spelt: str, tmp_path: Path) -> None:
    """A hard link is the same file, as any spelling is if the disk ignores capitals."""
    (tmp_path / "report.json").touch()
    if not (tmp_path / spelt).exists():
        (tmp_path / spelt).hardlink_to(tmp_path / "report.json")

    assert "report.json" in own_paths(tmp_path, [tmp_path / spelt])


def test_another_file_that_differs_in_capitals_is_not_one_of_the_run(tmp_path: Path) -> None:
    (tmp_path / "report.json").touch()
    (tmp_path / "Report.json").touch()
    if len(list(tmp_path.iterdir())) == 1:
        pytest.skip("this disk tells no capitals apart")

    assert own_paths(tmp_path, [tmp_path / "Report.json"]) == {"Report.json"}


@pytest.mark.parametrize("path", ["a/b.txt", "c.txt", "deep/er/d.txt"])
def test_a_complaint_names_the_file_even_from_another_drive(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def relpath(*_: object) -> str:
        raise ValueError("path is on mount 'D:', start on mount 'C:'")

    monkeypatch.setattr(os.path, "relpath", relpath)
    found = walk.Walk(tmp_path, walk.Rules(None, None), never)  # type: ignore[arg-type]

    found._complain(OSError(5, "Access is denied", f"D:/{path}"))

    assert f"'D:/{path}' cannot be read: access is denied." in found.problems[0].message
