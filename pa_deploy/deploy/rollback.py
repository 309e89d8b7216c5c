"""Put back the configuration that was there before, when the site is not healthy with the new one.

It is a deploy of its own, by the same plan-and-apply: wanted is what was there, of the parts that
the run has changed.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pa_deploy.deploy.course import Course, Goal
from pa_deploy.deploy.journal import Restoring
from pa_deploy.deploy.live import check_of, make_live
from pa_deploy.deploy.tools import Tools
from pa_deploy.errors import DeployError, Interrupted
from pa_deploy.loader_files import is_loader
from pa_deploy.model import (
    Actual,
    Change,
    Create,
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


def roll_back(
    wanted: WantedWebapp, settings: Settings, tools: Tools, restoring: Restoring, doubts: int
) -> str:
    """Put back what `former_webapp` gave, reload, ask the site; what came of it, as a sentence.

    `doubts` are as in `Course`.
    """
    what = "release and configuration" if wanted.release else "configuration"
    tools.ci.log(f"Rolling back to the former {what}.")
    try:
        _put_back(wanted, settings, tools, restoring, doubts)
    except DeployError as error:
        restoring.failure = error.what
        return f"Could not roll back to the former {what}: {error.what}"
    except Interrupted:
        restoring.failure = "The run was interrupted."
        raise
    if restoring.health is None or restoring.health.healthy:
        verb = "are" if wanted.release else "is"
        said = f"Rolled back: the former {what} {verb} live again."
        asked = restoring.health and f"The site was asked: {health_sentence(restoring.health)}."
        return f"{said} {asked or 'The site was not asked.'}"
    if restoring.health.trouble == "default-page" and wanted.release is None:
        return (
            "Rolled back: the former configuration is live again. The web app had no code before "
            "this run, so the site shows PythonAnywhere's default page, as before."
        )
    return (
        f"Rolled back to the former {what}, but the site is still not healthy: "
        f"{health_sentence(restoring.health)}."
    )


def _put_back(
    wanted: WantedWebapp, settings: Settings, tools: Tools, restoring: Restoring, doubts: int
) -> None:
    delivery = _delivery_back(wanted, settings, tools, restoring)
    restoring.delivery = delivery
    goal = Goal(wanted=wanted, policy=Policy(create=False, exact=True), delivery=delivery)
    actual = goal.look(tools)
    plan = goal.plan(actual)
    restoring.ledger.plan = plan
    for line in plan_lines(plan):
        tools.ci.log(line)
    check = settings.health_check
    course = Course(goal, tools, restoring.ledger, doubts, restoring.warn)
    for made in course.rounds(plan, actual):
        check = _check_of(settings, made.actual, delivery)
        warning = make_live(made, delivery, check, tools)
        if warning:
            restoring.warn(warning)
        restoring.reloaded = True
    if check:
        restoring.health = wait_until_healthy(check, tools.site, tools.deadline, tools.ci.log)
        tools.ci.log(f"After the rollback: {health_sentence(restoring.health)}")


def _check_of(settings: Settings, actual: Actual, delivery: Delivery | None) -> HealthCheck | None:
    """How to ask the site: a former release as the run has asked that deployed it."""
    check = check_of(settings, actual)
    if delivery is None:
        return check
    from pa_deploy.release import check_of_release  # noqa: PLC0415 - as in `prepare`

    return check_of_release(check, delivery.status, delivery.release.id)


def _delivery_back(
    wanted: WantedWebapp, settings: Settings, tools: Tools, restoring: Restoring
) -> Delivery | None:
    if wanted.release is None:
        return None
    from pa_deploy.deploy.delivery import Delivery, make_destination  # noqa: PLC0415 - as in `prepare`

    destination = replace(make_destination(settings.target, tools), warn=restoring.warn)
    return Delivery(destination, wanted.release, Path(), webapp=wanted)
