"""Where and how all sites of one emulator run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pa_emulator.clock import Clock

APP_MARK = "X-Emulator-App"
"""A header of the app's answers that visitors never see; static files have none."""
VISIT = "PA_EMULATOR_VISIT"
"""A variable of a visitor's request. It shows which worker has the request; apps never see it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Root, the folder for specs, a short one for sockets, what may be mapped, and the options.

    `quota` returns the variables that make an account's programs keep to its disk quota.
    `path_pattern` finds PythonAnywhere's paths in source code.
    """

    root: Path
    specs: Path
    sockets: Path
    clock: Clock
    servable: Callable[[str, Path], Path | None]
    quota: Callable[[str], Mapping[str, str]]
    path_pattern: str
    lazy_apps: bool
    mercy_seconds: float
