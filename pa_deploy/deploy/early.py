"""The site asked while PythonAnywhere is looked at: a run without changes waits only once."""

from __future__ import annotations

from dataclasses import dataclass

from pa_deploy.background import Background
from pa_deploy.clock import Clock
from pa_deploy.deploy.tools import Tools
from pa_deploy.model import Health, HealthCheck
from pa_deploy.settings import Settings
from pa_deploy.transport import READ_SECONDS
from pa_deploy.verify import ask_once

FRESH_SECONDS = 10.0
"""How old the answer may be when it is used: retries and the rate limit make looking take long."""


@dataclass(frozen=True, slots=True)
class EarlyVisit:
    """A visit under way, and how and when it was asked."""

    check: HealthCheck
    asked: float
    reading: Background[Health]

    def answer(self, check: HealthCheck, clock: Clock) -> Health | None:
        """What the site said; None if the site is to be asked otherwise, or it is too long ago."""
        if check != self.check or clock.now() - self.asked > FRESH_SECONDS:
            return None
        return self.reading.result()


def visit_early(settings: Settings, tools: Tools) -> EarlyVisit | None:
    """Ask the site now, if this run may have nothing else to do. It is judged as it is afterwards.

    A release is not asked for, because which one is to answer is not known yet; nor is a login.
    """
    check = settings.health_check
    may_do_nothing = settings.mode == "apply" and settings.policy.reload == "auto"
    if check is None or settings.release is not None or not may_do_nothing:
        return None
    patience = min(READ_SECONDS, max(1.0, check.timeout_seconds))
    asked = tools.deadline.clock.now()
    reading = Background(lambda: ask_once(check, tools.site, tools.deadline, patience)).start()
    return EarlyVisit(check, asked, reading)
