"""What must never be shown: the texts of all secret inputs."""

from __future__ import annotations

from collections.abc import Mapping

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
