"""What must never be shown: the texts of all secret inputs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pa_deploy.inputs import INPUTS
from pa_deploy.settings.sources import variable_text


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


def clear_texts(environ: Mapping[str, str], flags: Mapping[str, str] = {}) -> tuple[str, ...]:
    """The texts of all other inputs in the environment and the flags."""
    others = [each for each in INPUTS if not each.secret]
    given = [variable_text(each, name, environ) for each in others for name in each.environment]
    return tuple(text for text in (*given, *(flags.get(each.name, "") for each in others)) if text)


def is_unmistakable(secret: str, clear: Iterable[str]) -> bool:
    """Whether it can stand by no chance in what we say ourselves, as every token is and a password
    should be: it has letters and digits, and is no part of what other inputs say in `clear`.
    """
    mixed = re.search(r"(?=.*[^\W\d])(?=.*\d).{8}", secret) or re.fullmatch(r"\w{20,}", secret)
    return mixed is not None and not any(secret.lower() in text.lower() for text in clear)
