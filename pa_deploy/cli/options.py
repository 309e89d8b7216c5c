"""Flags made from the table of inputs, and the ones that many commands share."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import click

from pa_deploy.errors import InputError, NotFound, OtherCapitals, Problem
from pa_deploy.inputs import INPUTS, Input

JSON_FLAG = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
YES_FLAG = click.option("--yes", is_flag=True, help="Do not ask.")


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
        metavar="TEXT",
        shell_complete=complete,
    )


def flags(given: Mapping[str, Any]) -> dict[str, str]:
    """By input name; a flag that was not given has no entry."""
    by_field = {each.field: each.name for each in INPUTS}
    return {by_field[name]: text for name, text in given.items() if text is not None}


def token_warnings(given: Mapping[str, str]) -> tuple[str, ...]:
    """What is to be said about how the token was given on the command line."""
    if "token" not in given:
        return ()
    warning = (
        "A token in --token stays in the history of the shell and in the log of a CI. Until "
        "pa-deploy has read it, the list of processes shows it. Set PA_TOKEN, or use --token-file."
    )
    return (warning,)


def capitals_warning(error: OtherCapitals) -> str:
    return f"{error.what} Going on as {error.name}. {error.advice}"


def insist_on_all(wanted: Sequence[int], there: Sequence[int], what: str) -> None:
    """Stop, before anything is changed, where one of the numbers is missing."""
    missing = [number for number in wanted if number not in there]
    if missing:
        ids = ", ".join(map(str, missing))
        have = f"There are: {', '.join(map(str, there))}." if there else "There are none."
        raise NotFound(f"There is no {what} {ids}; nothing was changed.", advice=have)


def confirm(question: str, *, yes: bool) -> None:
    """Go on only if the user agrees; where nobody can be asked, `--yes` is needed."""
    if yes:
        return
    if sys.stdin is None or not sys.stdin.isatty():
        advice = "Nobody can be asked here. Add --yes if that is what you want."
        raise InputError((Problem("yes", question, advice=advice, cites=""),))
    click.confirm(question, abort=True, err=True)
