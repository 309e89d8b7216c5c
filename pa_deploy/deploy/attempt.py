"""One try to carry out a plan: apply, reload, verify; roll back if it came to no good."""

from __future__ import annotations

from pa_deploy.deploy.aftermath import after_failure, may_be_live
from pa_deploy.deploy.converge import Goal, reach
from pa_deploy.deploy.early import EarlyVisit
from pa_deploy.deploy.live import check_of, reload_and_note, verify
from pa_deploy.deploy.locking import give_back_meanwhile, keep
from pa_deploy.deploy.paths import shared_files
from pa_deploy.deploy.progress import Progress
from pa_deploy.deploy.rollback import RESERVE_SECONDS, former_webapp
from pa_deploy.deploy.tools import Tools
from pa_deploy.errors import DeployError
from pa_deploy.model import Actual, Plan
from pa_deploy.report import redacted
from pa_deploy.settings import Settings


def attempt(
    goal: Goal,
    plan: Plan,
    actual: Actual,
    settings: Settings,
    tools: Tools,
    progress: Progress,
    early: EarlyVisit | None,
) -> None:
    """Carry out the plan; what is to be done if that fails is done."""
    try:
        _apply(goal, plan, actual, settings, tools, progress, early)
    except DeployError as error:
        if may_be_live(error, progress.ledger):
            after = after_failure(plan, actual, error, settings, tools, progress)
            error.advice = f"{error.advice} {after}".strip()
        raise


def _apply(
    goal: Goal,
    plan: Plan,
    actual: Actual,
    settings: Settings,
    tools: Tools,
    progress: Progress,
    early: EarlyVisit | None,
) -> None:
    domain = settings.target.domain

    def go_live(rest: Plan, reached: Actual) -> None:
        progress.actual = reached
        for file in redacted(shared_files(settings, reached), tools.ci.clean):
            tools.ci.log(f"{file.path} is shared: {file.url}")
        if rest.reload:
            reload_and_note(domain, check_of(settings, reached), tools, progress)

    reached = reach(goal, plan, actual, tools, progress.ledger, go_live, doubts=progress.doubts)
    progress.actual = reached
    check = check_of(settings, reached)
    if check is None or settings.policy.reload == "never":
        return
    can_roll_back = _can_roll_back(plan, actual, settings)
    if progress.lock and not (can_roll_back or goal.delivery):
        # Whatever the site says, this run writes no more.
        progress.giving_back = give_back_meanwhile(progress.lock)
    else:
        keep(check.timeout_seconds, tools)
    reserve = RESERVE_SECONDS if can_roll_back else 0.0
    first = early.answer(check, tools.deadline.clock) if early else None
    verify(domain, check, tools, progress, reserve, first)


def _can_roll_back(plan: Plan, former: Actual, settings: Settings) -> bool:
    return settings.rollback and former_webapp(former, plan) is not None
