"""The one running emulator of this process, where Django's views find it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .accounts.throttle import Buckets
    from .clock import Clock
    from .config import Config
    from .consoles.room import Room
    from .faults.rules import Faults
    from .hosting.park import Park
    from .journal import Journal


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Everything that lives in memory; what must outlive the process is in the database."""

    config: Config
    clock: Clock
    journal: Journal
    faults: Faults
    buckets: Buckets
    park: Park
    room: Room


_RUNNING: list[Machine] = []


def install(machine: Machine) -> None:
    _RUNNING[:] = [machine]


def machine() -> Machine:
    """Return the running emulator; there is always one when a view asks."""
    return _RUNNING[0]
