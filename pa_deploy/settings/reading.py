"""What a run was told: flags, environment, the token's file and the config file, read once."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pa_deploy.errors import InputError, Problem
from pa_deploy.model import Secret
from pa_deploy.settings.config import Config, read_config
from pa_deploy.settings.secrets import Secrets, find_secrets
from pa_deploy.settings.sources import Given, strongest
from pa_deploy.settings.token_file import with_token


@dataclass(frozen=True, slots=True, kw_only=True)
class RunInputs:
    """The texts of all inputs, and their secrets. `problems`: why some cannot be read or hidden."""

    given: Given
    config: Config
    secrets: Secrets
    problems: tuple[Problem, ...] = ()

    @property
    def token(self) -> Secret:
        """The token, wherever it stands; it may be empty."""
        return Secret(strongest("token", self.given.sources).text("token"))

    def of_account(self, username: str) -> RunInputs:
        """The same for an account whose name has other capitals than the input."""
        flags = {**self.given.flags.texts, "username": username}
        return replace(self, given=self.given.with_flags(flags))


def read_inputs(given: Given) -> RunInputs:
    """Read the files too. Nothing is raised."""
    config = read_config(given)
    unusable: tuple[Problem, ...] = ()
    try:
        given = with_token(given)
    except InputError as error:
        unusable = error.problems
    secrets = find_secrets(given, config)
    return RunInputs(
        given=given,
        config=config,
        secrets=secrets,
        problems=(*unusable, *config.problems, *secrets.refused),
    )
