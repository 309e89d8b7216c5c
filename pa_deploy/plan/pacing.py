"""How long the rate limit makes a plan take. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from pa_deploy.model import (
    Change,
    Create,
    Plan,
    Release,
    Resource,
    StaticFile,
    StaticHeader,
    WsgiFile,
)

CALLS_A_MINUTE = 40
"""On one endpoint (API page); all methods of an endpoint count together (seen by clients)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """`calls`: of the busiest endpoint. `seconds`: of waiting for the rate limit; 0 if none."""

    calls: int
    seconds: float


def pace(plan: Plan, looked: int = 1) -> Pace:
    """An upper estimate; each endpoint was called `looked` times already, to see what is there."""
    calls = Counter(_endpoint(change) for change in plan.changes)
    waits = ((count + looked - 1) // CALLS_A_MINUTE for count in calls.values())
    return Pace(calls=max(calls.values(), default=0), seconds=60.0 * sum(waits))


def _endpoint(change: Change) -> tuple[type[Resource], bool]:
    """The same for changes whose calls count together: what is called, and whether for a new row,
    which has no id yet.
    """
    resource = change.after if isinstance(change, Create) else change.before
    if isinstance(resource, Release):
        return WsgiFile, False  # both are files that are sent
    is_row = isinstance(resource, StaticFile | StaticHeader)
    return type(resource), is_row and isinstance(change, Create)
