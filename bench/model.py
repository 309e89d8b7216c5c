"""The vocabulary of a benchmark: who does what, and what it cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from pa_emulator import Emulator


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What one run cost. `requests` are those to the API; bytes are on the wire, TLS included.

    `virtual_seconds` of `wall_seconds` were added up, not waited for.
    """

    wall_seconds: float
    cpu_seconds: float
    peak_mib: float
    requests: int
    sent_bytes: int
    virtual_seconds: float = 0.0


def nothing() -> None:
    """There is nothing to prepare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """One way to do the work: a command, told by its environment where the API is.

    `prepare` undoes the last run and is not measured. Where `virtual`, the command moves the
    emulator's clock instead of waiting, and prints the seconds; its round trips are added too, so
    the seconds are those that are left to wait after them.
    """

    name: str
    command: Sequence[str]
    prepare: Callable[[], None] = nothing
    environ: Mapping[str, str] = field(default_factory=dict)
    virtual: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A piece of work; `contenders` are made for an emulator of its own, the limit first.

    `at` are round-trip times in milliseconds; `label` is for the chart.
    """

    name: str
    label: str
    title: str
    contenders: Callable[[Emulator], Sequence[Contender]]
    at: Sequence[int] = (50, 150)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """All rounds of one contender at one round-trip time."""

    scenario: Scenario
    contender: Contender
    round_trip_ms: int
    rounds: Sequence[Usage]

    @property
    def spread(self) -> float:
        """How far the wall times of the slowest and the quickest round are apart, of the median;
        0 where there is one round only.
        """
        walls = [each.wall_seconds for each in self.rounds]
        return (max(walls) - min(walls)) / median(walls)

    @property
    def usage(self) -> Usage:
        """The median of each figure."""
        return Usage(
            wall_seconds=median(each.wall_seconds for each in self.rounds),
            cpu_seconds=median(each.cpu_seconds for each in self.rounds),
            peak_mib=median(each.peak_mib for each in self.rounds),
            requests=round(median(each.requests for each in self.rounds)),
            sent_bytes=round(median(each.sent_bytes for each in self.rounds)),
            virtual_seconds=median(each.virtual_seconds for each in self.rounds),
        )
