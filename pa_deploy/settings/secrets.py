"""The texts of all secret inputs, which must not be shown, and which of them can be hidden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pa_deploy.ci import who_runs
from pa_deploy.errors import Problem
from pa_deploy.inputs import INPUTS
from pa_deploy.settings.config import Config
from pa_deploy.settings.sources import (
    LIST_ENDING,
    Given,
    Source,
    strongest,
    variable_text,
)
from pa_deploy.settings.weak import is_weak, kept_texts

WHY = "It is too short, or part of an address, a name or a message that is always shown."
ENOUGH = "of 8 or more characters"


@dataclass(frozen=True, slots=True)
class Secrets:
    """The secrets of a run: those to hide, those that are too weak to be found within other texts,
    and why these cannot be used or hidden. `kept` is what is always shown.
    """

    hidden: tuple[str, ...]
    weak: tuple[str, ...]
    refused: tuple[Problem, ...]
    warnings: tuple[str, ...]
    kept: tuple[str, ...]

    def is_weak(self, secret: str) -> bool:
        """Whether a secret that is found later can be hidden."""
        return is_weak(secret, self.kept)


def find_secrets(given: Given, config: Config | None = None) -> Secrets:
    """Judge all secrets of a run: those of inputs that are given, used or not, and of the file."""
    config = config or Config()
    sources = (*given.sources, *config.shared, *config.webapps)
    kept = kept_texts(sources, who_runs(given.environ))
    texts = dict.fromkeys((*secret_texts(given.environ, given.flags.texts), *config.secrets))
    token = strongest("token", sources).text("token")
    # A token that is part of an address was pasted at the wrong place: refused, and hidden there.
    weak = tuple(text for text in texts if is_weak(text, () if text == token else kept))
    return Secrets(
        hidden=tuple(text for text in texts if text not in weak),
        weak=weak,
        refused=tuple(_weak_token(token, kept)),
        warnings=tuple(map(str, _weak_values(sources, kept))),
        kept=kept,
    )


def _weak_token(token: str, kept: Sequence[str]) -> Iterator[Problem]:
    if token and is_weak(token, kept):
        yield Problem(
            "token",
            f"it cannot be hidden in logs. {WHY}",
            advice="Copy it again from the Account page of PythonAnywhere, tab API token. A token "
            "has 40 characters.",
        )


def _weak_values(sources: Sequence[Source], kept: Sequence[str]) -> Iterator[Problem]:
    """No message has a value, or says which text it is a part of."""
    for name, secret in strongest("env", sources).value("env") or ():
        value = secret.reveal().strip()
        if value and is_weak(value, kept):
            yield Problem(
                "env",
                f"the value of {name} cannot be hidden in logs. {WHY}",
                advice=f"If it is not a secret, move {name} to `variables`. If it is one, choose a "
                f"random value {ENOUGH}.",
            )
    protection = strongest("password-protection", sources).value("password-protection")
    password = protection.password.reveal() if protection else ""
    if password and is_weak(password, kept):
        yield Problem(
            "password-protection",
            f"the password cannot be hidden in logs. {WHY}",
            advice=f"Choose a random password {ENOUGH}.",
        )


def secret_texts(environ: Mapping[str, str], flags: Mapping[str, str] = {}) -> tuple[str, ...]:
    """The texts of all secret inputs in the environment and the flags, used or not.

    Of `user:password` the password alone is one too.
    """
    secrets = [each for each in INPUTS if each.secret]
    given = [
        (each, variable_text(each, name, environ)) for each in secrets for name in each.environment
    ]
    given += [(each, flags.get(each.name, "")) for each in secrets]
    return tuple(
        text for each, value in given if value.strip() for text in each.secrets_in(value.strip())
    )


def secret_variables(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The names of the variables that hold secret inputs, a list in several of them included."""
    names = {name for each in INPUTS if each.secret for name in each.environment}
    return tuple(name for name in environ if LIST_ENDING.sub("", name) in names)


def secret_flags(argv: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Secret inputs and their values as they were typed: `--token VALUE` and `--token=VALUE`."""
    names = {each.flag: each.name for each in INPUTS if each.secret}
    joined = [(flag, value) for flag, _, value in (word.partition("=") for word in argv)]
    typed = (*pairwise(argv), *joined)
    return tuple((names[flag], value) for flag, value in typed if flag in names and value)
