"""The changes that lead from what is to what is wanted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from pa_deploy.model.release import Release
from pa_deploy.model.webapp import (
    PasswordProtection,
    SharedFile,
    StaticFile,
    StaticHeader,
    WsgiFile,
)

SettingName = Literal[
    "python_version",
    "virtualenv",
    "source_directory",
    "working_directory",
    "force_https",
    "password_protection",
]
SETTINGS: tuple[SettingName, ...] = get_args(SettingName)
"""In the order in which they are changed and shown. `python_version` comes first, in a request of
its own, because PythonAnywhere checks a virtualenv against it.
"""
DIRECTORIES: tuple[SettingName, ...] = ("virtualenv", "source_directory", "working_directory")


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a web app with its value."""

    name: SettingName
    value: str | bool | PasswordProtection


@dataclass(frozen=True, slots=True)
class NewWebapp:
    """A web app that does not exist yet."""

    domain: str
    python_version: str


Changeable = Setting | StaticFile | StaticHeader | WsgiFile | Release
"""Resources that can exist with another value."""

Resource = NewWebapp | Changeable | SharedFile


@dataclass(frozen=True, slots=True)
class Create:
    """Make something that is not there."""

    after: Resource


@dataclass(frozen=True, slots=True)
class Update:
    """Make something that is there be something else. Both sides are of one type."""

    before: Changeable
    after: Changeable


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove a row that is there. Nothing else is ever removed."""

    before: StaticFile | StaticHeader


Change = Create | Update | Delete


Mode = Literal["apply", "plan", "check"]


Reload = Literal["always", "auto", "never"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How a plan is made, apart from what is wanted.

    `prune`: rows not listed are deleted. `exact`: the rows are to be the listed ones, one by one
    in their order, as a rollback wants it.
    """

    create: bool = True
    prune: bool = False
    exact: bool = False
    reload: Reload = "always"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The ordered changes that lead from actual to wanted, and what is to be said about them."""

    domain: str
    changes: tuple[Change, ...]
    unchanged: tuple[Resource, ...]
    notes: tuple[str, ...]
    reload: bool
    digest: str


@dataclass(frozen=True, slots=True)
class Step:
    """Changes that one request made, and how many seconds it took."""

    changes: tuple[Change, ...]
    seconds: float
