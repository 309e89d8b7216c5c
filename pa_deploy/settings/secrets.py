"""What must never be shown: the texts of all secret inputs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from pa_deploy.inputs import INPUTS, PYTHONANYWHERE
from pa_deploy.settings.config import Config
from pa_deploy.settings.sources import LIST_ENDING, Source, from_environment, variable_text

SHORTEST_MIXED = 8


def secrets_of(
    environ: Mapping[str, str], flags: Mapping[str, str] = {}, config: Config | None = None
) -> Iterator[tuple[str, bool]]:
    """Each secret of a run, and whether it may be hidden everywhere: `is_unmistakable`.

    What is a part of the site's address is none: hiding it would make the address unusable.
    """
    secrets, clear = secret_texts(environ, flags), clear_texts(environ, flags)
    sources: tuple[Source, ...] = (Source(flags), Source(from_environment(environ)))
    if config:
        secrets, clear = (*secrets, *config.secrets), (*clear, *config.clear_texts)
        sources = (*sources, *config.shared, *config.webapps)
    addresses = tuple(_addresses(sources))
    for secret in secrets:
        if not any(secret.lower() in address for address in addresses):
            yield secret, is_unmistakable(secret, clear)


def _addresses(sources: Iterable[Source]) -> Iterator[str]:
    """What the sources say of the account's name and the domains, in lower case."""
    for source in sources:
        yield source.text("domain").lower()
        name = source.text("username").lower()
        if name:
            yield f"{name}.{PYTHONANYWHERE}"


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
        text for each, value in given if value.strip() for text in each.hidden(value.strip())
    )


def secret_variables(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The names of the variables that hold secret inputs, a list in several of them included."""
    names = {name for each in INPUTS if each.secret for name in each.environment}
    return tuple(name for name in environ if LIST_ENDING.sub("", name) in names)


def secret_arguments(argv: Sequence[str]) -> tuple[str, ...]:
    """The values of secret flags as they were typed: `--token VALUE` and `--token=VALUE`."""
    flags = tuple(each.flag for each in INPUTS if each.secret)
    apart = [value for flag, value in pairwise(argv) if flag in flags]
    joined = [value for flag, _, value in (word.partition("=") for word in argv) if flag in flags]
    return tuple(text for text in (*apart, *joined) if text)


def clear_texts(environ: Mapping[str, str], flags: Mapping[str, str] = {}) -> tuple[str, ...]:
    """The texts of all other inputs in the environment and the flags."""
    others = [each for each in INPUTS if not each.secret]
    given = [variable_text(each, name, environ) for each in others for name in each.environment]
    return tuple(text for text in (*given, *(flags.get(each.name, "") for each in others)) if text)


def is_unmistakable(secret: str, clear: Iterable[str]) -> bool:
    """Whether it can stand by no chance in what we say ourselves, as every token is and a password
    should be: it has letters and digits, and is no part of what other inputs say in `clear`.
    """
    mixed = any(map(_is_mixed, secret.split("\n"))) or re.fullmatch(r"\w{20,}", secret) is not None
    return mixed and not any(secret.lower() in text.lower() for text in clear)


def _is_mixed(line: str) -> bool:
    """One look at each kind of sign: a single pattern for all takes the square of the length."""
    has_letter = re.search(r"[^\W\d]", line) is not None
    return len(line) >= SHORTEST_MIXED and has_letter and re.search(r"\d", line) is not None
