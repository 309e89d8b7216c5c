"""A word that stands where none is expected: the error says where, and not what it is."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest

from pa_deploy.cli.commands import cli
from pa_deploy.cli.options import LINES
from pa_deploy.inputs import INPUTS
from tests.terminal import Terminal

STRAY = "0123456789abcdef0123456789abcdef01234567"


def commands(
    command: click.Command, *path: str
) -> Iterator[tuple[tuple[str, ...], tuple[click.Argument, ...]]]:
    """Each command and each group of commands, as its words, with its arguments."""
    yield path, tuple(each for each in command.params if isinstance(each, click.Argument))
    if isinstance(command, click.Group):
        context = click.Context(command)
        for word in command.list_commands(context):
            child = command.get_command(context, word)
            assert child is not None
            yield from commands(child, *path, word)


def some_value(argument: click.Argument) -> str:
    return argument.type.choices[0] if isinstance(argument.type, click.Choice) else "1"


@pytest.mark.parametrize(
    ("path", "arguments"), list(commands(cli)), ids=lambda value: " ".join(map(str, value))
)
def test_a_word_too_many_is_not_repeated(
    offline: Terminal, path: tuple[str, ...], arguments: tuple[click.Argument, ...]
) -> None:
    shown = offline.type(*path, *map(some_value, arguments), STRAY)

    assert shown.exit_code == 2
    assert STRAY not in shown.out + shown.err
    assert f"See: {' '.join(('pa-deploy', *path))} --help" in shown.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("deploy {}", "Argument 1 of pa-deploy deploy is not expected"),
        ("--domain x {}", "Argument 1 of pa-deploy deploy is not expected"),
        ("logs error {} more", "Argument 2 of pa-deploy logs is not expected"),
        ("{}", "The first word is not a command of pa-deploy. It is not shown"),
        ("consoles {}", "The first word is not a command of pa-deploy consoles. It is not shown"),
        ("logs {}", "it is not one of 'error', 'server', 'access'"),
        ("consoles show {}", "Invalid value for 'ID': it is not a valid integer"),
    ],
)
def test_it_says_which_word_is_meant(offline: Terminal, words: str, said: str) -> None:
    shown = offline.type(*words.format(STRAY).split())

    assert said in shown.err
    assert STRAY not in shown.err


def test_it_says_where_a_token_belongs(offline: Terminal) -> None:
    assert "the token with PA_TOKEN or --token-file" in offline.type("deploy", STRAY).err


@pytest.mark.parametrize(("words", "meant"), [("deplyo", "deploy"), ("consoles lst", "list")])
def test_a_command_that_is_misspelt_is_offered(offline: Terminal, words: str, meant: str) -> None:
    assert f'Did you mean "{meant}"?' in offline.type(*words.split()).err


def test_a_missing_word_is_named(offline: Terminal) -> None:
    assert "Missing argument 'ID'" in offline.type("consoles", "show").err


@pytest.mark.parametrize("words", ["--token{}", "deploy --token{}", "status --token-{}=x"])
def test_a_token_that_sticks_to_its_flag_is_not_repeated(offline: Terminal, words: str) -> None:
    shown = offline.type(*words.format(STRAY).split())

    assert shown.exit_code == 2
    assert STRAY not in shown.out + shown.err
    assert "Unknown option starting with --token." in shown.err


def test_another_option_that_is_none_is_named(offline: Terminal) -> None:
    assert "No such option '--domian'" in offline.type("--domian", "x").err


@pytest.mark.parametrize(
    ("words", "offer"),
    [
        ("plan --mode x", "The command `plan` sets the mode: leave the option out."),
        ("check --mode=apply", "The command `check` sets the mode: leave the option out."),
        ("--domian x", "Did you mean --domain?"),
        ("plan --health-chek /", "Did you mean --health-check?"),
        ("--colour x", "No such option '--colour'.\n"),
    ],
)
def test_only_an_option_that_is_alike_is_offered(offline: Terminal, words: str, offer: str) -> None:
    said = offline.type(*words.split()).err

    assert offer in said
    assert "--token" not in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--run a --run b", "`--run` is given twice. Write one text with a command on each line."),
        (
            "plan --exclude=a --exclude b --exclude c",
            "`--exclude` is given 3 times. Write one text",
        ),
        ("--static-files a --static-files b", "with a mapping on each line."),
        ("status --domain x --domain x", "`--domain` is given twice. Keep one of them."),
        ("--health-status 200 --health-status 201", "Join them with a comma."),
        ("check --token {0} --token {0}", "`--token` is given twice. Keep one of them."),
        ("--env A={0} --env B={0}", "`--env` is given twice. Write one text with a KEY=value"),
    ],
)
def test_a_flag_is_given_once(offline: Terminal, words: str, said: str) -> None:
    shown = offline.type(*words.format(STRAY).split())

    assert shown.exit_code == 2
    assert said in shown.out + shown.err
    assert STRAY not in shown.out + shown.err


def test_each_input_of_several_lines_says_what_a_line_is() -> None:
    assert {each.name for each in INPUTS if each.is_list} == {*LINES, "health-status"}
