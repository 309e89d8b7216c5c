"""What a person can type."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import click

from pa_deploy import __version__
from pa_deploy.cli.build import build_tools
from pa_deploy.cli.run import Context, exit_code, run_deploy
from pa_deploy.errors import NotFound
from pa_deploy.inputs import INPUTS, Input
from pa_deploy.model import WantedWebapp
from pa_deploy.plan import plan_json
from pa_deploy.reconcile import observe
from pa_deploy.report import status_json, status_lines
from pa_deploy.settings import STATUS_INPUTS, resolve_status
from pa_deploy.verify import ask_once

DEFAULT_COMMAND = "deploy"
JSON_FLAG = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")


class _DeployByDefault(click.Group):
    """`pa-deploy --domain x` and `pa-deploy` alone are `pa-deploy deploy …`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = {name for param in self.get_params(ctx) for name in param.opts}
        if not args or (args[0].startswith("-") and args[0] not in own):
            args = [DEFAULT_COMMAND, *args]
        return super().parse_args(ctx, args)


def _with_inputs(*names: str) -> Callable[[click.Command], click.Command]:
    """Add a flag for each of the named inputs, or for all."""

    def decorate(command: click.Command) -> click.Command:
        wanted = [each for each in INPUTS if not names or each.name in names]
        command.params = [*(_option(each) for each in wanted), *command.params]
        return command

    return decorate


def _option(each: Input) -> click.Option:
    plain = each.help.replace("`", "").replace("*", "")
    default = f" Default: {each.default}." if each.default else ""
    return click.Option(
        [each.flag, each.field],
        help=f"{plain}{default} [{each.environment[-1]}]",
        metavar="TEXT",
    )


def _flags(given: Mapping[str, Any]) -> dict[str, str]:
    """By input name; a flag that was not given has no entry."""
    by_field = {each.field: each.name for each in INPUTS}
    return {by_field[field]: text for field, text in given.items() if text is not None}


@click.group(cls=_DeployByDefault, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="pa-deploy")
def cli() -> None:
    """Make a PythonAnywhere web app be what you want it to be, reload it, and prove it lives.

    Without a command, `deploy` is meant. Each flag can also be set in the environment: see
    `pa-deploy deploy --help`.
    """


@_with_inputs()
@cli.command("deploy")
@click.pass_obj
def deploy_command(context: Context, /, **given: str | None) -> int:
    """Make the changes, reload, and wait until the site is healthy."""
    return exit_code(run_deploy(context, _flags(given)))


@_with_inputs()
@cli.command("plan")
@JSON_FLAG
@click.pass_obj
def plan_command(context: Context, /, *, as_json: bool, **given: str | None) -> int:
    """Show what `deploy` would change; write nothing."""
    flags = {**_flags(given), "mode": "plan"}
    if not as_json:
        return exit_code(run_deploy(context, flags))
    outcome = run_deploy(replace(context, ci=context.ci.aside()), flags)
    if outcome.plan:
        _print_json(context, plan_json(outcome.plan))
    return exit_code(outcome)


def _print_json(context: Context, /, data: Mapping[str, Any]) -> None:
    click.echo(context.ci.clean(json.dumps(data, indent=2, ensure_ascii=False)))


@_with_inputs(*STATUS_INPUTS)
@cli.command("status")
@JSON_FLAG
@click.pass_obj
def status_command(context: Context, /, *, as_json: bool, **given: str | None) -> int:
    """Show the web app as it is, its static file mappings, and what the site answers."""
    settings = resolve_status(_flags(given), context.environ)
    ci = context.ci.aside() if as_json else context.ci
    tools = build_tools(settings.target, settings.timeout_seconds, ci, context.clock)
    wanted = WantedWebapp(domain=settings.target.domain, static_files=())
    actual = observe(tools.api, wanted, context.clock)
    if actual.webapp is None:
        raise NotFound(
            f"There is no web app {wanted.domain} on the account {settings.target.username}.",
            advice="Check `domain`, `username` and `host`; `pa-deploy deploy` would create it.",
        )
    health = ask_once(settings.health_check, tools.site, tools.deadline)
    if as_json:
        _print_json(context, status_json(actual.webapp, actual, health))
        return 0
    for line in status_lines(actual.webapp, actual, health):
        ci.log(line)
    return 0
