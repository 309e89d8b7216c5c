"""Which warning of a run has told before why its release would be refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

INPUTS: Mapping[str, tuple[str, ...]] = {
    "run": ("run",),
    "first-run": ("first-run",),
    "app": ("app",),
    "import": ("app", "python-path", "env"),
    "try": ("app", "env"),
    "python-path": ("python-path",),
    "static-files": ("static-files", "run"),
}
"""Inputs that a step of the loader depends on."""


def forewarned(warnings: Iterable[str], step: str) -> str:
    """The warning about an input of the step, best one that quotes what it is about; or ""."""
    kind, _, of = step.partition(": ")
    names = "|".join(INPUTS.get(kind, ()))
    about = [each for each in warnings if names and re.search(rf"(?:^|: )(?:{names}): ", each)]
    return next((each for each in about if of and of in each), next(iter(about), ""))
