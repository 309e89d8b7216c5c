"""The tools and settings of a command about the account, from its flags and the environment."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin

import click

from pa_deploy.cli.build import build_tools
from pa_deploy.cli.context import Context
from pa_deploy.cli.options import (
    JSON_FLAG,
    capitals_warning,
    flags,
    input_flags,
    token_warnings,
)
from pa_deploy.cli.reading import read_and_hide
from pa_deploy.cli.show import Show
from pa_deploy.cli.watching import make_observers
from pa_deploy.deploy import Tools, look_for_capitals
from pa_deploy.errors import InputError, OtherCapitals, Problem
from pa_deploy.inputs import INPUTS
from pa_deploy.settings import (
    RunInputs,
    StatusSettings,
    expand_home,
    resolve_one,
    resolve_watching,
)
from pa_deploy.transport import Observe


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """An account, the way to its API, and where the data goes.

    `afterwards` takes what must be done however the command ends; no signal cuts it short.
    """

    settings: StatusSettings
    tools: Tools
    show: Show
    afterwards: ExitStack
    observers: tuple[Observe, ...] = ()

    @property
    def domain(self) -> str:
        return self.settings.target.domain

    def home(self, path: str) -> str:
        """The path with `~` replaced by the home on PythonAnywhere."""
        return expand_home(path, f"/home/{self.settings.target.username}")

    def url(self, relative: str) -> str:
        """The address of what the API gives relative to its host."""
        return urljoin(self.settings.target.host.origin, relative)

    def say(self, text: str) -> None:
        """A message, beside the data."""
        self.show.ci.log(text)

    def confirm(self, question: str, *, yes: bool) -> None:
        """Go on only if the user agrees. Without a terminal, `--yes` is needed."""
        if yes:
            return
        if sys.stdin is None or not sys.stdin.isatty():
            advice = "Cannot ask for confirmation (no terminal). Pass --yes to confirm."
            raise InputError((Problem("yes", question, advice=advice),))
        click.confirm(self.show.ci.redact(question), abort=True, err=True)


def with_session(
    *inputs: str, in_home: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., int]]:
    """Hand the command a Session as its first argument, and give it flags for `inputs`.

    `in_home`: the command is about files in the home directory, whose name has the account's
    capitals. To find these out costs a request.
    """
    own = {each.field for each in INPUTS if each.name in inputs}

    def decorate(command: Callable[..., Any]) -> Callable[..., int]:
        @input_flags(*inputs)
        @JSON_FLAG
        @click.pass_obj
        @functools.wraps(command)
        def run(context: Context, /, *, as_json: bool, **given: Any) -> int:  # noqa: ANN401
            of_account = {name: value for name, value in given.items() if name in own}
            rest = {name: value for name, value in given.items() if name not in own}
            with ExitStack() as afterwards, context.interrupts.raised():
                session = open_session(context, of_account, inputs, afterwards, as_json=as_json)
                command(_with_capitals(session, context) if in_home else session, **rest)
            return 0

        return run

    return decorate


def _with_capitals(session: Session, context: Context) -> Session:
    """The session, for the account's name as PythonAnywhere spells it."""
    try:
        look_for_capitals(session.tools.api)
    except OtherCapitals as error:
        ci = session.show.ci
        ci.warning(capitals_warning(error))
        target = replace(session.settings.target, username=error.name)
        settings = replace(session.settings, target=target)
        tools = build_tools(replace(context, ci=ci), settings, session.observers)
        return replace(session, settings=settings, tools=tools)
    return session


def open_session(
    context: Context,
    given: Mapping[str, Any],
    inputs: Sequence[str],
    afterwards: ExitStack,
    *,
    as_json: bool,
) -> Session:
    """Read and settle the inputs of the account and, if `domain` is one of the command's `inputs`,
    of one web app. Raises InputError.
    """
    return session_of(context, read_given(context, given), inputs, afterwards, as_json=as_json)


def read_given(context: Context, given: Mapping[str, Any]) -> RunInputs:
    """Read the inputs of a command whose output is data, and pass on the warnings about them."""
    texts = flags(given)
    ci = context.ci.aside()
    told = read_and_hide(context.given.with_flags(texts), ci)
    for warning in (*token_warnings(texts), *told.config.warnings, *told.secrets.warnings):
        ci.warning(warning)
    return told


def session_of(
    context: Context,
    told: RunInputs,
    inputs: Sequence[str],
    afterwards: ExitStack,
    *,
    as_json: bool,
) -> Session:
    """As `open_session`, of inputs that were read."""
    ci = context.ci.aside()
    problems: list[Problem] = []
    watching = resolve_watching(told.given, told.config.shared, problems)
    settings = _settle(told, inputs, problems)
    target = settings.target
    observers = make_observers(watching, target, (target.domain,), ci, afterwards)
    return Session(
        settings=settings,
        tools=build_tools(replace(context, ci=ci), settings, observers),
        show=Show(ci, as_json),
        afterwards=afterwards,
        observers=observers,
    )


def _settle(told: RunInputs, inputs: Sequence[str], problems: Sequence[Problem]) -> StatusSettings:
    """Settle the inputs. Raises InputError with all that is wrong, the `problems` included."""
    try:
        settings = resolve_one(told, needs_domain="domain" in inputs, also=inputs)
    except InputError as error:
        raise InputError((*error.problems, *problems)) from None
    if problems:
        raise InputError(tuple(problems))
    return settings
