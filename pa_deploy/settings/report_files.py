"""The files that a run writes about itself: its report, its outputs, its summary."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pa_deploy.errors import Problem, reason_of
from pa_deploy.inputs import Values
from pa_deploy.model import Mode
from pa_deploy.settings.local_files import find_mode, is_directory
from pa_deploy.settings.sources import Given, Source, read_values
from pa_deploy.settings.workspace import overwriting, workspace_problems

REPORT_FILES = ("report", "outputs-file", "summary-file")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSettings:
    """The files to write about a run, even if its other inputs cannot be used; and its mode."""

    mode: Mode
    summary: bool
    file: Path | None
    outputs_file: Path | None
    summary_file: Path | None


def resolve_report(given: Given, config: Sequence[Source] = ()) -> ReportSettings:
    """Settle the files to write; an input that cannot be used counts as unset."""
    workspace = given.workspace
    sources = (*given.sources, *config)
    values, _ = read_values(sources, only=("mode", "summary", *REPORT_FILES))
    refused = {each.input for each in workspace_problems(sources, given)}
    files = {
        name: workspace / text
        for name, text in _files_to_write(values).items()
        if name not in refused and not any(_problems(name, text, workspace))
    }
    return ReportSettings(
        mode=values.mode or "apply",
        summary=values.summary is not False,
        file=files.get("report"),
        outputs_file=files.get("outputs-file"),
        summary_file=files.get("summary-file"),
    )


def report_file_problems(values: Values, workspace: Path) -> Iterator[Problem]:
    """Problems that would keep these files from being written, as far as known beforehand."""
    for name, text in _files_to_write(values).items():
        yield from _problems(name, text, workspace)
    yield from record_problems(values, workspace)


def record_problems(values: Values, workspace: Path) -> Iterator[Problem]:
    """The same for the recording. A run adds to it as it goes, so it has more ways to fail."""
    text = values.record
    if not text:
        return
    found = tuple(_problems("record", text, workspace, example="recording.jsonl"))
    yield from found
    if found:
        return
    path = workspace / text
    # The folder that the file would be in, or the one above it that is there.
    folder = next(each for each in path.parents if each.exists() or each == each.parent)
    if not path.exists() and not is_directory(folder):
        yield Problem("record", f"{folder} is not a directory.", advice="Name another file.")
    yield from overwriting("record", text, path)
    for name, other in _files_to_write(values).items():
        if _as_on_disk(workspace / other) == _as_on_disk(path):
            said = f'"{text}" is the file of `{name}` too.'
            yield Problem("record", said, advice="Name another file.")


def _as_on_disk(path: Path) -> str:
    """The path, alike for all spellings that mean one file. Most disks of laptops ignore capitals,
    also in the name of a file that is yet to be written.
    """
    place = os.path.realpath(path)
    return place.casefold() if sys.platform in ("win32", "darwin") else place


def _files_to_write(values: Values) -> dict[str, str]:
    texts = {name: values.of(name) for name in REPORT_FILES}
    return {name: text for name, text in texts.items() if text}


def _problems(name: str, value: str, workspace: Path, example: str = "") -> Iterator[Problem]:
    try:
        mode = find_mode(workspace / value)
    except OSError as error:
        said = f'"{value}": {reason_of(error, "it is not a path")}.'
        yield Problem(name, said, advice="Name a file.")
        return
    if mode is not None and stat.S_ISDIR(mode):
        advice = f"Name a file in it, for example {value.rstrip('/')}/{example or name}."
        yield Problem(name, f'"{value}" is a directory.', advice=advice)
