"""The parts of the outside world that a command may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pa_deploy.ci import Ci
from pa_deploy.cli.signals import Interrupts
from pa_deploy.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Made once, from the real world. Files of this side are in `workspace`."""

    environ: Mapping[str, str] = field(repr=False)
    workspace: Path
    ci: Ci
    clock: Clock
    interrupts: Interrupts
