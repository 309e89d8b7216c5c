"""The commands that a person can type."""

from __future__ import annotations

from importlib import import_module

import click
from click.shell_completion import CompletionItem

from pa_deploy import __version__
from pa_deploy.cli.parsing import Group

DEFAULT_COMMAND = "deploy"
MODULES = {
    "check": "deploying",
    "consoles": "consoles",
    "deploy": "deploying",
    "doctor": "doctor",
    "files": "files",
    "init": "init",
    "logs": "site",
    "plan": "deploying",
    "release": "releases",
    "releases": "prune",
    "reload": "site",
    "rollback": "releases",
    "static-files": "static_files",
    "status": "site",
    "webapps": "webapps",
}
"""The module of each command. It is imported when the command is meant: what talks to
PythonAnywhere is more than half of the time that a start takes.
"""


class _Commands(Group):
    """`pa-deploy --domain x` and `pa-deploy` alone are `pa-deploy deploy …`."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        return _command(cmd_name) if cmd_name in MODULES else None

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands, and the flags of `deploy`, which runs without a command."""
        found = super().shell_complete(ctx, incomplete)
        if incomplete.startswith("-"):
            meant = _command(DEFAULT_COMMAND)
            known = {item.value for item in found}
            flags_of = click.Context(meant, parent=ctx, info_name=DEFAULT_COMMAND)
            more = meant.shell_complete(flags_of, incomplete)
            found += [item for item in more if item.value not in known]
        return found


def _command(name: str) -> click.Command:
    module = import_module(f"pa_deploy.cli.{MODULES[name]}")
    command: click.Command = getattr(module, name.replace("-", "_"))
    return command


@click.group(
    cls=_Commands, default=DEFAULT_COMMAND, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, prog_name="pa-deploy")
def cli() -> None:
    """Deploy a web app to PythonAnywhere, reload it, and check that the site is healthy.

    Without a command, pa-deploy runs `deploy`. Each flag can also be set in the environment: see
    `pa-deploy deploy --help`. In a console on PythonAnywhere no flag is needed.
    """
