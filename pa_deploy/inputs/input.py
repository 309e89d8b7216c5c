"""The properties of an input, and its names in the environment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from pa_deploy.inputs import parse
from pa_deploy.inputs.parse import BadValue, Complaint

Scope = Literal["webapp", "run", "nowhere"]
"""Where in the config file an input may stand. `webapp`: in an entry of a web app, or, for all of
them, at the top level and in an environment. `run`: only there, as it holds for the whole run.
"""
File = Literal["", "read", "written"]
"""What a run does with the file or folder that an input names, if the repository may decide it."""
Hidden = Callable[[str, Any], tuple[str, ...]]
"""Takes a text and its value, which is None if the text cannot be used."""
WHOLE: Hidden = parse.secret_texts
NOT_FOR_SECRETS = "Everybody who can read the repository could read it, and the history keeps it"


@dataclass(frozen=True, slots=True)
class Reading:
    """What an input's text means: its value, or None and every complaint about it."""

    value: Any = None
    complaints: tuple[Complaint, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One input: `help` is one line of Markdown, `also` are environment names beside the rule's.

    `is_list`: it has several values; `row` is a pattern for how each row begins, if they have a
    form. `json_list`: a list of texts in the config file becomes JSON, in which each text is taken
    as it is, rather than lines. `never_blank`: a blank text is a mistake rather than unset. Of a
    secret one, `hidden` gives the texts that must not be shown, `stored_as` is what the docs call
    the CI's secret that holds it, and `instead` what may stand in the config file in its place.
    `not_in_file`: why the scope is `nowhere`. `needs_source`: it has no effect without `source`.
    """

    name: str
    help: str
    parse: Callable[[str], object]
    is_list: bool
    scope: Scope
    default: str = ""
    required: bool = False
    secret: bool = False
    also: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    row: str = ""
    json_list: bool = False
    never_blank: bool = False
    hidden: Hidden = WHOLE
    not_in_file: str = NOT_FOR_SECRETS
    needs_source: bool = False
    file: File = ""
    stored_as: str = ""
    instead: str = ""

    def read(self, text: str) -> Reading:
        """Parse a text once a run: many ask, such as each web app, the secrets and the report."""
        return _read(self.parse, text)

    def secrets_in(self, text: str) -> tuple[str, ...]:
        """The parts of a secret input's text that must not be shown."""
        return self.hidden(text, self.read(text).value)

    @property
    def field(self) -> str:
        """The name in Python."""
        return self.name.replace("-", "_")

    @property
    def offered(self) -> tuple[str, ...]:
        """The values to choose from, if there are few."""
        return self.choices or (("true", "false") if self.is_boolean else ())

    @property
    def is_boolean(self) -> bool:
        return self.parse is parse.boolean

    @property
    def variable(self) -> str:
        """The environment name that is ours alone."""
        return f"PA_{self.field.upper()}"

    @property
    def secret_name(self) -> str:
        """The name of the CI's secret that holds it."""
        return self.stored_as or self.field.upper()

    @property
    def flag(self) -> str:
        return f"--{self.name}"

    @property
    def environment(self) -> tuple[str, ...]:
        """The names it has in the environment, the strongest first."""
        return _names(self.name, self.also)


@cache
def _read(parse: Callable[[str], object], text: str) -> Reading:
    try:
        return Reading(parse(text))
    except BadValue as bad:
        return Reading(complaints=bad.complaints)


@cache
def _names(name: str, also: tuple[str, ...]) -> tuple[str, ...]:
    """Runners keep the hyphen of a name (GitHub) or turn it into an underscore (Woodpecker)."""
    hyphens, underscores = name.upper(), name.upper().replace("-", "_")
    by_rule = (
        f"INPUT_{hyphens}",
        f"INPUT_{underscores}",
        f"PLUGIN_{underscores}",
        f"PLUGIN_{hyphens}",
        f"PA_{underscores}",
    )
    return tuple(dict.fromkeys((*by_rule, *also)))
