"""From a seed: what is there, what is wanted, and what goes wrong on the way."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tests.faults.world import Delay

URLS = ("/a/", "/a/b/", "/c/", "/", "/m")
KINDS = ("create", "change", "prune", "reload")
CALLS = (
    ("GET", r"/webapps/$"),
    ("GET", r"/static_files/$"),
    ("GET", r"/static_headers/$"),
    ("GET", r"/files/path"),
    ("POST", r"/webapps/$"),
    ("PATCH", r"/webapps/[^/]+/$"),
    ("POST", r"/static_files/$"),
    ("PATCH", r"/static_files/\d+/$"),
    ("DELETE", r"/static_files/\d+/$"),
    ("POST", r"/static_headers/$"),
    ("PATCH", r"/static_headers/\d+/$"),
    ("DELETE", r"/static_headers/\d+/$"),
    ("POST", r"/files/path/var/www/"),
    ("POST", r"/reload/$"),
    ("POST", r"/files/path/home/"),
    ("DELETE", r"/files/path/home/"),
)
PATIENCE = {"reload": 90.0}
LATEST_SECONDS = 4.9
"""How long after it was given up a request may still arrive: less than a run waits for it."""


class Before(NamedTuple):
    """A web app's Python version, static files (url, path), headers; None: there is none."""

    python_version: str | None
    files: Sequence[tuple[str, str]] = ()
    headers: Sequence[tuple[str, str, str]] = ()


@dataclass(kw_only=True)
class Schedule:
    """`before` is what is there."""

    seed: int
    kind: str
    inputs: dict[str, str]
    files: list[tuple[str, str]]
    headers: list[tuple[str, str, str]]
    before: Before
    faults: list[dict[str, Any]] = field(default_factory=list)
    delays: list[Delay] = field(default_factory=list)
    site: str = "well"


def make_schedule(seed: int) -> Schedule:
    dice = random.Random(seed)
    kind = KINDS[seed % len(KINDS)]
    files = [(url, f"/home/alice/{dice.choice('xyz')}") for url in _some(dice, URLS, 1, 4)]
    headers = [(url, "X-Flavour", dice.choice("xyz")) for url in _some(dice, URLS, 0, 2)]
    inputs = {
        "python-version": dice.choice(("3.12", "3.13")),
        "static-files": "\n".join(f"{url} = {path}" for url, path in files),
        "prune": str(kind == "prune").lower(),
        "timeout": dice.choice(("600", "600", "600", "120")),
    }
    if headers:
        inputs["static-headers"] = "\n".join(f"{url} {name}: {v}" for url, name, v in headers)
    if dice.random() < 0.5:
        inputs["lock"] = "false"
    if dice.random() < 0.5:
        inputs["wsgi-file"] = "wsgi.py"
    if dice.random() < 0.5:
        inputs["source-directory"] = f"/home/alice/{dice.choice('pq')}"
        inputs["force-https"] = dice.choice(("true", "false"))
    schedule = Schedule(
        seed=seed,
        kind=kind,
        inputs=inputs,
        files=files,
        headers=headers,
        before=_before(dice, kind, files, headers, inputs),
        site=dice.choice(("well", "well", "well", "slow", "flaps", "broken")),
    )
    for _ in range(dice.randint(1, 5)):
        _add_fault(dice, schedule)
    return schedule


def _some(dice: random.Random, choices: tuple[str, ...], low: int, high: int) -> list[str]:
    return dice.sample(choices, dice.randint(low, high))


def _before(
    dice: random.Random,
    kind: str,
    files: list[tuple[str, str]],
    headers: list[tuple[str, str, str]],
    inputs: dict[str, str],
) -> Before:
    if kind == "create":
        return Before(None)
    if kind == "reload":
        return Before(inputs["python-version"], list(files), list(headers))
    rows = [row if dice.random() < 0.5 else (row[0], "/home/alice/old") for row in files]
    rows = [row for row in rows if dice.random() < 0.7]
    rows += [row for row in rows if row in files and dice.random() < 0.3]
    rows += [(f"/extra{n}/", f"/home/alice/extra{n}") for n in range(dice.randint(0, 3))]
    dice.shuffle(rows)
    olds = [(url, name, "old") for url, name, _ in headers if dice.random() < 0.5]
    olds += [("/extra/", "X-Extra", "1")] * dice.randint(0, 1)
    return Before("3.10", rows, olds)


def _add_fault(dice: random.Random, schedule: Schedule) -> None:
    method, path = dice.choice(CALLS)
    times = dice.choice((1, 1, 1, 2, 3, 6, 30))
    shape = dice.choice(SHAPES)
    if shape == "delay":
        patience = PATIENCE["reload"] if "reload" in path else 30.0
        over = patience + dice.uniform(0.1, LATEST_SECONDS)
        seconds = dice.choice((dice.uniform(1, patience - 1), over))
        schedule.delays.append(Delay(method=method, path=path, seconds=seconds, times=times))
    else:
        fault = _fault(dice, shape)
        schedule.faults.append({"method": method, "path": path, "times": times, **fault})


SHAPES = (
    "refusal", "failure", "failure", "page", "page in place", "worked, then failed",
    "drop before", "drop after", "drop after", "truncate", "truncate", "throttle", "429 page",
    "no json", "delay", "delay", "delay",
)  # fmt: skip


def _fault(dice: random.Random, shape: str) -> dict[str, Any]:
    detail = '{"detail": "as the schedule has it"}'
    shapes: dict[str, dict[str, Any]] = {
        "refusal": {"status": dice.choice((400, 401, 403, 404, 405, 409)), "body": detail},
        "failure": {"status": dice.choice((500, 502, 503, 504)), "body": detail},
        "page": {"status": dice.choice((500, 502, 503, 504)), "html": True},
        "page in place": {"status": 200, "html": True},
        "worked, then failed": {"status": dice.choice((502, 504)), "html": True, "work": True},
        "drop before": {"drop": "before"},
        "drop after": {"drop": "after"},
        "truncate": {"truncate": dice.randint(0, 30)},
        "throttle": {"throttle": dice.randint(1, 90), "retry_after": dice.random() < 0.5},
        "429 page": {"status": 429, "html": True},
        "no json": {"status": 200, "body": "<html>", "content_type": "application/json"},
    }
    return shapes[shape]
