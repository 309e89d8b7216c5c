"""The releases that are there: where their parts are, and what their apps need to start."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import Any, Dict, List, Mapping

from .environment import Environment
from .files import Home, discard, move
from .first import first_env, first_record
from .generated import generated, names_in
from .layout import LAYOUT, number_in
from .seal import are_secrets_as_sealed, is_as_sealed, sealed

RELEASE_ID = re.compile("[0-9A-Za-z_-]+")
CODE = "code"
"""The folder of the code in that of a release."""
HAND_OVER = "code"
"""Stands where a release does, for the loader of the first edition: see `takeover.py`."""


class Release:
    """A release by its id. `record` says what it is made of; empty if that is not known."""

    def __init__(self, home: Home, name: str) -> None:
        self.home = home
        self.id = name
        record = home.read("records/%s.json" % name)
        if not record and name != HAND_OVER:
            record = first_record(home, name)
        self.record: Dict[str, Any] = record if is_sound(record) else {}

    @property
    def code(self) -> str:
        """The folder of its code."""
        number = number_in(self.record)
        if number == 1:
            return self.home.at("releases", self.id)
        if number > LAYOUT:
            return os.path.realpath(self.home.at("current"))
        return self.home.at("releases", self.id, CODE)

    @property
    def has_own_folder(self) -> bool:
        """Whether its code is alone in a folder."""
        return self.code == self.home.at("releases", self.id, CODE)

    @property
    def environment(self) -> Environment:
        """Its packages."""
        return Environment(self.home, self.record.get("environment", ""))

    @property
    def layers(self) -> List[str]:
        """The folders of its packages, if an earlier pa-deploy has shipped it."""
        return [self.home.at("layers", name) for name in self.record.get("layers", [])]

    @property
    def is_whole(self) -> bool:
        """Whether its code and packages are on the disk."""
        is_there = all(os.path.isdir(each) for each in [self.code, *self.layers])
        return bool(self.record) and is_there and self.environment.is_there

    def keep(self, record: Mapping[str, Any]) -> None:
        """Write its record down."""
        self._write(sealed(record))

    def change(self, **news: object) -> None:
        """Change parts of its record. One that somebody has changed by hand stays known as such."""
        record = {**self.record, **news}
        self._write(sealed(record) if is_as_sealed(self.record) else record)

    def _write(self, record: Dict[str, Any]) -> None:
        self.record = record
        self.home.write("records/%s.json" % self.id, self.record)

    def variables(self) -> Dict[str, str]:
        """What its app and commands find in their environment. An error if secrets are missing."""
        if self.record.get("secrets_lost"):
            raise RuntimeError(
                "its secrets are missing on PythonAnywhere: the file in which an earlier pa-deploy "
                "kept them was damaged or deleted. A deploy sends them again"
            )
        kept = self.home.read("secrets/%s.json" % self.id)
        secrets = kept or first_env(self.home, self.id) or {}
        names = self.record.get("env", [])
        missing = [name for name in names if not isinstance(secrets.get(name), str)]
        if missing:
            raise RuntimeError(
                "its secrets are missing on PythonAnywhere: %s. A deploy sends them again"
                % ", ".join(missing)
            )
        return {
            **{name: str(value) for name, value in self.record.get("variables", {}).items()},
            **{name: secrets[name] for name in names},
            **generated(self.home, names_in(self.record)),
            "PA_DEPLOY_RELEASE": self.id,
            "PA_DEPLOY_COMMIT": str(self.record.get("commit", "")),
            "PA_DEPLOY_RUN_URL": str(self.record.get("run_url", "")),
        }

    def search_path(self, variables: Mapping[str, str]) -> List[str]:
        """`python-path`, the release, the user's PYTHONPATH, the layers."""
        given = [each for each in variables.get("PYTHONPATH", "").split(os.pathsep) if each]
        first = [folder for folder in self.record.get("python_path", []) if folder != "."]
        own = [os.path.join(self.code, folder) for folder in first]
        users = [os.path.join(self.code, folder) for folder in given]
        return [*own, self.code, *users, *self.layers]

    def make_current(self) -> None:
        """Let `current` lead to it."""
        current = self.home.at("current")
        target = self._target()
        if os.path.islink(current):
            if os.readlink(current) == target:
                return
        else:
            discard(current)  # somebody has made a folder of it
        discard(current + ".new")
        os.symlink(target, current + ".new")
        move(current + ".new", current)

    def _target(self) -> str:
        """Where `current` leads; it always ends in `code`."""
        if number_in(self.record) != 1:
            return os.path.join("releases", self.id, "code")
        target = os.path.join("first", self.id, "code")
        os.makedirs(self.home.at("first", self.id), exist_ok=True)
        with suppress(FileExistsError):
            os.symlink(os.path.join("..", "..", "releases", self.id), self.home.at(target))
        return target


def parts_changed(release: Release) -> List[str]:
    """Which of its parts somebody has changed by hand, beside its files."""
    found = [] if is_as_sealed(release.record) else ["its record"]
    are_well = are_secrets_as_sealed(release.home, release.id, release.record)
    return found if are_well else [*found, "secrets"]


def is_sound(record: Mapping[str, Any]) -> bool:
    lists = all(
        isinstance(record.get(name, []), list)
        for name in ("layers", "env", "generate", "python_path")
    )
    texts = all(
        isinstance(each, str) for each in (record.get("app"), record.get("environment", ""))
    )
    return lists and texts and isinstance(record.get("variables", {}), dict)


def live(home: Home) -> str:
    """The id of the release that `current` leads to, or an empty string."""
    current = home.at("current")
    if not os.path.islink(current):
        return ""
    way = os.path.relpath(os.path.realpath(current), os.path.realpath(home.at("releases")))
    name = way.split(os.sep)[0]
    return name if RELEASE_ID.fullmatch(name) else ""


def highest_number(home: Home) -> int:
    """The highest layout number in the files of a web app."""
    names = ("pointer.json", "status.json", "records/%s.json" % live(home))
    return max(number_in(home.read(name)) for name in names)
