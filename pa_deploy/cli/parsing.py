"""Commands that do not repeat a word which they cannot use: it may be a token pasted by mistake."""

from __future__ import annotations

from collections.abc import Sequence

import click

from pa_deploy.inputs import did_you_mean, nearest

NOT_SHOWN = "It is not shown because it may be a secret."
NEXT_STEP = "Inputs are given by flags or variables; a token by PA_TOKEN or --token-file."
MODE_COMMANDS = ("plan", "check")
ALIKE = 0.75
"""Options that are less like the one that was typed are not offered."""


class Command(click.Command):
    """Takes no more words than it has arguments, and says at which one it has too many."""

    allow_extra_args = True  # or click would complain first, with the words themselves

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        words = tuple(args)
        try:
            rest = super().parse_args(ctx, args)
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
            own = (each.nargs for each in self.params if isinstance(each, click.Argument))
            place = f"Argument {sum(own) + 1} of {ctx.command_path}"
            ctx.fail(f"{place} is not expected. {NOT_SHOWN}\n{NEXT_STEP}")
        return rest


class Group(click.Group):
    """Its commands are such ones, and so it does with a word that is none of them."""

    command_class = Command

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


def _no_option(ctx: click.Context, error: click.NoSuchOption) -> str:
    """What is wrong with an option, and the one that was probably meant."""
    name = error.option_name
    said = f"No such option '{name}'."
    if name == "--mode" and ctx.info_name in MODE_COMMANDS:
        return f"{said} `{ctx.info_name}` is a mode already: leave the option out."
    known = tuple(each for param in ctx.command.get_params(ctx) for each in param.opts)
    near = nearest(name, known, ALIKE)
    return f"{said} Did you mean {near}?" if near else said


def _without(words: Sequence[str], message: str) -> str:
    """The message with "it" in place of the word that click complains about."""
    for word in words:
        message = message.replace(repr(word), "it")
    return message
