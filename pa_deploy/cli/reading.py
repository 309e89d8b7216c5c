"""Reads what a run was told, and has its secrets hidden from then on."""

from __future__ import annotations

from pa_deploy.background import interruptible
from pa_deploy.ci import Ci
from pa_deploy.inputs import in_toml
from pa_deploy.settings import Given, RunInputs, read_inputs


def read_and_hide(given: Given, ci: Ci) -> RunInputs:
    """Read all inputs, and hide their secrets by `ci` in place of those of before.

    A signal ends the wait, because a file may be a pipe that nobody writes to.
    """
    inputs = interruptible(lambda: read_inputs(given))
    if inputs.config.is_there:
        ci.hiding.spell = in_toml
    ci.hiding.clear(inputs.secrets.is_weak)
    for secret in inputs.secrets.hidden:
        ci.mask(secret)
    for secret in inputs.secrets.weak:
        ci.hiding.add_weak(secret)
    return inputs
