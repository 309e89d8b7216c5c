"""One deploy, told flat: observe, plan, apply, reload, verify; roll back if it came to no good."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pa_deploy.deploy.aftermath import after_failure, may_be_live
from pa_deploy.deploy.capitals import insist_on_capitals, look_for_capitals
from pa_deploy.deploy.converge import Goal, reach
from pa_deploy.deploy.early import EarlyVisit, visit_early
from pa_deploy.deploy.live import check_of, reload_and_note, verify
from pa_deploy.deploy.locking import give_back, make_lock, take
from pa_deploy.deploy.paths import look_for_paths, shared_files
from pa_deploy.deploy.prepared import Prepared, prepare
from pa_deploy.deploy.progress import Ledger, Progress
from pa_deploy.deploy.rollback import RESERVE_SECONDS, former_webapp
from pa_deploy.deploy.scratch import scratch_folder
from pa_deploy.deploy.tools import Tools
from pa_deploy.errors import (
    DeployError,
    Drift,
    Forbidden,
    Interrupted,
    OtherCapitals,
    PlanChanged,
    Refused,
)
from pa_deploy.model import (
    Actual,
    Outcome,
    Plan,
)
from pa_deploy.plan import pace
from pa_deploy.report import failure_from, pace_sentence, plan_lines, redacted, sentences
from pa_deploy.settings import Settings

if TYPE_CHECKING:
    from pa_deploy.deploy.delivery import Delivery


def deploy(settings: Settings, tools: Tools, prepared: Prepared | None = None) -> Outcome:
    """Carry out `settings`. Whatever goes wrong is told by the outcome, not raised.

    `prepared` is given if this side was made ready already, and its warnings were told.

    Only OtherCapitals is raised, before anything is written.
    """
    progress = Progress(
        started=tools.deadline.clock.now(),
        doubts=tools.transport.doubts,
        ledger=Ledger(tools.ci),
    )
    failure = None
    try:
        with tools.interruptible(), ExitStack() as folders:
            if prepared is None:
                scratch = folders.enter_context(scratch_folder(settings))
                prepared = prepare(settings, tools, Path(scratch), partial(_warn, tools, progress))
            _deploy(settings, tools, progress, prepared)
    except OtherCapitals:
        _unlock(tools, progress)
        raise
    except (Exception, Interrupted) as error:
        failure = failure_from(error, tools.ci.clean)
    _unlock(tools, progress)
    webapp = progress.actual.webapp if progress.actual else None
    ledger = progress.ledger
    return Outcome(
        domain=settings.target.domain,
        url=settings.target.site_url,
        mode=settings.mode,
        plan=ledger.plan,
        undone=ledger.undone,
        unclear=ledger.unclear,
        steps=tuple(ledger.steps),
        reloaded=progress.reloaded,
        reload_seconds=progress.reload_seconds,
        health=progress.health,
        shared=shared_files(settings, progress.actual),
        release=progress.release_outcome(),
        rollback=progress.restoring.account() if progress.restoring else None,
        warnings=(*settings.warnings, *progress.warnings),
        failure=failure,
        expires=webapp.expiry if webapp else None,
        requests=tools.transport.requests,
        seconds=tools.deadline.clock.now() - progress.started,
    )


def _deploy(settings: Settings, tools: Tools, progress: Progress, prepared: Prepared) -> None:
    delivery = _delivery(settings, tools, prepared)
    progress.delivery = delivery
    wanted = settings.wanted
    goal = Goal(
        wanted=replace(wanted, release=delivery.release) if delivery else wanted,
        policy=settings.policy,
        delivery=delivery,
    )
    is_locked = settings.lock and settings.mode == "apply"
    if is_locked and delivery:
        # A push nearly always changes something, and so it is looked only once.
        _lock(settings, tools, progress)
    early = visit_early(settings, tools)
    actual, plan = _look(goal, settings, tools, progress, prepared)
    if plan.changes:
        early = None
    if settings.mode != "apply":
        return
    if is_locked and plan.changes and not delivery:
        _lock(settings, tools, progress)
        # Another run may have been at work since the first look, and be gone again.
        actual, plan = _look(goal, settings, tools, progress, prepared, seen=plan)
    _announce_pace(plan, settings, tools, progress)
    try:
        _apply(goal, plan, actual, settings, tools, progress, early)
    except DeployError as error:
        if may_be_live(error, progress.ledger):
            after = after_failure(plan, actual, error, settings, tools, progress)
            error.advice = f"{error.advice} {after}".strip()
        raise


def _delivery(settings: Settings, tools: Tools, prepared: Prepared) -> Delivery | None:
    """What brings the release there."""
    if prepared.content is None:
        return None
    from pa_deploy.deploy.delivery import deliver_content  # noqa: PLC0415 - as in `prepare`

    return deliver_content(prepared.content, settings.target, tools, prepared.scratch)


def _lock(settings: Settings, tools: Tools, progress: Progress) -> None:
    progress.lock = lock = make_lock(settings.target.domain, tools)
    try:
        take(lock, settings.lock_timeout_seconds, tools)
    except (Forbidden, Refused):
        look_for_capitals(tools.api)  # it is in the home directory, whose name is spelled so
        raise
    for note in lock.notes:
        _warn(tools, progress, note)


def _unlock(tools: Tools, progress: Progress) -> None:
    """Give the lock back, however the run ends."""
    trouble = give_back(progress.lock, tools) if progress.lock else ""
    if trouble:
        _warn(tools, progress, trouble)


def _warn(tools: Tools, progress: Progress, warning: str) -> None:
    progress.warnings.append(warning)
    tools.ci.warning(warning)


def _look(
    goal: Goal,
    settings: Settings,
    tools: Tools,
    progress: Progress,
    prepared: Prepared,
    seen: Plan | None = None,
) -> tuple[Actual, Plan]:
    """See what is there and what is to be done; the plan is shown unless it was `seen` before."""
    actual = goal.look(tools)
    insist_on_capitals(settings.target.username, actual.account)
    if prepared.content:
        from pa_deploy.deploy.hidden import insist_on_hidden  # noqa: PLC0415 - as in `prepare`

        insist_on_hidden(prepared.content, actual, settings)
    if settings.mode != "apply":
        actual = look_for_paths(actual, goal.wanted, tools)
    plan = goal.plan(actual)
    progress.actual = actual
    progress.ledger.plan = plan
    shown = redacted(plan, tools.ci.clean)
    if seen is None or seen.digest != plan.digest:
        for line in plan_lines(shown):
            tools.ci.log(line)
    _guard(shown, settings)
    return actual, plan


def _guard(plan: Plan, settings: Settings) -> None:
    """Stop where the plan is not to be gone on with."""
    if settings.expect_digest not in (None, plan.digest):
        raise PlanChanged(
            f"The plan has the digest {plan.digest}, expected was {settings.expect_digest}.",
            cause="The web app or the inputs have changed since that plan was made.",
            advice="Nothing was written. Look at the plan above, and expect its digest if it is "
            "what you want.",
        )
    if settings.mode == "check" and plan.changes:
        raise Drift(
            f"{plan.domain} differs from what is wanted: {sentences(plan.changes)}.",
            cause="Somebody changed it by hand, or the inputs were changed and not applied.",
            advice="Nothing was written. A run with `mode: apply` makes these changes.",
        )


def _announce_pace(plan: Plan, settings: Settings, tools: Tools, progress: Progress) -> None:
    """Say beforehand how long the rate limit makes it take, where it makes a difference."""
    expected = pace(plan)
    progress.ledger.pace = expected
    if not expected.seconds:
        return
    tools.ci.log(pace_sentence(expected))
    if expected.seconds >= tools.deadline.remaining():
        warning = (
            f"`timeout` is {settings.timeout_seconds:g} s, so this run will probably not come to "
            "its end; the next one goes on from there. Or set `timeout` higher."
        )
        _warn(tools, progress, warning)


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
    reserve = RESERVE_SECONDS if _can_roll_back(plan, actual, settings) else 0.0

    def go_live(rest: Plan, reached: Actual) -> None:
        progress.actual = reached
        for file in redacted(shared_files(settings, reached), tools.ci.clean):
            tools.ci.log(f"{file.path} is shared: {file.url}")
        check = check_of(settings, reached)
        if rest.reload:
            reload_and_note(domain, check, tools, progress)
        if check and settings.policy.reload != "never":
            first = early.answer(check, tools.deadline.clock) if early else None
            verify(domain, check, tools, progress, reserve, first)
        if progress.delivery:
            progress.delivery.note_verified()

    progress.actual = reach(
        goal, plan, actual, tools, progress.ledger, go_live, doubts=progress.doubts
    )


def _can_roll_back(plan: Plan, former: Actual, settings: Settings) -> bool:
    return settings.rollback and former_webapp(former, plan) is not None
