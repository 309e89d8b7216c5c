"""Whether the run logs each request, and the file that it records them in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pa_deploy.errors import Problem
from pa_deploy.inputs import Values
from pa_deploy.settings.report_files import record_problems
from pa_deploy.settings.sources import Given, Source, located, read_values, strongest
from pa_deploy.settings.workspace import workspace_problems

RUNNER_DEBUG = "RUNNER_DEBUG"
"""GitHub sets it to 1 in a run that somebody has started again with debug logging."""

Debug = Literal["no", "if asked", "yes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """`debug` is "if asked" if only the CI has asked for it, which then shows such lines alone."""

    debug: Debug = "no"
    record: Path | None = None


def resolve_watching(given: Given, config: Sequence[Source], problems: list[Problem]) -> Watching:
    """Settle both inputs. Add what is wrong with the file; texts that cannot be read count as
    unset, because another reader tells of them.
    """
    workspace = given.workspace
    sources = (*given.sources, *config)
    values, _ = read_values(sources, only=("debug", "record"))
    refused = workspace_problems(sources, given)
    found = [each for each in refused if each.input == "record"]
    found = found or list(record_problems(values, workspace))
    problems += located(found, sources)
    return Watching(
        debug=_debug(values, sources, given.environ),
        record=workspace / values.record if values.record and not found else None,
    )


def _debug(values: Values, sources: Sequence[Source], environ: Mapping[str, str]) -> Debug:
    """The input wins over the CI, even if it says no."""
    if strongest("debug", sources).text("debug"):
        return "yes" if values.debug else "no"
    return "if asked" if environ.get(RUNNER_DEBUG) == "1" else "no"
