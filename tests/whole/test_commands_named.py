"""Each command of a group that a message or a page tells people to type is there."""

from __future__ import annotations

import re

import click
import pytest

from pa_deploy.cli.commands import MODULES, cli
from tests.places import ROOT

FILES = [
    *sorted((ROOT / "pa_deploy").rglob("*.py")),
    *sorted((ROOT / "docs").glob("*.md")),
    ROOT / "README.md",
]


def groups() -> dict[str, set[str]]:
    """The commands of each group."""
    context = click.Context(cli)
    commands = {name: cli.get_command(context, name) for name in MODULES}
    return {
        name: set(command.commands)
        for name, command in commands.items()
        if isinstance(command, click.Group)
    }


@pytest.mark.parametrize("group", groups())
def test_a_command_that_is_named_exists(group: str) -> None:
    texts = "\n".join(file.read_text() for file in FILES)

    named = set(re.findall(rf"\bpa-deploy {group} ([a-z][a-z-]*)", texts))

    assert named
    assert named <= groups()[group]
