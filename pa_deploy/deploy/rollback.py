"""Put back the configuration that was there before, when the site is not healthy with the new one.

It is a deploy of its own, by the same plan-and-apply: wanted is what was there, of the parts that
the run has changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pa_deploy.deploy.course import Course, Goal, Look
from pa_deploy.deploy.journal import Journal, Restoring
from pa_deploy.deploy.live import check_of, make_live
from pa_deploy.deploy.tools import Tools
from pa_deploy.errors import DeployError, Interrupted
from pa_deploy.loader_files import is_loader
from pa_deploy.model import (
    Actual,
    Change,
    Create,
    Health,
    HealthCheck,
    Plan,
    Policy,
    Release,
    Resource,
    Setting,
    StaticFile,
    StaticHeader,
    WantedWebapp,
    WsgiFile,
)
from pa_deploy.report import health_sentence, plan_lines
from pa_deploy.settings import Settings
from pa_deploy.verify import wait_until_healthy

if TYPE_CHECKING:
    from pa_deploy.deploy.delivery import Delivery

RESERVE_SECONDS = 30.0
"""Of `timeout`, what waiting for a healthy site leaves for a rollback."""


def former_webapp(former: Actual, plan: Plan) -> WantedWebapp | None:
    """What was there, of the parts that the plan changes; None if there is nothing to put back.

    A web app that the run has created had no configuration, and is not deleted. Nor is a release
    that had none before it. A loader is not put back in place of a newer one: that serves the
    former release as well, and an older one would not know what it finds there.
    """
    touched = [
        each
        for each in map(_touched, plan.changes)
        if not (isinstance(each, WsgiFile) and is_loader(each.content or b""))
    ]
    if former.webapp is None or not touched:
        return None
    settings: dict[str, Any] = {
        each.name: getattr(former.webapp, each.name)
        for each in touched
        if isinstance(each, Setting)
    }
    kinds = {type(each) for each in touched}
    if kinds == {Release} and former.release is None:
        return None
    wsgi = former.wsgi_file
    return WantedWebapp(
        domain=plan.domain,
        static_files=former.static_files if StaticFile in kinds else None,
        static_headers=former.static_headers if StaticHeader in kinds else None,
        wsgi_file=wsgi if WsgiFile in kinds and wsgi and wsgi.content is not None else None,
        release=former.release if Release in kinds else None,
        **settings,
    )


def _touched(change: Change) -> Resource:
    return change.after if isinstance(change, Create) else change.before


@dataclass(frozen=True, slots=True)
class WayBack:
    """The way back to what `former_webapp` gave. `restoring` has what came of it so far."""

    wanted: WantedWebapp
    settings: Settings
    tools: Tools
    journal: Journal
    restoring: Restoring

    def go(self) -> str:
        """Put it back, reload, ask the site; what came of it, as a sentence."""
        self.tools.ci.log(f"Rolling back to the former {self._what}.")
        try:
            self._put_back()
        except DeployError as error:
            self.restoring.failure = error.what
            return f"Could not roll back to the former {self._what}: {error.what}"
        except Interrupted:
            self.restoring.failure = "The run was interrupted."
            raise
        return self._said(self.restoring.health)

    @property
    def _what(self) -> str:
        return "release and configuration" if self.wanted.release else "configuration"

    def _said(self, health: Health | None) -> str:
        if health is None or health.healthy:
            verb = "are" if self.wanted.release else "is"
            said = f"Rolled back: the former {self._what} {verb} live again."
            asked = health and f"The site was asked: {health_sentence(health)}."
            return f"{said} {asked or 'The site was not asked.'}"
        if health.trouble == "default-page" and self.wanted.release is None:
            return (
                "Rolled back: the former configuration is live again. The web app had no code "
                "before this run, so the site shows PythonAnywhere's default page, as before."
            )
        return (
            f"Rolled back to the former {self._what}, but the site is still not healthy: "
            f"{health_sentence(health)}."
        )

    def _put_back(self) -> None:
        """Look, plan, apply, ship, reload, look again if in doubt, verify."""
        tools, restoring, warnings = self.tools, self.restoring, self.restoring.warnings
        restoring.delivery = delivery = self._delivery()
        policy = Policy(create=False, exact=True)
        goal = Goal(wanted=self.wanted, policy=policy, delivery=delivery)
        actual = goal.look(tools)
        restoring.ledger.plan = plan = goal.plan(actual)
        for line in plan_lines(plan):
            tools.ci.log(line)
        check = self.settings.health_check
        course = Course(goal, tools, restoring.ledger, self.journal.doubts, warnings)
        look: Look | None = Look(actual, plan)
        while look:
            made = course.make(look)
            check = self._check_of(made.actual, delivery)
            warning = make_live(made, delivery, check, tools)
            if warning:
                warnings.warn(warning)
            restoring.reloaded = True
            look = course.look_again()
        if check:
            restoring.health = wait_until_healthy(check, tools.site, tools.deadline, tools.ci.log)
            tools.ci.log(f"After the rollback: {health_sentence(restoring.health)}")

    def _check_of(self, actual: Actual, delivery: Delivery | None) -> HealthCheck | None:
        """How to ask the site: a former release as the run has asked that deployed it."""
        check = check_of(self.settings, actual)
        return delivery.check_of(delivery.release.id, check) if delivery else check

    def _delivery(self) -> Delivery | None:
        if self.wanted.release is None:
            return None
        from pa_deploy.deploy.delivery import Delivery  # noqa: PLC0415 - as in `prepare`
        from pa_deploy.deploy.release_goal import go_back_to  # noqa: PLC0415

        warnings = self.restoring.warnings
        return Delivery(
            go_back_to(self.wanted.release, self.wanted, self.settings, self.tools, warnings)
        )
