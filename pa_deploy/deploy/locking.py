"""The lock of a web app within the time that a run has."""

from __future__ import annotations

from collections.abc import Callable

from pa_deploy.deploy.tools import Tools
from pa_deploy.lock import Lock

UNLOCK_SECONDS = 2.0
"""How long giving the lock back may take; `timeout` keeps that much for it."""


def make_lock(domain: str, tools: Tools) -> Lock:
    """The lock, not taken yet."""
    return Lock(tools.api, tools.transport, domain, tools.run, tools.ci.log)


def take(lock: Lock, timeout_seconds: float, tools: Tools, warn: Callable[[str], None]) -> None:
    """Get the lock, or raise Locked; however it ends, `give_back` has to follow."""
    tools.deadline.reserve(UNLOCK_SECONDS)
    lock.acquire(timeout_seconds)
    for note in lock.notes:
        warn(note)


def give_back(lock: Lock, tools: Tools, warn: Callable[[str], None]) -> None:
    """Be quick, as a runner may be about to kill the run. If it does not work, warn why."""
    with tools.deadline.reserved(UNLOCK_SECONDS):
        trouble = lock.release()
    if trouble:
        warn(trouble)
