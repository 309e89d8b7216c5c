"""The config file: inputs that are kept in the repository."""

from __future__ import annotations

from pathlib import Path

from pa_deploy.errors import InputError, Problem
from pa_deploy.settings.config.find import (
    OWN_FILE,
    SHARED_FILE,
    SHARED_TABLE,
    also_there,
    find_file,
    misspelt,
)
from pa_deploy.settings.config.read import Config, config_in
from pa_deploy.settings.sources import Given, read_values
from pa_deploy.settings.workspace import find_workspace

__all__ = ["Config", "read_config"]


def read_config(given: Given) -> Config:
    """What the config file says, if there is one. Nothing is raised: problems are in the Config."""
    values, _ = read_values(given.sources, only=("config", "environment"))
    workspace = given.workspace
    try:
        file = find_file(values.config, workspace, find_workspace(given.environ, workspace))
    except InputError as error:
        return Config(problems=error.problems)
    if file is None:
        return Config(problems=_no_file(values.environment), warnings=_near_miss(workspace))
    if not also_there(file, workspace):
        return config_in(file, values.environment)
    ignored = f"{SHARED_FILE} has a table [{'.'.join(SHARED_TABLE)}] too; it was ignored."
    return config_in(file, values.environment, (f"{OWN_FILE} is the config file. {ignored}",))


def _near_miss(workspace: Path) -> tuple[str, ...]:
    name = misspelt(workspace)
    if not name:
        return ()
    there, ours = f"[{SHARED_TABLE[0]}.{name}]", f"[{'.'.join(SHARED_TABLE)}]"
    return (f"The table {there} of {SHARED_FILE} was ignored. Did you mean {ours}?",)


def _no_file(environment: str | None) -> tuple[Problem, ...]:
    if environment is None:
        return ()
    said = f"there is no config file, so there is no [environments.{environment}]."
    advice = f"Write {OWN_FILE}, or name your file with `config`. Was the code checked out?"
    return (Problem("environment", said, advice=advice),)
