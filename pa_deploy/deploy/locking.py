"""The lock of a web app within the time that a run has."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from pa_deploy.deploy.tools import Tools
from pa_deploy.errors import DeployError
from pa_deploy.lock import Lock
from pa_deploy.reading import Reading

UNLOCK_SECONDS = 2.0
"""How long giving the lock back may take; `timeout` keeps that much for it."""


def make_lock(domain: str, tools: Tools) -> Lock:
    """The lock, not taken yet."""
    return Lock(tools.api, tools.transport, domain, tools.run, tools.ci.log)


def take(lock: Lock, timeout_seconds: float, tools: Tools) -> None:
    """Get the lock, or raise Locked; however it ends, `give_back` has to follow."""
    tools.deadline.reserve(UNLOCK_SECONDS)
    lock.acquire(timeout_seconds)


def keep(seconds: float, tools: Tools) -> None:
    """Try to have it for `seconds` more, if there is one."""
    with suppress(DeployError):
        tools.transport.guard(min(seconds, tools.deadline.remaining()))


def give_back(lock: Lock, tools: Tools) -> str:
    """Quickly, as a runner may be about to kill the run. Where it does not work, why; else ""."""
    with tools.deadline.reserved(UNLOCK_SECONDS):
        return lock.release()


@dataclass(frozen=True, slots=True)
class GivingBack:
    """A lock that is being given back while the run goes on, and writes no more."""

    lock: Lock
    reading: Reading[str]

    def end(self) -> str:
        """Wait for it, as quickly as `give_back`, and with the same result."""
        if self.reading.wait(UNLOCK_SECONDS):
            return self.reading.result()
        return self.lock.not_given_back("PythonAnywhere has not answered yet.")


def give_back_meanwhile(lock: Lock) -> GivingBack:
    return GivingBack(lock, Reading(lock.release))
