"""Keep the paths that the repository decides in the workspace.

Whoever can change it, in a pull request for example, could otherwise have any file of the machine
read or overwritten: by a path in the config file, or by a link at a path that the workflow names. A
path that flags or the environment name outside the workspace may lead anywhere.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pa_deploy.errors import Problem
from pa_deploy.inputs import BY_NAME, INPUTS, Values, path_of
from pa_deploy.model import OUTPUT_PREFIX, RECORDING_MARK, REPORT_MARK, SUMMARY_MARK
from pa_deploy.settings.git_folders import GIT_FOLDER, is_in_git
from pa_deploy.settings.local_files import find_mode, is_directory, read_file, resolved
from pa_deploy.settings.sources import Given, Source, strongest

OUTPUT_LINE = re.compile(rf"{OUTPUT_PREFIX}[A-Z_]+=.*".encode())


def find_workspace(environ: Mapping[str, str], folder: Path) -> Path:
    """The workspace of a run in `folder`, with links resolved.

    It is the one that the runner names, else the top of the git repository, else the folder itself.
    """
    here = resolved(folder)
    told = environ.get("GITHUB_WORKSPACE")
    if told and is_directory(Path(told)) and here.is_relative_to(resolved(Path(told))):
        return resolved(Path(told))
    return next((each for each in (here, *here.parents) if (each / ".git").exists()), here)


def workspace_problems(sources: Sequence[Source], given: Given) -> Iterator[Problem]:
    """Problems of the paths that are named."""
    folder = given.workspace
    workspace = find_workspace(given.environ, folder)
    for name in (each.name for each in INPUTS if each.file):
        source = strongest(name, sources)
        text = path_of(source.text(name)) if name == "requirements" else source.text(name)
        if text and source.in_repository:
            yield from _problems(name, text, folder, workspace)
        elif text and leads_out(folder / text, workspace):
            yield _link_problem(name, text, workspace)
        elif text and name in WRITTEN and is_in_git(folder / text, workspace):
            yield _git_problem(name, text)


def stay_in_workspace(
    values: Values,
    sources: Sequence[Source],
    given: Given,
    problems: list[Problem],
) -> Values:
    """The values without the paths that the config file may not name, so that nobody opens them.

    A refused `source` becomes the working directory, because other inputs need a `source`.
    """
    refused = list(workspace_problems(sources, given))
    problems += refused
    instead: dict[str, Any] = {BY_NAME[problem.input].field: None for problem in refused}
    if "source" in instead:
        instead["source"] = "."
    return replace(values, **instead)


def leads_out(path: Path, workspace: Path) -> bool:
    """Whether a path stands in the workspace, and a link in it leads out of it or into `.git`.

    The repository decides what links it has, whoever names the path.
    """
    try:
        written = Path(os.path.normpath(path))
        place = resolved(written)
        folder = next(each for each in written.parents if resolved(each) == workspace)
    except (StopIteration, ValueError):  # ValueError: not a path, as another reader reports
        return False
    except OSError:
        return True
    if not place.is_relative_to(workspace):
        return True
    below = written.relative_to(folder)
    is_linked = place != workspace / below
    return is_linked and is_in_git(place, workspace) and GIT_FOLDER not in below.parts


def lies_in(path: Path, workspace: Path) -> bool:
    """Whether a path leads to a place in the workspace, with all links followed."""
    try:
        return resolved(path).is_relative_to(workspace)
    except (OSError, ValueError):
        return False


def _problems(name: str, text: str, folder: Path, workspace: Path) -> Iterator[Problem]:
    advice = (
        f"A config file may only name files in the workspace, {workspace}. "
        f"Set `{name}` in the workflow or with --{name} instead."
    )
    path = folder / text
    if not lies_in(path, workspace):
        yield Problem(name, f'"{text}" is outside the workspace.', advice=advice)
    elif is_in_git(path, workspace):
        yield _git_problem(name, text)
    elif name in WRITTEN:
        yield from overwriting(name, text, resolved(path))


def _git_problem(name: str, text: str) -> Problem:
    said = f'"{text}" is in git\'s own folder.'
    return Problem(name, said, advice="Choose a path outside .git.")


def _link_problem(name: str, text: str, workspace: Path) -> Problem:
    said = f'"{text}" is, or is below, a link that leads out of the workspace, {workspace}.'
    advice = (
        "Replace the link with the file or folder that it leads to, or name that path directly."
    )
    return Problem(name, said, advice=advice)


def overwriting(name: str, text: str, path: Path) -> Iterator[Problem]:
    """A file that is there, and that pa-deploy did not write before.

    A directory, and what the system says is no path, have messages of their own.
    """
    try:
        mode = find_mode(path)
    except OSError:
        return
    if mode is None or stat.S_ISDIR(mode) or (stat.S_ISREG(mode) and _is_ours(name, path)):
        return
    advice = f"If you do not need it, delete it. Otherwise, set `{name}` to another file."
    yield Problem(name, f'"{text}" exists, and pa-deploy did not write it.', advice=advice)


def _is_ours(name: str, file: Path) -> bool:
    try:
        return WRITTEN[name](file)
    except OSError:
        return False


def _is_report(file: Path) -> bool:
    try:
        report = json.loads(read_file(file))
    except (ValueError, RecursionError):
        return False
    return isinstance(report, dict) and report.items() >= REPORT_MARK.items()


def _is_summary(file: Path) -> bool:
    return read_file(file).rstrip().endswith(SUMMARY_MARK.encode())


def _are_outputs(file: Path) -> bool:
    return all(OUTPUT_LINE.fullmatch(line) for line in read_file(file).splitlines())


def _is_recording(file: Path) -> bool:
    """Whether it is empty, or begins as a recording does, which may be of any size."""
    with file.open("rb") as stream:
        return stream.read(len(RECORDING_MARK)) in (b"", RECORDING_MARK.encode())


WRITTEN: Mapping[str, Callable[[Path], bool]] = {
    "report": _is_report,
    "summary-file": _is_summary,
    "outputs-file": _are_outputs,
    "record": _is_recording,
}
"""For each input, how to tell by its content whether pa-deploy wrote a regular file."""
