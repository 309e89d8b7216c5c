"""Which inputs the config file may hold, and where in it. Secrets may not be in it at all."""

from __future__ import annotations

from typing import Literal

from pa_deploy.inputs.input import Input
from pa_deploy.inputs.table import INPUTS

Place = Literal["web app", "run", "nowhere"]

OF_THE_RUN = (
    "username",
    "host",
    "mode",
    "timeout",
    "summary",
    "report",
    "outputs-file",
    "summary-file",
    "debug",
    "record",
)
"""They hold for all web apps of a run, so an entry `[[webapp]]` cannot have its own."""

NOT_IN_FILE = {
    "allow-host": "Whoever can change the file could then send the token to a host of their own",
    "token-file": "The token belongs to whoever runs pa-deploy, and so does the place of its file",
    "expect-digest": "A digest belongs to one plan, and the file is there for every run",
    "config": "It says which file is read",
    "environment": "It chooses a table of the file",
}
"""The inputs that the file may not hold though they are no secrets, and why."""

NOT_FOR_SECRETS = "Whoever can read the repository could read it, for ever, as history keeps it"
SECRET_NAMES = {"token": "PYTHONANYWHERE_TOKEN"}
"""Names of secrets in our documentation; others are called like their input."""
INSTEAD = {"env": "What is not secret goes into `variables`."}
"""Of a secret input, what may stand in the file in its place."""


def place(each: Input) -> Place:
    """The smallest part of the file that may have the input: what is for a web app may also stand
    at the top level and in an environment, for all of them.
    """
    if each.secret or each.name in NOT_IN_FILE:
        return "nowhere"
    return "run" if each.name in OF_THE_RUN else "web app"


def names_in_file(*places: Place) -> tuple[str, ...]:
    return tuple(each.name for each in INPUTS if place(each) in places)


def secret_name(each: Input) -> str:
    """What to call the secret of a CI that holds the input."""
    return SECRET_NAMES.get(each.name, each.field.upper())
