"""The running emulator, which every request carries along."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.http import HttpRequest
    from rest_framework.request import Request

    from pa_emulator.buckets import Buckets
    from pa_emulator.clock import Clock
    from pa_emulator.config import Config
    from pa_emulator.consoles.room import Room
    from pa_emulator.faults.rules import Faults
    from pa_emulator.hosting.park import Park
    from pa_emulator.journal import Journal

# The variable of a WSGI request that holds it.
MACHINE = "pa.machine"


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


def machine_of(request: HttpRequest | Request) -> Machine:
    machine: Machine = request.environ[MACHINE]
    return machine
