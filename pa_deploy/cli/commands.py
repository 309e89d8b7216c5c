"""What a person can type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module

import click
from click.shell_completion import CompletionItem

from pa_deploy import __version__
from pa_deploy.cli.context import Context
from pa_deploy.cli.options import JSON_FLAG, flags, input_flags
from pa_deploy.cli.show import Show
from pa_deploy.plan import plan_json

DEFAULT_COMMAND = "deploy"
ELSEWHERE = {
    "consoles": "consoles",
    "files": "files",
    "logs": "site",
    "release": "releases",
    "releases": "releases",
    "reload": "site",
    "rollback": "releases",
    "static-files": "static_files",
    "status": "site",
    "webapps": "webapps",
}
"""The module of each other command. It is imported when the command is meant: what talks to
PythonAnywhere is half of the time that a start takes.
"""


class _Commands(click.Group):
    """`pa-deploy --domain x` and `pa-deploy` alone are `pa-deploy deploy …`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted((*super().list_commands(ctx), *ELSEWHERE))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        module = import_module(f"pa_deploy.cli.{ELSEWHERE[cmd_name]}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = {name for param in self.get_params(ctx) for name in param.opts}
        completing = ctx.resilient_parsing and not args  # a shell asks which commands there are
        if not completing and (not args or (args[0].startswith("-") and args[0] not in own)):
            args = [DEFAULT_COMMAND, *args]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands, and the flags of the one that is meant without a command."""
        found = super().shell_complete(ctx, incomplete)
        if incomplete.startswith("-"):
            meant = self.commands[DEFAULT_COMMAND]
            known = {item.value for item in found}
            flags_of = click.Context(meant, parent=ctx, info_name=DEFAULT_COMMAND)
            more = meant.shell_complete(flags_of, incomplete)
            found += [item for item in more if item.value not in known]
        return found


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
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
    from pa_deploy.cli.run import exit_code, run_deploy  # noqa: PLC0415 - as those in ELSEWHERE

    return exit_code(run_deploy(context, flags(given)))


@cli.command("plan")
@input_flags()
@JSON_FLAG
@click.pass_obj
def plan(context: Context, /, *, as_json: bool, **given: str | None) -> int:
    """Show what `deploy` would change; write nothing."""
    from pa_deploy.cli.run import exit_code, run_deploy  # noqa: PLC0415 - as those in ELSEWHERE

    wanted: Mapping[str, str] = {**flags(given), "mode": "plan"}
    if not as_json:
        return exit_code(run_deploy(context, wanted))
    aside = context.ci.aside()
    outcomes = run_deploy(replace(context, ci=aside), wanted)
    plans = [plan_json(outcome.plan) if outcome.plan else None for outcome in outcomes]
    if any(plans):
        Show(aside, as_json=True).data(plans if len(plans) > 1 else plans[0])
    return exit_code(outcomes)
