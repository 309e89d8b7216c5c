"""`deploy`, `plan` and `check`: the commands that carry out the inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import click

from pa_deploy.cli.context import Context
from pa_deploy.cli.options import JSON_FLAG, flags, input_flags
from pa_deploy.cli.parsing import Command
from pa_deploy.cli.show import Show
from pa_deploy.errors import InputError
from pa_deploy.inputs import INPUTS
from pa_deploy.model import Mode
from pa_deploy.plan import plan_json

QUIET_FLAG = click.option(
    "--quiet", "-q", is_flag=True, help="Show only warnings, errors and the result."
)


@click.command("deploy", cls=Command)
@input_flags()
@QUIET_FLAG
@click.pass_obj
def deploy(context: Context, /, *, quiet: bool, **given: str | None) -> int:
    """Deploy, reload, and wait until the site is healthy."""
    from pa_deploy.cli.deployment import run_deploy  # noqa: PLC0415 - a completion needs flags
    from pa_deploy.cli.unconfigured import with_found  # noqa: PLC0415
    from pa_deploy.report import run_exit_code  # noqa: PLC0415

    context.ci.is_quiet = quiet
    try:
        wanted = with_found(context, flags(given))
    except InputError as error:
        context.ci.error(error.title, str(error))
        return error.exit_code
    return run_exit_code(run_deploy(context, wanted))


ALL_BUT_MODE = tuple(each.name for each in INPUTS if each.name != "mode")
"""For a command that is a mode itself."""


@click.command("plan", cls=Command)
@input_flags(*ALL_BUT_MODE)
@JSON_FLAG
@click.pass_obj
def plan(context: Context, /, *, as_json: bool, **given: str | None) -> int:
    """Show what `deploy` would change. Write nothing."""
    return _without_writing(context, "plan", flags(given), as_json=as_json)


@click.command("check", cls=Command)
@input_flags(*ALL_BUT_MODE)
@JSON_FLAG
@click.pass_obj
def check(context: Context, /, *, as_json: bool, **given: str | None) -> int:
    """End with exit code 3 if `deploy` would change anything. Write nothing."""
    return _without_writing(context, "check", flags(given), as_json=as_json)


def _without_writing(
    context: Context, mode: Mode, given: Mapping[str, str], *, as_json: bool
) -> int:
    from pa_deploy.cli.deployment import run_deploy  # noqa: PLC0415 - as above
    from pa_deploy.report import run_exit_code  # noqa: PLC0415

    wanted = {**given, "mode": mode}
    if not as_json:
        return run_exit_code(run_deploy(context, wanted))
    aside = context.ci.aside()
    outcomes = run_deploy(replace(context, ci=aside), wanted)
    plans = [plan_json(outcome.plan) if outcome.plan else None for outcome in outcomes]
    if any(plans):
        Show(aside, as_json=True).data(plans if len(plans) > 1 else plans[0])
    return run_exit_code(outcomes)
