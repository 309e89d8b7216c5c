"""Put back the configuration that was there before, when the site is not healthy with the new one.

It is a deploy of its own, by the same plan-and-apply: wanted is what was there, of the parts that
the run has changed.
"""

from __future__ import annotations

from typing import Any

from pa_deploy.deploy.converge import Goal, reach
from pa_deploy.deploy.live import reload_webapp
from pa_deploy.deploy.progress import Ledger, Progress, Restoring
from pa_deploy.deploy.tools import Tools
from pa_deploy.errors import DeployError, Interrupted
from pa_deploy.model import (
    Actual,
    Change,
    Create,
    HealthCheck,
    Plan,
    Policy,
    Resource,
    Setting,
    StaticFile,
    StaticHeader,
    WantedWebapp,
    WsgiFile,
)
from pa_deploy.reconcile import observe
from pa_deploy.report import health_sentence, plan_lines, redacted
from pa_deploy.verify import wait_until_healthy, with_login

RESERVE_SECONDS = 30.0
"""Of `timeout`, what waiting for a healthy site leaves for a rollback."""


def former_webapp(former: Actual, plan: Plan) -> WantedWebapp | None:
    """What was there, of the parts that the plan changes; None where there is nothing to put back.

    A web app that the run has created had no configuration, and is not deleted.
    """
    if former.webapp is None or not plan.changes:
        return None
    touched = [_touched(change) for change in plan.changes]
    settings: dict[str, Any] = {
        each.name: getattr(former.webapp, each.name)
        for each in touched
        if isinstance(each, Setting)
    }
    kinds = {type(each) for each in touched}
    wsgi = former.wsgi_file
    return WantedWebapp(
        domain=plan.domain,
        static_files=former.static_files if StaticFile in kinds else None,
        static_headers=former.static_headers if StaticHeader in kinds else None,
        wsgi_file=wsgi if WsgiFile in kinds and wsgi and wsgi.content is not None else None,
        **settings,
    )


def _touched(change: Change) -> Resource:
    return change.after if isinstance(change, Create) else change.before


def roll_back(
    wanted: WantedWebapp, check: HealthCheck | None, tools: Tools, progress: Progress
) -> str:
    """Put back what `former_webapp` gave, reload, ask the site; what came of it, as a sentence."""
    restoring = Restoring(Ledger(tools.ci))
    progress.restoring = restoring
    tools.ci.log("Rolling back to the former configuration.")
    try:
        _put_back(wanted, check, tools, restoring, progress.doubts)
    except DeployError as error:
        restoring.failure = error.what
        return f"The former configuration could not be put back: {error.what}"
    except Interrupted:
        restoring.failure = "The run was interrupted."
        raise
    if restoring.health is None or restoring.health.healthy:
        return "It was rolled back: the former configuration is live again."
    return (
        "It was rolled back to the former configuration, but the site is not healthy with that "
        f"either: {health_sentence(restoring.health)}."
    )


def _put_back(
    wanted: WantedWebapp,
    check: HealthCheck | None,
    tools: Tools,
    restoring: Restoring,
    doubts: int,
) -> None:
    goal = Goal(wanted=wanted, policy=Policy(create=False, exact=True))
    actual = observe(tools.api, wanted, tools.deadline.clock)
    plan = goal.plan(actual)
    restoring.ledger.plan = plan
    for line in plan_lines(redacted(plan, tools.ci.clean)):
        tools.ci.log(line)

    def go_live(_plan: Plan, reached: Actual) -> None:
        reload_webapp(wanted.domain, tools, check and with_login(check, reached.webapp))
        restoring.reloaded = True

    reached = reach(goal, plan, actual, tools, restoring.ledger, go_live, doubts=doubts)
    if check:
        check = with_login(check, reached.webapp)
        restoring.health = wait_until_healthy(check, tools.site, tools.deadline, tools.ci.log)
        tools.ci.log(f"After the rollback: {health_sentence(restoring.health)}")
