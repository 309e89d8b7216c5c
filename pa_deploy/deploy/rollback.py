"""Put back the configuration that was there before, when the site is not healthy with the new one.

It is a deploy of its own, by the same plan-and-apply: wanted is what was there, of the parts that
the run has changed.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pa_deploy.deploy.converge import Goal, reach
from pa_deploy.deploy.live import reload_or_bring_live
from pa_deploy.deploy.progress import Ledger, Progress, Restoring
from pa_deploy.deploy.tools import Tools
from pa_deploy.errors import DeployError, Interrupted
from pa_deploy.layout import is_loader
from pa_deploy.model import (
    Actual,
    Change,
    Create,
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
from pa_deploy.report import health_sentence, plan_lines, redacted
from pa_deploy.settings import Settings
from pa_deploy.verify import wait_until_healthy, with_login

if TYPE_CHECKING:
    from pa_deploy.deploy.delivery import Delivery

RESERVE_SECONDS = 30.0
"""Of `timeout`, what waiting for a healthy site leaves for a rollback."""


def former_webapp(former: Actual, plan: Plan) -> WantedWebapp | None:
    """What was there, of the parts that the plan changes; None where there is nothing to put back.

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


def roll_back(wanted: WantedWebapp, settings: Settings, tools: Tools, progress: Progress) -> str:
    """Put back what `former_webapp` gave, reload, ask the site; what came of it, as a sentence."""
    restoring = Restoring(Ledger(tools.ci))
    what = "release and configuration" if wanted.release else "configuration"
    progress.restoring = restoring
    tools.ci.log(f"Rolling back to the former {what}.")
    try:
        _put_back(wanted, settings, tools, restoring, progress.doubts)
    except DeployError as error:
        restoring.failure = error.what
        return f"The former {what} could not be put back: {error.what}"
    except Interrupted:
        restoring.failure = "The run was interrupted."
        raise
    if restoring.health is None or restoring.health.healthy:
        verb = "are" if wanted.release else "is"
        return f"Rolled back: the former {what} {verb} live again."
    return (
        f"Rolled back to the former {what}, but the site is not healthy with that "
        f"either: {health_sentence(restoring.health)}."
    )


def _put_back(
    wanted: WantedWebapp,
    settings: Settings,
    tools: Tools,
    restoring: Restoring,
    doubts: int,
) -> None:
    check = settings.health_check
    delivery = _delivery_back(wanted, settings, tools)
    restoring.delivery = delivery
    goal = Goal(wanted=wanted, policy=Policy(create=False, exact=True), delivery=delivery)
    actual = goal.look(tools)
    plan = goal.plan(actual)
    restoring.ledger.plan = plan
    for line in plan_lines(redacted(plan, tools.ci.clean)):
        tools.ci.log(line)

    def go_live(_plan: Plan, reached: Actual) -> None:
        asked = check and with_login(check, reached.webapp)
        reload_or_bring_live(wanted.domain, delivery, tools, asked)
        restoring.reloaded = True

    reached = reach(goal, plan, actual, tools, restoring.ledger, go_live, doubts=doubts)
    if check:
        release = wanted.release.id if wanted.release else None
        check = replace(with_login(check, reached.webapp), release=release)
        restoring.health = wait_until_healthy(check, tools.site, tools.deadline, tools.ci.log)
        tools.ci.log(f"After the rollback: {health_sentence(restoring.health)}")


def _delivery_back(wanted: WantedWebapp, settings: Settings, tools: Tools) -> Delivery | None:
    if wanted.release is None:
        return None
    from pa_deploy.deploy.delivery import Delivery, make_account  # noqa: PLC0415 - as in the story

    return Delivery(make_account(settings.target, tools), wanted.release, Path())
