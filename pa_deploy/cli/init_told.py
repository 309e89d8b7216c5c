"""What `init` says at its end: what it wrote, what is left to do, and the next commands."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from typing import Any

from pa_deploy.cli.init_files import Written
from pa_deploy.cli.repository import secrets
from pa_deploy.cli.show import Show
from pa_deploy.detect.project import Detected, Known
from pa_deploy.errors import Problem
from pa_deploy.init import CONFIG, CiFile

OWNER = "OWNER/"
"""Stands in what is written for the owner of the action's repository."""


def line(problem: Problem) -> str:
    """A problem and its advice in one line, with the place if they do not name the file."""
    said = f"{problem.message} {problem.advice}".strip()
    file = problem.source.partition(":")[0]
    return f"{problem.source}: {said}" if file and file not in said else said


def tell(
    found: Detected,
    known: Known,
    workflow: CiFile | None,
    written: Sequence[Written],
    show: Show,
) -> None:
    if show.as_json:
        show.data(_data(found, workflow, written))
        return
    ci = show.ci
    for each in written:
        ci.log(f"{each.state}: {each.path}")
    for problem in found.findings.problems:
        ci.warning(line(problem))
    for note in found.findings.notes:
        ci.log(f"Note: {line(note)}")
    for step in _left(found, known, workflow):
        ci.log(step)
    new = [each.path for each in written if each.state == "Written"]
    if new:
        ci.log(f"  git add {shlex.join(new)}  # before you commit")


def _left(found: Detected, known: Known, workflow: CiFile | None) -> Iterator[str]:
    """What is left to do, and the next commands."""
    hidden = secrets(found)
    given = {
        each.value.partition("=")[0]
        for each in found.findings.values
        if each.input_name == "variables"
    }
    needed = [
        each
        for each in found.findings.variables
        if not each.is_secret
        and each.default is None
        and each.value is None
        and each.name not in given
    ]
    if not known.username:
        yield f"Fill in `username` in {CONFIG}, or set PA_USERNAME."
    for each in needed:
        yield f"{each.place} needs {each.name}: add its value to [variables] in {CONFIG}."
    for each in hidden:
        yield f"{each.place} needs {each.name}, a secret: give it in `env`, as below."
    if workflow:
        yield workflow.note
        if OWNER in workflow.text:
            file = workflow.path or workflow.beside
            number = workflow.text[: workflow.text.index(OWNER)].count("\n") + 1
            where = f"{file}, line {number}" if workflow.path else file
            yield f"{where}: replace OWNER with the owner of the pa-deploy repository that you use."
        if not workflow.path and workflow.text:
            yield f"Add this to {workflow.beside}:\n{workflow.text}"
    yield "Next:"
    yield "  export PA_TOKEN=…  # PythonAnywhere, Account, API token"
    if hidden:
        lines = "\\n".join(f"{each.name}=…" for each in hidden)
        yield f"  export PA_ENV=$'{lines}'"
    yield "  pa-deploy plan"
    yield "  pa-deploy deploy"


def _data(found: Detected, workflow: CiFile | None, written: Sequence[Written]) -> dict[str, Any]:
    findings = found.findings
    return {
        "what": found.what,
        "values": [
            {
                "input": each.input_name,
                "value": each.value,
                "place": each.place,
                "confidence": each.confidence,
                "others": [{"value": value, "place": place} for value, place in each.others],
            }
            for each in findings.values
        ],
        "variables": [
            {
                "name": each.name,
                "place": each.place,
                "required": each.default is None,
                "secret": each.is_secret,
                "value": each.value,
            }
            for each in findings.variables
        ],
        "problems": [_problem(each) for each in findings.problems],
        "notes": [_problem(each) for each in findings.notes],
        "files": [{"path": each.path, "state": each.state} for each in written],
        "left": workflow.note if workflow else "",
    }


def _problem(problem: Problem) -> dict[str, str]:
    return {"input": problem.input, "message": problem.message, "advice": problem.advice}
