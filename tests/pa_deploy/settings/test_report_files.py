"""The files that a run writes about itself: what stands in their way is told beforehand."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from pa_deploy.settings import report_files, resolve_report
from pa_deploy.settings.sources import Given
from tests.pa_deploy.settings.resolving import cautions, problems

NAMES = ["report", "outputs_file", "summary_file"]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "folder").mkdir()
    (tmp_path / "notes").write_text("my notes")
    (tmp_path / "link").symlink_to("r.jsonl")
    os.mkfifo(tmp_path / "pipe")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "example"), [*((name, name.replace("_", "-")) for name in NAMES), ("record", "")]
)
@pytest.mark.parametrize("path", ["folder", "./folder//", ".", "folder/../folder/"])
def test_a_directory_is_told_with_a_file_in_it(
    workspace: Path, name: str, example: str, path: str
) -> None:
    assert problems(workspace, **{name: path}) == [
        (
            f'{name.replace("_", "-")}: "{path}" is a directory. '
            f"Name a file in it, for example {path.rstrip('/')}/{example or 'recording.jsonl'}."
        )
    ]


@pytest.mark.parametrize("name", [*NAMES, "record"])
@pytest.mark.parametrize("path", ["x" * 300, "x" * 300 + "/r"], ids=["name", "folder"])
def test_a_text_that_can_be_no_path_is_told(workspace: Path, name: str, path: str) -> None:
    assert problems(workspace, **{name: path}) == [
        f'{name.replace("_", "-")}: "{path}": file name too long. Name a file.'
    ]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("path", ["new", "notes", "pipe", "new/newer"])
def test_a_flag_may_name_any_file_for_what_is_written_at_the_end(
    workspace: Path, name: str, path: str
) -> None:
    assert cautions(workspace, **{name: path}) == []


@pytest.mark.parametrize("path", ["notes", "pipe", "./notes"])
def test_a_recording_overwrites_no_file_of_somebody_else(workspace: Path, path: str) -> None:
    assert problems(workspace, record=path) == [
        (
            f'record: "{path}" exists, and pa-deploy did not write it. '
            "If you do not need it, delete it. Otherwise, set `record` to another file."
        )
    ]


@pytest.mark.parametrize("path", ["notes/r", "notes/a/b/r", "pipe/r"])
def test_a_recording_needs_folders_that_can_be_made(workspace: Path, path: str) -> None:
    file = workspace / path.partition("/")[0]

    assert problems(workspace, record=path) == [
        f"record: {file} is not a directory. Name another file."
    ]


@pytest.mark.parametrize("path", ["new", "folder/new", "a/b/new", "link"])
def test_a_recording_may_be_a_new_file(workspace: Path, path: str) -> None:
    assert cautions(workspace, record=path) == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("path", ["r.jsonl", "./r.jsonl", "folder/../r.jsonl", "link"])
def test_a_recording_shares_its_file_with_no_other_output(
    workspace: Path, name: str, path: str
) -> None:
    assert problems(workspace, record="r.jsonl", **{name: path}) == [
        f'record: "r.jsonl" is the file of `{name.replace("_", "-")}` too. Name another file.'
    ]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("system", "is_refused"), [("win32", True), ("darwin", True), ("linux", False)]
)
def test_two_spellings_of_one_file_are_known(
    workspace: Path,
    name: str,
    system: str,
    is_refused: bool,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(report_files, "sys", SimpleNamespace(platform=system))
    given = {"record": "r.jsonl", name: "R.Jsonl"}

    said = problems(workspace, **given) if is_refused else cautions(workspace, **given)

    assert said == (
        [f'record: "r.jsonl" is the file of `{name.replace("_", "-")}` too. Name another file.']
        if is_refused
        else []
    )


@pytest.mark.parametrize("name", NAMES)
def test_an_output_that_cannot_be_used_counts_as_unset(workspace: Path, name: str) -> None:
    flags = {each.replace("_", "-"): f"new/{each}" for each in NAMES}
    flags[name.replace("_", "-")] = "folder"

    found = resolve_report(Given.of(flags, {}, workspace))

    files = {
        "report": found.file,
        "outputs_file": found.outputs_file,
        "summary_file": found.summary_file,
    }
    assert files == {each: None if each == name else workspace / "new" / each for each in NAMES}
