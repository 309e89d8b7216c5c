"""Ask the site until it is healthy; if it does not get so, say what its error log has."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

from pa_deploy.deploy.causes import likely_cause
from pa_deploy.deploy.course import Made
from pa_deploy.deploy.journal import Journal
from pa_deploy.deploy.static_check import StaticCheck
from pa_deploy.deploy.tools import Tools
from pa_deploy.errors import DeployError, Unhealthy
from pa_deploy.model import Health, HealthCheck
from pa_deploy.report import health_sentence
from pa_deploy.settings import Settings
from pa_deploy.verify import read_errors, wait_until_healthy

LOG_SLACK_SECONDS = 2.0
"""By so much the clock of the error log may be behind that of the API."""


@dataclass(frozen=True, slots=True)
class Verification:
    """Asks the site as `check` says. The journal gets its health."""

    check: HealthCheck
    settings: Settings
    tools: Tools
    journal: Journal

    def verify(self, made: Made, early: Health | None, *, reserve_seconds: float) -> None:
        """Ask the site until it is healthy, then for its static files; else Unhealthy, with what
        the error log has.

        `early` is its first answer, if it was asked already. One good answer is enough if this run
        has neither changed nor reloaded anything.

        Of the time that `timeout` allows, `reserve_seconds` are left for what has to be done then,
        but no more than half of it: a site needs a moment to start.
        """
        check, tools, deadline = self.check, self.tools, self.tools.deadline
        reserve = min(reserve_seconds, deadline.remaining() / 2)
        with suppress(DeployError):
            # The lock should last until the end, but asking the site needs none.
            tools.transport.guard(min(check.timeout_seconds, deadline.remaining()))
        started = deadline.clock.now()
        thorough = made.plan.reload or bool(made.plan.changes)
        health = wait_until_healthy(
            check, tools.site, deadline, tools.ci.log, reserve, early, thorough=thorough
        )
        waited = deadline.clock.now() - started
        if health.healthy:
            tools.ci.log(f"Healthy: {health_sentence(health)}")
            health = self._bad_static_file(made) or health
        if not health.healthy:
            health = self._with_errors(health)
        self.journal.health = health
        if not health.healthy:
            raise self._unhealthy(health, waited)

    def _bad_static_file(self, made: Made) -> Health | None:
        if not self.settings.static_check:
            return None
        listed = self.settings.wanted.static_files or ()
        static = StaticCheck(self.check, self.tools, listed, self.journal.warnings)
        return static.first_bad(made, self.journal.delivery)

    def _with_errors(self, health: Health) -> Health:
        """With what the error log has since the run began to write; the run's log shows it."""
        domain, ci = self.settings.target.domain, self.tools.ci
        since = self.journal.began - LOG_SLACK_SECONDS
        lines = read_errors(self.tools.api, domain, since, ci.redact)
        if lines:
            with ci.group(f"New lines in the error log of {domain}"):
                for line in lines:
                    ci.log(f"| {line}")
        return replace(health, log_tail=lines)

    def _unhealthy(self, health: Health, waited_seconds: float) -> Unhealthy:
        release = self.settings.release
        app = release.app if release else None
        return Unhealthy(
            f"The site is not healthy: {health_sentence(health)}.",
            cause=likely_cause(health, self.check, waited_seconds, app),
            advice="See the new lines of its error log in this log and in the summary."
            if health.log_tail
            else "Its error log has no new lines.",
        )
