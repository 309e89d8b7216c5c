"""Results that nobody has measured."""

from __future__ import annotations

from collections.abc import Sequence

from bench.model import Contender, Result, Scenario, Usage
from bench.scenarios import SCENARIOS
from bench.startup import ImportTime, ImportTimes, StartUp
from bench.ways import LIMIT, LOCKED_LIMIT, OURS, PER_FILE, UNLOCKED
from pa_emulator import Emulator

IMPORTS = ImportTimes(
    milliseconds=45.67, slowest=(ImportTime(package="requests", milliseconds=12.34),)
)
START = StartUp(empty_seconds=0.02, version_seconds=0.12, deploy_seconds=0.3)


def usage(wall: float = 1.0, requests: int = 5, peak: float = 40.0, virtual: float = 0.0) -> Usage:
    return Usage(
        wall_seconds=wall,
        cpu_seconds=0.25,
        peak_mib=peak,
        requests=requests,
        sent_bytes=1234,
        virtual_seconds=virtual,
    )


def result(scenario: str, name: str, *rounds: Usage, round_trip_ms: int = 150) -> Result:
    found = next((each for each in SCENARIOS if each.name == scenario), None)
    return Result(
        scenario=found or Scenario(name=scenario, label=scenario, title="", contenders=nobody),
        contender=Contender(name=name, command=("true",)),
        round_trip_ms=round_trip_ms,
        rounds=rounds or (usage(),),
    )


def nobody(_emulator: Emulator) -> Sequence[Contender]:
    return ()


def whole_run(**better: Usage) -> list[Result]:
    """A run in which everything takes a second, but for `better`, by scenario with `_` for `-`.

    They are pa-deploy's, with `first_unlocked` for the one without a lock. A request a file takes
    100 s.
    """
    found = []
    for scenario in SCENARIOS:
        ours = better.get(scenario.name.replace("-", "_"), usage())
        found += [result(scenario.name, LIMIT), result(scenario.name, OURS, ours)]
        if scenario.name == "first":
            found.append(result(scenario.name, UNLOCKED, better.get("first_unlocked", usage())))
            found.append(result(scenario.name, LOCKED_LIMIT))
        if scenario.name.startswith("ship"):
            found.append(result(scenario.name, PER_FILE, usage(100.0, virtual=90.0)))
    return found
