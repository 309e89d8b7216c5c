"""What a person can type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import click

from pa_deploy import __version__
from pa_deploy.cli.consoles import consoles
from pa_deploy.cli.files import files
from pa_deploy.cli.options import JSON_FLAG, flags, input_flags
from pa_deploy.cli.run import Context, exit_code, run_deploy
from pa_deploy.cli.show import Show
from pa_deploy.cli.site import logs, reload, status
from pa_deploy.cli.static_files import static_files
from pa_deploy.cli.webapps import webapps
from pa_deploy.plan import plan_json

DEFAULT_COMMAND = "deploy"


class _DeployByDefault(click.Group):
    """`pa-deploy --domain x` and `pa-deploy` alone are `pa-deploy deploy …`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = {name for param in self.get_params(ctx) for name in param.opts}
        if not args or (args[0].startswith("-") and args[0] not in own):
            args = [DEFAULT_COMMAND, *args]
        return super().parse_args(ctx, args)


@click.group(cls=_DeployByDefault, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="pa-deploy")
def cli() -> None:
    """Make a PythonAnywhere web app be what you want it to be, reload it, and prove it lives.

    Without a command, `deploy` is meant. Each flag can also be set in the environment: see
    `pa-deploy deploy --help`. In a console on PythonAnywhere no flag is needed.
    """


@cli.command("deploy")
@input_flags()
@click.pass_obj
def deploy(context: Context, /, **given: str | None) -> int:
    """Make the changes, reload, and wait until the site is healthy."""
    return exit_code(run_deploy(context, flags(given)))


@cli.command("plan")
@input_flags()
@JSON_FLAG
@click.pass_obj
def plan(context: Context, /, *, as_json: bool, **given: str | None) -> int:
    """Show what `deploy` would change; write nothing."""
    wanted: Mapping[str, str] = {**flags(given), "mode": "plan"}
    if not as_json:
        return exit_code(run_deploy(context, wanted))
    aside = context.ci.aside()
    outcomes = run_deploy(replace(context, ci=aside), wanted)
    plans = [plan_json(outcome.plan) if outcome.plan else None for outcome in outcomes]
    if any(plans):
        Show(aside, as_json=True).data(plans if len(plans) > 1 else plans[0])
    return exit_code(outcomes)


for command in (status, reload, logs, webapps, static_files, files, consoles):
    cli.add_command(command)
