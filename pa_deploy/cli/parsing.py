"""Commands that do not repeat an unknown word: it may be a token pasted by mistake."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import click

from pa_deploy.inputs import did_you_mean, is_true_or_false, nearest

NOT_SHOWN = "It is not shown because it may be a secret."
NEXT_STEP = "Give inputs with flags or variables, and the token with PA_TOKEN or --token-file."
MODE_COMMANDS = ("plan", "check")
ALIKE = 0.75
"""How much an option must be like the typed one to be offered (0 to 1)."""


class Switch(click.Option):
    """An option that is true or false. Without a value it is true."""


class Command(click.Command):
    """Refuses more words than it has arguments, and says which one is too many."""

    allow_extra_args = True  # or click would complain first, with the words themselves

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        words = tuple(args)
        try:
            rest = super().parse_args(ctx, list(_switched(ctx, words)))
        except click.NoSuchOption as error:
            if error.option_name.startswith("--token"):
                said = "Unknown option starting with --token."
                ctx.fail(f"{said} It is not shown because it may contain your token.\n{NEXT_STEP}")
            ctx.fail(_no_option(ctx, error))
        except click.BadParameter as error:
            if isinstance(error, click.MissingParameter) or isinstance(error.param, click.Option):
                raise
            said = _without(words, error.message)
            raise click.BadParameter(said, ctx, error.param, error.param_hint) from None
        if rest and not ctx.resilient_parsing:
            if _is_command(ctx, rest[0]):
                said = f"`{rest[0]}` is a command. Write it before all flags"
                ctx.fail(f"{said}: pa-deploy {rest[0]} …")
            own = (each.nargs for each in self.params if isinstance(each, click.Argument))
            place = f"Argument {sum(own) + 1} of {ctx.command_path}"
            ctx.fail(f"{place} is not expected. {NOT_SHOWN}\n{NEXT_STEP}")
        return rest


class Group(click.Group):
    """A group of such commands. It does not repeat a word that is not one of them.

    Without a command, it runs the one with the name `default`, if there is one.
    """

    command_class = Command

    def __init__(self, *words: Any, default: str = "", **options: Any) -> None:  # noqa: ANN401
        super().__init__(*words, **options)
        self._default = default

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = {name for param in self.get_params(ctx) for name in param.opts}
        completing = ctx.resilient_parsing and not args  # a shell asks which commands there are
        is_left_out = not args or (args[0].startswith("-") and args[0] not in own)
        if self._default and is_left_out and not completing:
            args = [self._default, *args]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        word = args[0]
        is_known = word.startswith("-") or self.get_command(ctx, word) is not None
        if not is_known and not ctx.resilient_parsing:
            near = did_you_mean(word, tuple(self.list_commands(ctx)))
            said = f"The first word is not a command of {ctx.command_path}. {NOT_SHOWN}"
            ctx.fail(f"{said} {near}".strip())
        return super().resolve_command(ctx, args)


def _switched(ctx: click.Context, words: Sequence[str]) -> Iterator[str]:
    """The words, with each switch that has no value as `--switch=true`.

    The word after a switch is its value if it says true or false. In a command without arguments,
    any other word is its value too, so that the command can refuse it.
    """
    options = {
        name: each
        for each in ctx.command.get_params(ctx)
        if isinstance(each, click.Option) and not each.is_flag
        for name in each.opts
    }
    takes_words = any(isinstance(each, click.Argument) for each in ctx.command.params)
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word == "--":
            yield from (word, *rest)
            return
        if word not in options:
            yield word
        elif not isinstance(options[word], Switch):
            yield from (word, *rest[:1])
            del rest[:1]
        elif rest and _is_value(ctx, rest[0], takes_words=takes_words):
            yield f"{word}={rest.pop(0)}"
        else:
            yield f"{word}=true"


def _is_value(ctx: click.Context, word: str, *, takes_words: bool) -> bool:
    """Whether a word after a switch is its value. A blank one is an input that is not set.

    In a command with arguments, a number may be an ID.
    """
    if not word.strip():
        return True
    if takes_words:
        return is_true_or_false(word) and not word.strip().isdigit()
    return not (word.startswith("-") or _is_command(ctx, word))


def _is_command(ctx: click.Context, word: str) -> bool:
    root = ctx.find_root()
    return isinstance(root.command, click.Group) and word in root.command.list_commands(root)


def _no_option(ctx: click.Context, error: click.NoSuchOption) -> str:
    """What is wrong with an option, and the one that was probably meant."""
    name = error.option_name
    said = f"No such option '{name}'."
    if name == "--mode" and ctx.info_name in MODE_COMMANDS:
        return f"{said} The command `{ctx.info_name}` sets the mode: leave the option out."
    known = tuple(each for param in ctx.command.get_params(ctx) for each in param.opts)
    near = nearest(name, known, ALIKE)
    return f"{said} Did you mean {near}?" if near else said


def _without(words: Sequence[str], message: str) -> str:
    """The message with "it" in place of the word that click complains about."""
    for word in words:
        message = message.replace(repr(word), "it")
    return message
