"""The action's own file, and what its inputs become (ActionRunner.cs, Handlers/Handler.cs)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

ALWAYS_TAKEN = ("args", "entryPoint")


@dataclass(frozen=True, slots=True)
class Action:
    """`inputs` has the default of each declared input, or None."""

    inputs: Mapping[str, str | None]
    image: str


def read_action(file: Path) -> Action:
    text = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert text["runs"]["using"] == "docker"
    defaults = {name: each.get("default") for name, each in text["inputs"].items()}
    return Action(inputs=defaults, image=text["runs"]["image"])


def input_variables(action: Action, given: Mapping[str, str]) -> dict[str, str]:
    """`INPUT_*` of all declared inputs and all given ones; only blanks become underscores.

    One that is declared and not given has its default, or an empty text. Names are compared
    without regard to case; `required` is not looked at.
    """
    by_lower = {name.lower(): (name, text) for name, text in given.items()}
    values = dict(given)
    for name, default in action.inputs.items():
        if name.lower() not in by_lower:
            values[name] = default or ""
    return {f"INPUT_{name.replace(' ', '_').upper()}": text for name, text in values.items()}


def unexpected_inputs(action: Action, given: Mapping[str, str]) -> str | None:
    """A warning about inputs that are not declared."""
    known = {name.lower() for name in (*action.inputs, *ALWAYS_TAKEN)}
    unknown = [f"'{name}'" for name in given if name.lower() not in known]
    if not unknown:
        return None
    valid = ", ".join(f"'{name}'" for name in ("entryPoint", "args", *action.inputs))
    return f"Unexpected input(s) {', '.join(unknown)}, valid inputs are [{valid}]"
