"""`pa-deploy doctor`: one page about the repository, the account and the site."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import click

from pa_deploy.cli.context import Context
from pa_deploy.cli.options import JSON_FLAG, input_flags
from pa_deploy.cli.parsing import Command
from pa_deploy.cli.repository import look
from pa_deploy.cli.session import read_given, session_of
from pa_deploy.cli.show import Show
from pa_deploy.deploy.cautions import release_cautions
from pa_deploy.detect.project import Known, find_project
from pa_deploy.doctor import Line, examine, noted
from pa_deploy.errors import InputError
from pa_deploy.release import read_code
from pa_deploy.settings import STATUS_INPUTS, RunInputs, Settings, resolve_all, resolve_source

REPOSITORY, INPUTS = "repository", "inputs"


@click.command("doctor", cls=Command)
@input_flags(*STATUS_INPUTS)
@JSON_FLAG
@click.pass_obj
def doctor(context: Context, /, *, as_json: bool, **given: Any) -> int:  # noqa: ANN401
    """Show on one page what works and what is wrong.

    It looks at the account, the web app, its site and the repository, and changes nothing. The exit
    code is that of the first thing that is wrong, 0 if all is well.
    """
    found: list[Line] = []
    domain = ""
    with ExitStack() as afterwards, context.interrupts.raised():
        inputs = read_given(context, given)
        try:
            session = session_of(context, inputs, STATUS_INPUTS, afterwards, as_json=as_json)
        except InputError as error:
            found += _wrong_inputs(error)
        else:
            domain = session.domain
            found += examine(session.settings, session.tools, partial(_wanted, inputs))
            found += _unsettled(inputs)
        found += _repository(inputs, domain)
    rows = [
        {"part": each.about, "state": each.state, "found": each.said, "next": each.advice}
        for each in dict.fromkeys(found)
    ]
    Show(context.ci.aside(), as_json).rows(rows, nothing="")
    return next((each.exit_code for each in found if each.state == "wrong"), 0)


def _wanted(inputs: RunInputs, username: str) -> Settings | None:
    """What a deploy would want of the web app; None if it would refuse its inputs."""
    try:
        return resolve_all(inputs.of_account(username))[0]
    except InputError:
        return None


def _unsettled(inputs: RunInputs) -> Iterator[Line]:
    """Why a deploy would refuse its inputs."""
    try:
        resolve_all(inputs)
    except InputError as error:
        yield from _wrong_inputs(error)


def _wrong_inputs(error: InputError) -> Iterator[Line]:
    for each in error.problems:
        said = f"`{each.input}`: {each.message}"
        yield Line(INPUTS, "wrong", said, each.advice, InputError.exit_code)


def _repository(inputs: RunInputs, domain: str) -> Iterator[Line]:
    """What a deploy of it would warn of; without a config, what `init` would find."""
    try:
        wanted = resolve_source(inputs.given, inputs.config, whole=True)
        code = read_code(wanted, inputs.token)
    except InputError as error:
        if all(each.absent == "source" for each in error.problems):
            yield from _unconfigured(inputs.given.workspace, domain)
        else:
            yield from _wrong_inputs(error)
        return
    cautions = release_cautions(wanted, code, domain)
    yield from (noted(REPOSITORY, each) for each in cautions)
    if not cautions:
        said = f"The release would have {code.count}. There is nothing to warn about."
        yield Line(REPOSITORY, "ok", said)


def _unconfigured(workspace: Path, domain: str) -> Iterator[Line]:
    found = find_project(look(workspace)[0], Known(domain=domain))
    if not found.what:
        yield Line(REPOSITORY, "ok", "`source` is not set, and no web app was found here.")
        return
    said = f"This is {found.what}, and `source` is not set."
    yield Line(REPOSITORY, "note", said, "Run: pa-deploy init")
    yield from (noted(REPOSITORY, each) for each in found.findings.problems)
