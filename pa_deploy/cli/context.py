"""The parts of the outside world that a command may use."""

from __future__ import annotations

from dataclasses import dataclass

from pa_deploy.ci import Ci
from pa_deploy.cli.signals import Interrupts
from pa_deploy.clock import Clock
from pa_deploy.settings import Given


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Made once, from the real world. `given` has no flags yet: each command knows its own."""

    given: Given
    ci: Ci
    clock: Clock
    interrupts: Interrupts
