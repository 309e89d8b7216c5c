"""The running emulator. Each request has it in a variable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.http import HttpRequest
    from rest_framework.request import Request

    from pa_emulator.always_on.keepers import Keepers
    from pa_emulator.buckets import Buckets
    from pa_emulator.clock import Clock
    from pa_emulator.config import Config
    from pa_emulator.consoles.room import Room
    from pa_emulator.faults.rules import Faults
    from pa_emulator.hosting.park import Park
    from pa_emulator.journal import Journal
    from pa_emulator.schedule.timetable import Timetable
    from pa_emulator.warden import Warden
    from pa_emulator.websites.hosting import Hosts

MACHINE = "pa.machine"
"""The variable of a WSGI request that holds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """The state in memory. State that must outlive the process is in the database."""

    config: Config
    clock: Clock
    journal: Journal
    faults: Faults
    buckets: Buckets
    park: Park
    room: Room
    timetable: Timetable
    always_on: Keepers
    websites: Hosts
    warden: Warden

    def open(self) -> None:
        """Start what was running when the last emulator with this root ended."""
        self.warden.open()
        self.timetable.open()
        self.always_on.resume()
        self.websites.open()

    def stop_all(self) -> None:
        """End the processes of all accounts."""
        self.room.close_all()
        self.timetable.stop_all()
        self.always_on.stop_all()
        self.websites.stop_all()
        self.park.stop_all()

    def close(self) -> None:
        """End all for good."""
        self.faults.clear()
        self.warden.close()
        self.room.close_all()
        self.timetable.close()
        self.always_on.stop_all()
        self.websites.close()
        self.park.close()


def machine_of(request: HttpRequest | Request) -> Machine:
    machine: Machine = request.environ[MACHINE]
    return machine
