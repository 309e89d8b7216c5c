"""What pa-deploy aims at, and whether the figures of a run reach it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from bench.model import Result, Usage
from bench.ship import FILE_BYTES
from bench.startup import StartUp
from bench.ways import LIMIT, OURS, PER_FILE, UNLOCKED

START_SECONDS = 0.150
OF_LIMIT = 1.25
FASTER = 50
OF_FEW = 3.0
MEMORY_MB = 100.0
SLOW_MS = 150
LOOKED_AT_BYTES = 2**20
PART_BYTES = 2**25
RENEWED_BYTES = 13_000_000
"""From about this size on, the slowest upload that is waited for outlasts the lock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """One aim beside what was measured, both in words."""

    text: str
    measured: str
    reached: bool


def aims(results: Sequence[Result], start: StartUp) -> list[Aim]:
    """All aims; the results are those of all scenarios."""
    usages = {
        (each.scenario.name, each.contender.name): each.usage
        for each in results
        if each.round_trip_ms == SLOW_MS
    }
    return [
        _most(
            f"`pa-deploy --version` takes at most {START_SECONDS * 1000:.0f} ms more than "
            "`python -c pass`",
            start.over_seconds * 1000,
            START_SECONDS * 1000,
            " ms",
        ),
        *_beside_limit("no-change", OURS, usages, start),
        *_beside_limit("first", OURS, usages, start),
        *_beside_limit("first", UNLOCKED, usages, start),
        *_shipping(usages),
    ]


def _most(text: str, measured: float, most: float, unit: str) -> Aim:
    three_digits = float(f"{measured:.3g}")
    return Aim(
        text=text,
        measured=f"{three_digits:,g}{unit}",
        reached=measured <= most,
    )


def _beside_limit(
    scenario: str,
    name: str,
    usages: Mapping[tuple[str, str], Usage],
    start: StartUp,
) -> Iterator[Aim]:
    ours, limit = usages[scenario, name], usages[scenario, LIMIT]
    most = OF_LIMIT * limit.wall_seconds + start.deploy_seconds
    yield _most(
        f"`{scenario}` ({name}): at most {OF_LIMIT} times the limit's wall time and the "
        f"{start.deploy_seconds * 1000:.0f} ms until a deploy connects: {most:.2f} s",
        ours.wall_seconds,
        most,
        " s",
    )
    yield Aim(
        text=f"`{scenario}` ({name}): as many requests as the limit, {limit.requests}",
        measured=str(ours.requests),
        reached=ours.requests <= limit.requests,
    )


def _for_bytes(size: int) -> int:
    """Requests that only an archive of that size needs: the look, further uploads, renewals."""
    look = 1 if size >= LOOKED_AT_BYTES else 0
    further = ceil(size / PART_BYTES) - 1
    renewals = 2 if size > RENEWED_BYTES else 0
    return look + further + renewals


def _shipping(usages: Mapping[tuple[str, str], Usage]) -> Iterator[Aim]:
    def ours(scenario: str) -> Usage:
        return usages[scenario, OURS]

    counts = [ours(f"file-{count}").requests for count in (10, 100, 1_000, 10_000)]
    yield Aim(
        text="One changed file takes as many requests, whether of 10, 100, 1,000 or 10,000",
        measured=", ".join(str(each) for each in counts),
        reached=len(set(counts)) == 1,
    )
    whole = {count: ours(f"ship-{count}") for count in (10, 100, 1_000, 10_000)}
    yield Aim(
        text="A first release of 10, 100, 1,000, 10,000 files takes as many requests, but for what "
        "grows with the bytes: a look from 1 MiB on, an upload for each 32 MiB, two to renew the "
        "lock before a large one, and looks while the server unpacks, each second at most",
        measured=", ".join(str(each.requests) for each in whole.values()),
        reached=all(
            whole[count].requests
            <= whole[10].requests
            + _for_bytes(count * FILE_BYTES)
            + ceil(whole[count].wall_seconds - whole[10].wall_seconds)
            for count in whole
        ),
    )
    ratio = usages["ship-1000", PER_FILE].wall_seconds / ours("ship-1000").wall_seconds
    yield Aim(
        text=f"1,000 files are shipped at least {FASTER} times faster than by a request a file",
        measured=f"{ratio:,.0f} times",
        reached=ratio >= FASTER,
    )
    growth = ours("file-10000").wall_seconds / ours("file-10").wall_seconds
    yield _most(
        f"One changed file of 10,000 takes at most {OF_FEW:g} times as long as one of 10",
        growth,
        OF_FEW,
        " times",
    )
    most = max(ours("ship-10000").peak_mib, ours("file-10000").peak_mib) * 2**20 / 1e6
    yield _most(
        f"10,000 files, 200 MB, take at most {MEMORY_MB:.0f} MB of memory", most, MEMORY_MB, " MB"
    )
