"""The files that a run writes about itself: its report, its outputs, its summary."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pa_deploy.errors import Problem
from pa_deploy.inputs import Values
from pa_deploy.settings.local_files import find_mode
from pa_deploy.settings.sources import Source, cascade, read_values
from pa_deploy.settings.watching import record_problems
from pa_deploy.settings.workspace import workspace_problems


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSettings:
    """The files to write about a run, even if its other inputs cannot be used."""

    summary: bool
    file: Path | None
    outputs_file: Path | None
    summary_file: Path | None


def resolve_report(
    flags: Mapping[str, str],
    environ: Mapping[str, str],
    workspace: Path,
    config: Sequence[Source] = (),
) -> ReportSettings:
    """Settle the files to write; an input that cannot be used counts as unset."""
    sources = cascade(flags, environ, config)
    values, _ = read_values(sources)
    refused = {each.input for each in workspace_problems(sources, environ, workspace)}
    files = {
        name: workspace / text
        for name, text in _files_to_write(values).items()
        if text and name not in refused and not any(_problems(name, text, workspace))
    }
    return ReportSettings(
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


def _files_to_write(values: Values) -> dict[str, str | None]:
    return {
        "report": values.report,
        "outputs-file": values.outputs_file,
        "summary-file": values.summary_file,
    }


def _problems(name: str, value: str | None, workspace: Path) -> Iterator[Problem]:
    if not value:
        return
    try:
        mode = find_mode(workspace / value)
    except OSError as error:
        reason = (error.strerror or "it is not a path").lower()
        yield Problem(name, f'"{value}": {reason}.', advice="Name a file.")
        return
    if mode is not None and stat.S_ISDIR(mode):
        advice = f"Name a file in it, for example {value.rstrip('/')}/{name}."
        yield Problem(name, f'"{value}" is a directory.', advice=advice)
