"""The lock of a web app within the time that a run has."""

from __future__ import annotations

from pa_deploy.deploy.tools import Tools
from pa_deploy.deploy.warned import Warnings
from pa_deploy.lock import Lock

PATIENCE_SECONDS = 60.0
"""The rate limit is over by then."""
UNLOCK_SECONDS = 2.0
"""How long giving the lock back may take; `timeout` keeps that much for it."""


def make_lock(domain: str, tools: Tools) -> Lock:
    """The lock, not taken yet."""
    return Lock(tools.api, tools.transport, domain, tools.run, tools.ci.log)


def take(lock: Lock, timeout_seconds: float, tools: Tools, warnings: Warnings) -> None:
    """Get the lock, or raise Locked; however it ends, `give_back` has to follow."""
    tools.deadline.reserve(UNLOCK_SECONDS)
    lock.acquire(timeout_seconds)
    for note in lock.notes:
        warnings.warn(note)


def give_back(lock: Lock, tools: Tools, warnings: Warnings, *, hurry: bool = False) -> None:
    """Give the lock back; if that does not work, warn why.

    The rate limit is waited for, because a lock that stays would keep the next run waiting for
    longer. In a `hurry`, a runner may be about to kill the run.
    """
    patience = 0.0 if hurry else min(PATIENCE_SECONDS, tools.deadline.remaining())
    with tools.deadline.reserved(max(UNLOCK_SECONDS, patience)):
        trouble = lock.release()
    if trouble:
        warnings.warn(trouble)
