"""Inputs that are true or false, typed as flags: the value may be left out."""

from __future__ import annotations

from collections.abc import Sequence

import click
import pytest

from pa_deploy.cli.commands import cli
from pa_deploy.inputs import INPUTS
from tests.terminal import Terminal

SWITCHES = [each for each in INPUTS if each.is_boolean]


def parsed(*words: str) -> dict[str, object]:
    """What click makes of the words of a command line."""
    with cli.make_context("pa-deploy", list(words)) as ctx:
        name, command, rest = cli.resolve_command(ctx, [*ctx._protected_args, *ctx.args])
        assert command is not None
        return dict(command.make_context(name, rest, parent=ctx).params)


@pytest.mark.parametrize("each", SWITCHES, ids=lambda each: each.name)
@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["{}"], "true"),
        (["{}", "--domain", "x"], "true"),
        (["--domain", "x", "{}"], "true"),
        (["{}", "true"], "true"),
        (["{}", "false"], "false"),
        (["{}=false", "--domain=x"], "false"),
        (["{}", "No"], "No"),
        (["{}", "0"], "0"),
        (["{}", ""], ""),
        (["{}", "maybe"], "maybe"),
        (["{}="], ""),
    ],
    ids=str,
)
def test_a_switch_without_a_value_is_true(each: object, words: Sequence[str], text: str) -> None:
    switch = next(one for one in INPUTS if one is each)
    given = parsed("deploy", *(word.format(switch.flag) for word in words))

    assert given[switch.field] == text


def test_a_switch_needs_no_command() -> None:
    assert parsed("--prune", "--debug")["prune"] == "true"


@pytest.mark.parametrize(
    ("words", "debug", "argument"),
    [
        ("logs --debug access", "true", ("log", "access")),
        ("logs --debug false access", "false", ("log", "access")),
        ("logs access --debug", "true", ("log", "access")),
        ("logs access --debug true", "true", ("log", "access")),
        ("logs --debug -n 5 access", "true", ("log", "access")),
        ("logs -n 5 --debug -- access", "true", ("log", "access")),
        ("files tree --debug ~/x", "true", ("path", "~/x")),
    ],
)
def test_a_word_behind_a_switch_may_be_the_commands_own(
    words: str, debug: str, argument: tuple[str, str]
) -> None:
    given = parsed_below(words.split())

    assert (given["debug"], given[argument[0]]) == (debug, argument[1])


def parsed_below(words: Sequence[str]) -> dict[str, object]:
    command: click.Command = cli
    ctx = click.Context(cli, info_name="pa-deploy")
    rest = list(words)
    while isinstance(command, click.Group):
        name, found, rest = command.resolve_command(ctx, rest)
        assert found is not None
        command = found
        ctx = (
            click.Context(command, parent=ctx, info_name=name)
            if isinstance(command, click.Group)
            else command.make_context(name, rest, parent=ctx)
        )
    return dict(ctx.params)


def test_a_number_behind_a_switch_is_the_id(offline: Terminal) -> None:
    assert "Missing argument" not in offline.type("consoles", "show", "--debug", "1").err


def test_the_text_of_another_flag_is_not_taken_for_a_switch() -> None:
    given = parsed("deploy", "--health-text", "--debug", "--domain", "x")

    assert (given["health_text"], given["debug"]) == ("--debug", None)


@pytest.mark.parametrize("command", ["deploy", "status", "releases"])
def test_a_command_behind_a_switch_is_asked_for_first(offline: Terminal, command: str) -> None:
    shown = offline.type("--debug", command)

    assert shown.exit_code == 2
    assert f"`{command}` is a command. Write it before all flags" in shown.err


def test_a_wrong_value_is_named(offline: Terminal) -> None:
    shown = offline.type("deploy", "--prune", "maybe")

    assert shown.exit_code == 2
    assert '"maybe" is neither true nor false' in shown.err


def test_the_help_says_that_the_value_may_be_left_out(offline: Terminal) -> None:
    assert "--debug [true|false]" in offline.type("status", "--help").out
