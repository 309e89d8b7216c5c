"""Whether the run logs each request, and the file that it records them in."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pa_deploy.errors import Problem
from pa_deploy.inputs import Values
from pa_deploy.model import RECORDING_MARK
from pa_deploy.settings.local_files import find_mode, is_directory
from pa_deploy.settings.sources import Source, cascade, located, read_values, strongest
from pa_deploy.settings.workspace import workspace_problems

RUNNER_DEBUG = "RUNNER_DEBUG"
"""GitHub sets it to 1 in a run that somebody has started again with debug logging."""
OTHER_FILES = ("report", "outputs-file", "summary-file")

Debug = Literal["no", "if asked", "yes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """`debug` is "if asked" if only the CI has asked for it, which then shows such lines alone."""

    debug: Debug = "no"
    record: Path | None = None


def resolve_watching(
    flags: Mapping[str, str],
    environ: Mapping[str, str],
    workspace: Path,
    config: Sequence[Source],
    problems: list[Problem],
) -> Watching:
    """Settle both inputs. Add what is wrong with the file; texts that cannot be read count as
    unset, because another reader tells of them.
    """
    sources = cascade(flags, environ, config)
    values, _ = read_values(sources, only=("debug", "record"))
    refused = workspace_problems(sources, environ, workspace)
    found = [each for each in refused if each.input == "record"]
    found = found or list(record_problems(values, workspace))
    problems += located(found, sources)
    return Watching(
        debug=_debug(values, sources, environ),
        record=workspace / values.record if values.record and not found else None,
    )


def _debug(values: Values, sources: Sequence[Source], environ: Mapping[str, str]) -> Debug:
    """The input wins over the CI, even if it says no."""
    if strongest("debug", sources).text("debug"):
        return "yes" if values.debug else "no"
    return "if asked" if environ.get(RUNNER_DEBUG) == "1" else "no"


def record_problems(values: Values, workspace: Path) -> Iterator[Problem]:
    """Problems that would keep the recording from being written, as far as known beforehand."""
    text = values.record
    if not text:
        return
    try:
        mode = find_mode(workspace / text)
        ours = mode is None or (stat.S_ISREG(mode) and _is_recording(workspace / text))
    except OSError as error:
        reason = (error.strerror or "it is not a path").lower()
        yield Problem("record", f'"{text}": {reason}.', advice="Name a file.")
        return
    if mode is not None and stat.S_ISDIR(mode):
        advice = f"Name a file in it, for example {text.rstrip('/')}/recording.jsonl."
        yield Problem("record", f'"{text}" is a directory.', advice=advice)
    elif mode is None and not is_directory(folder := _nearest(workspace / text)):
        yield Problem("record", f"{folder} is not a directory.", advice="Name another file.")
    elif not ours:
        advice = "If you do not need it, delete it. Otherwise, set `record` to another file."
        yield Problem("record", f'"{text}" exists, and it is not a recording.', advice=advice)
    for name in OTHER_FILES:
        other = getattr(values, name.replace("-", "_"))
        if other and os.path.realpath(workspace / other) == os.path.realpath(workspace / text):
            said = f'"{text}" is the file of `{name}` too.'
            yield Problem("record", said, advice="Name another file.")


def _nearest(path: Path) -> Path:
    """The folder that the file would be in, or the one above it that is there."""
    return next(each for each in path.parents if each.exists() or each == each.parent)


def _is_recording(file: Path) -> bool:
    """Whether a file is empty, or begins as our recordings do."""
    with file.open("rb") as stream:
        return stream.read(len(RECORDING_MARK)) in (b"", RECORDING_MARK.encode())
