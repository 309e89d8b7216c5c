"""Flags made from the table of inputs, and the ones that many commands share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import click

from pa_deploy.cli.parsing import Switch
from pa_deploy.errors import NotFound, OtherCapitals
from pa_deploy.inputs import INPUTS, Input

JSON_FLAG = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
YES_FLAG = click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
LINES = {
    "discard-changes": "a path",
    "exclude": "a pattern",
    "env": "a KEY=value",
    "first-run": "a command",
    "generate": "a name",
    "include": "a pattern",
    "python-path": "a folder",
    "run": "a command",
    "share-files": "a path",
    "shared": "a path",
    "static-files": "a mapping",
    "static-headers": "a header",
    "variables": "a KEY=value",
}
"""The inputs that have several lines, and the name of one line."""

Function = TypeVar("Function", bound=Callable[..., Any])


def input_flags(*names: str) -> Callable[[Function], Function]:
    """A flag for each of the named inputs, or for all of them."""

    def decorate(function: Function) -> Function:
        for each in reversed([each for each in INPUTS if not names or each.name in names]):
            function = _option(each)(function)
        return function

    return decorate


def _option(each: Input) -> Callable[[Function], Function]:
    plain = each.help.replace("`", "").replace("*", "")
    default = f" Default: {each.default}." if each.default else ""

    def complete(_ctx: click.Context, _param: click.Parameter, begun: str) -> list[str]:
        return [value for value in each.offered if value.startswith(begun)]

    return click.option(
        each.flag,
        each.field,
        help=f"{plain}{default} [{each.variable}]",
        cls=Switch if each.is_boolean else click.Option,
        metavar="[true|false]" if each.is_boolean else "TEXT",
        shell_complete=complete,
        multiple=True,  # click would keep the last one and drop the others without a word
        callback=lambda ctx, _param, texts: _only_one(each, texts, ctx),
    )


def _only_one(each: Input, texts: Sequence[str], ctx: click.Context) -> str | None:
    """The text of a flag, None if it was not given. No message has the texts: some are secret."""
    if len(texts) > 1 and not ctx.resilient_parsing:
        times = "twice" if len(texts) == 2 else f"{len(texts)} times"
        ctx.fail(f"`{each.flag}` is given {times}. {_in_one_text(each)}")
    return texts[0] if texts else None


def _in_one_text(each: Input) -> str:
    if each.name in LINES:
        return f"Write one text with {LINES[each.name]} on each line."
    return "Join them with a comma." if each.is_list else "Keep one of them."


def flags(given: Mapping[str, Any]) -> dict[str, str]:
    """By input name; a flag that was not given has no entry."""
    by_field = {each.field: each.name for each in INPUTS}
    return {by_field[name]: text for name, text in given.items() if text is not None}


def token_warnings(given: Mapping[str, str]) -> tuple[str, ...]:
    """Warnings about the way in which the command line gives the token."""
    if "token" not in given:
        return ()
    warning = (
        "--token leaves your token in the shell's history and in a CI's log. Until pa-deploy has "
        "read it, the list of processes shows it too. Set PA_TOKEN, or use --token-file."
    )
    return (warning,)


def capitals_warning(error: OtherCapitals) -> str:
    return f"{error.what} Continuing as {error.name}. {error.advice}"


def insist_on_all(wanted: Sequence[int], there: Sequence[int], what: str) -> None:
    """Raise NotFound if one of the numbers is missing, before anything is changed."""
    missing = [number for number in wanted if number not in there]
    if missing:
        ids = ", ".join(map(str, missing))
        have = f"There are only: {', '.join(map(str, there))}." if there else "There are none."
        raise NotFound(f"There is no {what} {ids}; nothing was changed.", advice=have)
