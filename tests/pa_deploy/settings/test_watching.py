"""Whether a run logs each request, and the file that it records them in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from pa_deploy.errors import Problem
from pa_deploy.settings import Watching, resolve_watching
from pa_deploy.settings.sources import Given, Source

OF_CI = {"RUNNER_DEBUG": "1"}


def watching(
    workspace: Path,
    flags: Mapping[str, str],
    environ: Mapping[str, str],
    in_file: Mapping[str, str] = {},
) -> tuple[Watching, list[str]]:
    """What it settles, and the problems that it adds."""
    config = Source(in_file, lambda name: f"line of {name}", in_repository=True)
    problems: list[Problem] = []
    found = resolve_watching(Given.of(flags, environ, workspace), (config,), problems)
    return found, [str(each) for each in problems]


@pytest.mark.parametrize(
    ("flags", "environ", "debug"),
    [
        ({}, {}, "no"),
        ({"debug": "true"}, {}, "yes"),
        ({"debug": "false"}, {}, "no"),
        ({}, {"PA_DEBUG": "true"}, "yes"),
        ({}, OF_CI, "if asked"),
        ({}, {"RUNNER_DEBUG": "0"}, "no"),
        ({}, {"RUNNER_DEBUG": "true"}, "no"),
        ({"debug": "true"}, OF_CI, "yes"),
        ({"debug": "false"}, OF_CI, "no"),
        ({"debug": "maybe"}, OF_CI, "no"),
        ({"debug": " "}, OF_CI, "if asked"),
    ],
)
def test_the_input_wins_over_the_ci(
    tmp_path: Path, flags: dict[str, str], environ: dict[str, str], debug: str
) -> None:
    assert watching(tmp_path, flags, environ) == (Watching(debug=debug), [])  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "value"), [("debug", "true"), ("record", "r.jsonl")])
def test_the_config_file_counts_too(tmp_path: Path, name: str, value: str) -> None:
    expected = Watching(debug="yes") if name == "debug" else Watching(record=tmp_path / "r.jsonl")

    assert watching(tmp_path, {}, {}, {name: value}) == (expected, [])


@pytest.mark.parametrize("path", ["r.jsonl", "a/b.jsonl", "/nowhere/r.jsonl"])
def test_a_recording_is_below_the_workspace_or_where_a_whole_path_leads(
    tmp_path: Path, path: str
) -> None:
    found, problems = watching(tmp_path, {"record": path}, {})

    assert (found.record, problems) == (tmp_path / path, [])


@pytest.mark.parametrize(
    ("flags", "in_file", "said"),
    [
        ({"record": "notes"}, {}, 'record: "notes" exists, and pa-deploy did not write it.'),
        ({"record": "folder"}, {}, 'record: "folder" is a directory.'),
        ({"record": ".git/r"}, {}, 'record: ".git/r" is in git\'s own folder.'),
        ({}, {"record": "../r"}, 'line of record: record: "../r" is outside the workspace.'),
        ({}, {"record": "notes"}, 'line of record: record: "notes" exists, and pa-deploy'),
        ({}, {"record": "folder"}, 'line of record: record: "folder" is a directory.'),
        ({}, {"record": "../r", "report": "../r"}, "line of record: record: "),
    ],
)
def test_a_file_that_cannot_be_used_is_told_and_not_written(
    tmp_path: Path, flags: dict[str, str], in_file: dict[str, str], said: str
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "folder").mkdir()
    (tmp_path / "notes").write_text("my notes")

    found, problems = watching(tmp_path, flags, {}, in_file)

    assert found.record is None
    assert len(problems) == 1
    assert problems[0].startswith(said)


def test_what_is_wrong_with_other_files_is_told_elsewhere(tmp_path: Path) -> None:
    found, problems = watching(tmp_path, {"record": "r", "report": "."}, {}, {"wsgi-file": "../w"})

    assert (found.record, problems) == (tmp_path / "r", [])
