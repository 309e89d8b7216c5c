"""One deploy: look, plan, guard, lock, apply, reload, verify; roll back if it failed."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pa_deploy.deploy.aftermath import Aftermath
from pa_deploy.deploy.capitals import insist_on_capitals, look_for_capitals
from pa_deploy.deploy.course import Course, Goal, Made
from pa_deploy.deploy.early import EarlyVisit, visit_early
from pa_deploy.deploy.guard import guard, look_for_writing
from pa_deploy.deploy.journal import Journal, Ledger, ships
from pa_deploy.deploy.live import check_of, make_live, show_errors, unhealthy
from pa_deploy.deploy.locking import give_back, make_lock, take
from pa_deploy.deploy.paths import (
    insist_on_filled,
    insist_on_virtualenv,
    look_before_writing,
    shared_files,
    unfilled_notes,
)
from pa_deploy.deploy.prepared import Prepared, prepare
from pa_deploy.deploy.rollback import RESERVE_SECONDS, former_webapp
from pa_deploy.deploy.scratch import scratch_folder
from pa_deploy.deploy.tools import Tools
from pa_deploy.errors import (
    DeployError,
    Forbidden,
    Interrupted,
    OtherCapitals,
    Refused,
    ServerFailed,
)
from pa_deploy.model import Actual, Health, HealthCheck, Outcome, Plan
from pa_deploy.plan import pace
from pa_deploy.report import failure_from, health_sentence, pace_sentence, plan_lines
from pa_deploy.settings import Settings
from pa_deploy.verify import ask_once, wait_until_healthy

if TYPE_CHECKING:
    from pa_deploy.deploy.delivery import Delivery


def deploy(settings: Settings, tools: Tools, prepared: Prepared | None = None) -> Outcome:
    """Carry out `settings`. Whatever goes wrong is told by the outcome, not raised.

    `prepared` is given if this side was made ready already, and its warnings were told.

    Only OtherCapitals is raised, before anything is written.
    """
    return Deploy(settings, tools).run(prepared)


class Deploy:
    """One deploy of one web app. The journal has all that it has done so far."""

    def __init__(self, settings: Settings, tools: Tools) -> None:
        self._settings = settings
        self._tools = tools
        self._ci = tools.ci
        self._doubts = tools.transport.doubts
        self._journal = Journal(started=tools.deadline.clock.now(), ledger=Ledger(tools.ci))
        self._aftermath = Aftermath(settings, tools, self._journal)

    def run(self, prepared: Prepared | None) -> Outcome:
        failure, hurry = None, False
        with ExitStack() as folders:  # they may be large: the lock is given back first
            try:
                with self._tools.interruptible():
                    self._run(prepared or self._prepare(folders))
            except OtherCapitals:
                self._unlock()
                raise
            except (Exception, Interrupted) as error:
                hurry = isinstance(error, Interrupted)
                self._aftermath.leave(hurry=hurry)
                if isinstance(error, Interrupted):
                    error.advice = self._aftermath.next_step()
                failure = failure_from(error)
            self._unlock(hurry=hurry)
        return self._journal.outcome(self._settings, self._tools, failure)

    def _run(self, prepared: Prepared) -> None:
        settings = self._settings
        goal = self._goal(prepared)
        is_locked = settings.lock and settings.mode == "apply"
        if is_locked and goal.delivery:
            # A push nearly always changes something, and so it is looked only once.
            self._lock()
        early = visit_early(settings, self._tools)
        actual, plan = self._look(goal, prepared)
        if settings.mode != "apply":
            return
        if plan.changes:
            early = None
        if is_locked and plan.changes and not goal.delivery:
            self._lock()
            # Another run may have been at work since the first look, and be gone again.
            actual, plan = self._look(goal, prepared)
        self._announce_pace(plan)
        try:
            self._bring_about(goal, plan, actual, early)
        except DeployError as error:
            self._aftermath.see_to(error, plan, actual)
            raise

    # --- before anything is written

    def _prepare(self, folders: ExitStack) -> Prepared:
        scratch = folders.enter_context(scratch_folder(self._settings))
        return prepare(self._settings, self._tools, Path(scratch), self._journal.warn)

    def _goal(self, prepared: Prepared) -> Goal:
        settings = self._settings
        wanted, policy = settings.wanted, settings.policy
        if prepared.bundle is None:
            return Goal(wanted=wanted, policy=policy)
        from pa_deploy.deploy.delivery import deliver_bundle  # noqa: PLC0415 - as in `prepare`

        delivery = deliver_bundle(
            prepared.bundle, settings, self._tools, prepared.scratch, self._journal.warn_once
        )
        self._journal.delivery = delivery
        return Goal(
            wanted=replace(wanted, release=delivery.release), policy=policy, delivery=delivery
        )

    def _look(self, goal: Goal, prepared: Prepared) -> tuple[Actual, Plan]:
        """See what is there and what is to be done; a plan is shown unless it is the last one."""
        actual = goal.look(self._tools)
        insist_on_capitals(self._settings.target.username, actual.account)
        if prepared.bundle:
            from pa_deploy.deploy.hidden import insist_on_hidden  # noqa: PLC0415 - as in `prepare`

            insist_on_hidden(prepared.bundle, actual, self._settings)
        before = self._journal.ledger.plan
        actual, plan = self._with_notes(goal, actual, goal.plan(actual))
        if before is None or before.digest != plan.digest:
            for line in plan_lines(plan):
                self._ci.log(line)
        self._journal.actual = actual
        self._journal.ledger.plan = plan
        if goal.delivery:
            for said in goal.delivery.late(ask=self._settings.mode != "apply"):
                self._journal.warn_once(said)
        guard(plan, self._settings, goal.delivery)
        if goal.delivery:
            look_for_writing(goal.delivery, self._settings, self._journal.warn_once)
        if self._settings.mode == "apply":
            insist_on_virtualenv(actual, goal.wanted)
            insist_on_filled(goal.delivery, plan)
        return actual, plan

    def _with_notes(self, goal: Goal, actual: Actual, plan: Plan) -> tuple[Actual, Plan]:
        """With notes of the paths that are missing. A run that changes nothing looks for none."""
        before = self._journal.ledger.plan
        if before and before.digest == plan.digest:
            return actual, replace(plan, notes=before.notes)
        is_applied = self._settings.mode == "apply"
        if is_applied and not plan.changes:
            return actual, plan
        actual = look_before_writing(
            actual, goal.wanted, self._tools, plan, only_written=is_applied
        )
        plan = goal.plan(actual)
        if is_applied:
            return actual, plan
        unfilled = unfilled_notes(goal.delivery, actual, goal.wanted)
        return actual, replace(plan, notes=(*plan.notes, *unfilled))

    def _announce_pace(self, plan: Plan) -> None:
        """Say beforehand how long the rate limit makes it take, if it makes a difference."""
        expected = pace(plan)
        self._journal.ledger.pace = expected
        if not expected.seconds:
            return
        self._ci.log(pace_sentence(expected))
        if expected.seconds >= self._tools.deadline.remaining():
            self._journal.warn(
                f"`timeout` is {self._tools.deadline.seconds:g} s, so this run will probably "
                "stop before it is done. Run again to continue, or set `timeout` higher."
            )

    # --- the lock

    def _lock(self) -> None:
        self._journal.lock = lock = make_lock(self._settings.target.domain, self._tools)
        try:
            take(lock, self._settings.lock_timeout_seconds, self._tools, self._journal.warn)
        except (Forbidden, Refused, ServerFailed):
            # It is in the home directory, whose name has the account's capitals. And if nothing of
            # the account can be read either, that is why, and not the lock.
            look_for_capitals(self._tools.api)
            raise

    def _unlock(self, *, hurry: bool = False) -> None:
        """Give the lock back, however the run ends."""
        if self._journal.lock:
            give_back(self._journal.lock, self._tools, self._journal.warn, hurry=hurry)

    # --- what is written

    def _bring_about(
        self, goal: Goal, plan: Plan, actual: Actual, early: EarlyVisit | None
    ) -> None:
        """Make the changes, and have them live and healthy."""
        if goal.delivery and ships(plan.changes):
            self._judge(goal.delivery, actual)
        reserve = RESERVE_SECONDS if self._can_roll_back(plan, actual) else 0.0
        self._journal.began = self._tools.transport.server_time()
        course = Course(goal, self._tools, self._journal.ledger, self._doubts, self._journal.warn)
        for made in course.rounds(plan, actual):
            self._journal.actual = made.actual
            for file in shared_files(self._settings, made.actual):
                self._ci.log(f"{file.path} is shared: {file.url}")
            check = check_of(self._settings, made.actual)
            if made.plan.reload:
                self._reload(made, check)
            if check and self._settings.policy.reload != "never":
                first = early.answer(check, self._tools.deadline.clock) if early else None
                self._verify(made, check, reserve, first)
            if goal.delivery:
                goal.delivery.note_verified()
            if goal.delivery and made.shipped:
                for said in goal.delivery.late_since_switch():
                    self._journal.warn_once(said)

    def _judge(self, delivery: Delivery, actual: Actual) -> None:
        """See whether the live release is healthy, if the run that has switched to it has not."""
        if not delivery.is_live_in_doubt():
            return
        check = delivery.check_of_live(check_of(self._settings, actual))
        if check:
            health = ask_once(check, self._tools.site, self._tools.deadline)
            self._ci.log(f"No run has seen the live release healthy yet: {health_sentence(health)}")
            if not health.healthy:
                return
        delivery.vouch()

    def _can_roll_back(self, plan: Plan, former: Actual) -> bool:
        return self._settings.rollback and former_webapp(former, plan) is not None

    def _reload(self, made: Made, check: HealthCheck | None) -> None:
        journal, clock = self._journal, self._tools.deadline.clock
        started = clock.now()
        journal.reloaded = False
        warning = make_live(made, journal.delivery, check, self._tools)
        journal.reloaded = True
        journal.reload_seconds = clock.now() - started
        done = f"Reload {made.plan.domain}"
        if journal.delivery and made.shipped:
            done = f"Release {journal.delivery.release.id} was prepared and is live"
        self._ci.log(f"{done} ({journal.reload_seconds:.1f} s)")
        if warning:
            journal.warn_once(warning)

    def _verify(
        self, made: Made, check: HealthCheck, reserve_seconds: float, early: Health | None
    ) -> None:
        """Ask the site until it is healthy, then for its static files; else Unhealthy, with what
        the error log has.

        `early` is its first answer, if it was asked already. One good answer is enough if this run
        has neither changed nor reloaded anything.

        Of the time that `timeout` allows, `reserve_seconds` are left for what has to be done then,
        but no more than half of it: a site needs a moment to start.
        """
        tools, deadline = self._tools, self._tools.deadline
        reserve = min(reserve_seconds, deadline.remaining() / 2)
        with suppress(DeployError):
            # The lock should last until the end, but asking the site needs none.
            tools.transport.guard(min(check.timeout_seconds, deadline.remaining()))
        started = deadline.clock.now()
        thorough = made.plan.reload or bool(made.plan.changes)
        health = wait_until_healthy(
            check, tools.site, deadline, self._ci.log, reserve, early, thorough=thorough
        )
        waited = deadline.clock.now() - started
        if health.healthy:
            self._ci.log(f"Healthy: {health_sentence(health)}")
            health = self._bad_static_file(made, check) or health
        if not health.healthy:
            domain, since = self._settings.target.domain, self._journal.began
            health = show_errors(health, domain, since, tools)
        self._journal.health = health
        if not health.healthy:
            release = self._settings.release
            raise unhealthy(health, check, waited, release.app if release else None)

    def _bad_static_file(self, made: Made, check: HealthCheck) -> Health | None:
        if not self._settings.static_check:
            return None
        from pa_deploy.deploy.static_check import StaticCheck  # noqa: PLC0415 - as in `prepare`

        listed = self._settings.wanted.static_files or ()
        static = StaticCheck(check, self._tools, listed, self._journal.warn_once)
        return static.first_bad(made, self._journal.delivery)
