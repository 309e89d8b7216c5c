"""What code does with packages: which of their functions it calls, and the settings of its app."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pa_deploy.detect.evaluate.values import Class, Function, Instance, Place, Unknown, Value

MOST_NOTED = 500
CONFIG = "flask.Config"
"""The settings of an app, as `app.config` has them."""


@dataclass(frozen=True, slots=True)
class Use:
    """A call of a function of a package; a method of a path has the path as its first argument."""

    name: str
    args: tuple[Value, ...]
    named: Mapping[str, Value]
    place: Place

    def get(self, position: int, name: str) -> Value:
        return self.args[position] if position < len(self.args) else self.named.get(name)


@dataclass(slots=True)
class Watching:
    """What is noted of an evaluation. `wanted` are the last parts of the names of functions.

    `folders` are `root_path` and `instance_path` of Flask's app, absolute. `functions` and
    `classes` are all that the code defines, and `instances` the objects that it makes.
    """

    wanted: frozenset[str]
    folders: dict[str, Value]
    uses: dict[tuple[str, Place], Use] = field(default_factory=dict)
    settings: dict[str, dict[Place, Value]] = field(default_factory=dict)
    functions: dict[Place, Function] = field(default_factory=dict)
    classes: list[Class] = field(default_factory=list)
    instances: list[Instance] = field(default_factory=list)

    def note_use(self, use: Use) -> None:
        """A later look at the same line knows more, unless it knows nothing."""
        key = use.name, use.place
        if use.name.rpartition(".")[2] in self.wanted and len(self.uses) < MOST_NOTED:
            known = self.uses.get(key)
            if known is None or not _is_unknown(use):
                self.uses[key] = use

    def note_setting(self, name: str, value: Value, place: Place) -> None:
        if isinstance(value, Unknown) or len(self.settings) >= MOST_NOTED:
            return
        if name.isupper() or "upload" in name.lower():
            self.settings.setdefault(name, {})[place] = value

    def of_app(self, name: str) -> Value | None:
        """An attribute of Flask's app that an object of unknown kind probably has."""
        return Instance(CONFIG) if name == "config" else self.folders.get(name)


def is_config(value: Value) -> bool:
    return isinstance(value, Instance) and value.of == CONFIG


def _is_unknown(use: Use) -> bool:
    return any(isinstance(each, Unknown) for each in (*use.args[:1], *use.named.values()))
