"""A shell completes commands, flags and choices, as docs/commands.md says."""

from __future__ import annotations

import os
import re
import subprocess

import click
import pytest

from pa_deploy.cli.commands import cli
from tests.places import ROOT
from tests.runner import PROGRAM
from tests.soak import first_of

COMMANDS = (ROOT / "docs" / "commands.md").read_text()


def ask(**environ: str) -> str:
    done = subprocess.run(
        [PROGRAM], env={"PATH": os.environ["PATH"], **environ}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout


def offers(line: str) -> list[str]:
    """What a bash offers at the end of the line; a blank there begins a new word."""
    words = line.split(" ")
    answer = ask(
        _PA_DEPLOY_COMPLETE="bash_complete", COMP_WORDS=line, COMP_CWORD=str(len(words) - 1)
    )
    return [item.partition(",")[2] for item in answer.splitlines()]


def test_the_commands_are_offered() -> None:
    assert offers("pa-deploy ") == cli.list_commands(click.Context(cli))


@pytest.mark.parametrize(
    ("line", "offered"),
    first_of(
        [
            ("pa-deploy stat", ["static-files", "status"]),
            ("pa-deploy consoles k", ["kill"]),
            ("pa-deploy logs ", ["error", "server", "access"]),
            ("pa-deploy deploy --static", ["--static-check", "--static-files", "--static-headers"]),
            ("pa-deploy --static", ["--static-check", "--static-files", "--static-headers"]),
            ("pa-deploy --domain x --static-f", ["--static-files"]),
            ("pa-deploy --hel", ["--help"]),
            ("pa-deploy deploy --reload ", ["always", "auto", "never"]),
            ("pa-deploy --reload a", ["always", "auto"]),
            ("pa-deploy deploy --mode p", ["plan"]),
            ("pa-deploy plan --prune ", ["true", "false"]),
        ],
    ),
)
def test_what_is_begun_is_completed(line: str, offered: list[str]) -> None:
    assert offers(line) == offered


@pytest.mark.parametrize("shell", first_of(["bash", "zsh", "fish"]))
def test_each_documented_shell_gets_its_script(shell: str) -> None:
    assert f"_PA_DEPLOY_COMPLETE={shell}_source" in COMMANDS or f"`{shell}_source`" in COMMANDS
    assert f"_PA_DEPLOY_COMPLETE={shell}_complete" in ask(_PA_DEPLOY_COMPLETE=f"{shell}_source")


def test_the_line_for_bash_in_the_documentation_works() -> None:
    (line,) = re.findall(r'`(eval "[^`]*bash_source[^`]*)`', COMMANDS)
    done = subprocess.run(
        ["bash", "-c", f"{line}; complete -p pa-deploy"],
        env={"PATH": f"{PROGRAM.parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "_pa_deploy_completion pa-deploy" in done.stdout, done.stderr
