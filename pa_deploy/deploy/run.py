"""One deploy: look, plan, guard, lock, apply, ship, reload, verify; roll back if it failed."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from pa_deploy.deploy.aftermath import Aftermath
from pa_deploy.deploy.capitals import insist_on_capitals, look_for_capitals
from pa_deploy.deploy.course import Course, Goal, Look, Made
from pa_deploy.deploy.early import EarlyVisit, visit_early
from pa_deploy.deploy.guard import guard, look_for_writing
from pa_deploy.deploy.journal import Journal, ships
from pa_deploy.deploy.live import check_of, make_live
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
from pa_deploy.deploy.room import clear_left, with_room
from pa_deploy.deploy.scratch import scratch_folder
from pa_deploy.deploy.tools import Tools
from pa_deploy.deploy.verifying import Verification
from pa_deploy.errors import (
    DeployError,
    Forbidden,
    Interrupted,
    OtherCapitals,
    Refused,
    ServerFailed,
)
from pa_deploy.model import Outcome, Plan
from pa_deploy.plan import pace
from pa_deploy.report import failure_from, health_sentence, pace_sentence, plan_lines
from pa_deploy.settings import Settings
from pa_deploy.verify import ask_once


def deploy(settings: Settings, tools: Tools, prepared: Prepared | None = None) -> Outcome:
    """Carry out `settings`. Whatever goes wrong is told by the outcome, not raised.

    `prepared` is given if this side was made ready already, and its warnings were told.

    Only OtherCapitals is raised, before anything is written.
    """
    journal = Journal.begin(tools)
    run = Deploy(settings, tools, journal)
    failure, hurry = None, False
    with ExitStack() as folders:  # they may be large: the lock is given back first
        try:
            with tools.interruptible():
                run.run(prepared or run.prepare(folders))
        except OtherCapitals:
            run.unlock()
            raise
        except (Exception, Interrupted) as error:
            hurry = isinstance(error, Interrupted)
            run.leave(error)
            failure = failure_from(error)
        run.unlock(hurry=hurry)
    return journal.outcome(settings, tools, failure)


@dataclass(frozen=True, slots=True)
class Deploy:
    """One deploy of one web app. The journal has all that it has done so far."""

    settings: Settings
    tools: Tools
    journal: Journal

    def run(self, prepared: Prepared) -> None:
        """The whole story. However it ends, `unlock` has to follow; and `leave`, if it fails."""
        goal = self._goal(prepared)
        if goal.delivery:
            self._lock()  # a push nearly always changes something, and so it is looked only once
        early = visit_early(self.settings, self.tools)
        first = self._look(goal, prepared)
        if self.settings.mode != "apply":
            return
        if first.plan.changes:
            early = None
        if first.plan.changes and not goal.delivery and self._lock():
            # Another run may have been at work since the first look, and be gone again.
            first = self._look(goal, prepared)
        self._announce_pace(first.plan)
        try:
            self._judge_live(goal, first)
            course = self._course(goal)
            look: Look | None = first
            while look:
                made = course.make(look)  # apply the changes, ship the release
                self._note(made)
                self._reload(made)
                self._verify(made, first, early)
                look = course.look_again()  # None, unless something is in doubt
        except DeployError as error:
            self._aftermath().roll_back_if_worse(error, first)
            raise

    def leave(self, error: Exception | Interrupted) -> None:
        """After a run that has failed: leave no release behind that nobody watches."""
        aftermath = self._aftermath()
        live = aftermath.leave(hurry=isinstance(error, Interrupted))
        if isinstance(error, Interrupted):
            error.advice = aftermath.next_step(live)

    def _aftermath(self) -> Aftermath:
        return Aftermath(self.settings, self.tools, self.journal)

    # --- before anything is written

    def prepare(self, folders: ExitStack) -> Prepared:
        """Have this side ready, in a folder that goes again with `folders`."""
        scratch = folders.enter_context(scratch_folder(self.settings))
        return prepare(self.settings, self.tools, Path(scratch), self.journal.warnings)

    def _goal(self, prepared: Prepared) -> Goal:
        settings = self.settings
        wanted, policy = settings.wanted, settings.policy
        if prepared.bundle is None:
            return Goal(wanted=wanted, policy=policy)
        from pa_deploy.deploy.delivery import Delivery  # noqa: PLC0415 - as in `prepare`
        from pa_deploy.deploy.release_goal import ship_bundle  # noqa: PLC0415

        warnings = self.journal.warnings
        shipped = ship_bundle(prepared.bundle, settings, self.tools, prepared.scratch, warnings)
        self.journal.delivery = delivery = Delivery(shipped)
        return Goal(
            wanted=replace(wanted, release=shipped.release), policy=policy, delivery=delivery
        )

    def _look(self, goal: Goal, prepared: Prepared) -> Look:
        """Look, plan, guard. The plan is shown, unless it is the last one."""
        settings, journal = self.settings, self.journal
        actual = goal.look(self.tools)
        insist_on_capitals(settings.target.username, actual.account)
        if prepared.bundle:
            from pa_deploy.deploy.hidden import insist_on_hidden  # noqa: PLC0415 - as in `prepare`

            insist_on_hidden(prepared.bundle, actual, settings)
        before = journal.ledger.plan
        look = self._with_notes(goal, Look(actual, goal.plan(actual)))
        plan = with_room(look.plan, goal.delivery, settings, self.tools, journal.warnings)
        look = replace(look, plan=plan)
        if before is None or before.digest != look.plan.digest:
            for line in plan_lines(look.plan):
                self.tools.ci.log(line)
        journal.actual, journal.ledger.plan = look.actual, look.plan
        self._guard(goal, look)
        return look

    def _guard(self, goal: Goal, look: Look) -> None:
        """Raise an error if the plan must not be applied."""
        settings, warnings, delivery = self.settings, self.journal.warnings, goal.delivery
        if delivery:
            for said in delivery.late(ask=settings.mode != "apply"):
                warnings.warn(said)
        seen = delivery.seen if delivery else None
        guard(look.plan, settings, seen)
        if seen:
            look_for_writing(seen, settings, warnings)
        if settings.mode == "apply":
            insist_on_virtualenv(look.actual, goal.wanted)
            insist_on_filled(seen, look.plan)

    def _with_notes(self, goal: Goal, look: Look) -> Look:
        """With notes of the paths that are missing. A run that changes nothing looks for none."""
        before, plan = self.journal.ledger.plan, look.plan
        if before and before.digest == plan.digest:
            return replace(look, plan=replace(plan, notes=before.notes))
        is_applied = self.settings.mode == "apply"
        if is_applied and not plan.changes:
            return look
        actual = look_before_writing(
            look.actual, goal.wanted, self.tools, plan, only_written=is_applied
        )
        plan = goal.plan(actual)
        if is_applied:
            return Look(actual, plan)
        seen = goal.delivery.seen if goal.delivery else None
        unfilled = unfilled_notes(seen, actual, goal.wanted)
        return Look(actual, replace(plan, notes=(*plan.notes, *unfilled)))

    def _announce_pace(self, plan: Plan) -> None:
        """Say beforehand how long the rate limit makes it take, if it makes a difference."""
        expected = pace(plan)
        self.journal.ledger.pace = expected
        if not expected.seconds:
            return
        self.tools.ci.log(pace_sentence(expected))
        if expected.seconds >= self.tools.deadline.remaining():
            self.journal.warnings.warn(
                f"`timeout` is {self.tools.deadline.seconds:g} s, so this run will probably "
                "stop before it is done. Run again to continue, or set `timeout` higher."
            )

    # --- the lock

    def _lock(self) -> bool:
        """Take the lock, if the inputs want one and something may be written; whether they do."""
        settings = self.settings
        if not settings.lock or settings.mode != "apply":
            return False
        self.journal.lock = lock = make_lock(settings.target.domain, self.tools)
        try:
            take(lock, settings.lock_timeout_seconds, self.tools, self.journal.warnings)
        except (Forbidden, Refused, ServerFailed):
            # It is in the home directory, whose name has the account's capitals. And if nothing of
            # the account can be read either, that is why, and not the lock.
            look_for_capitals(self.tools.api)
            raise
        return True

    def unlock(self, *, hurry: bool = False) -> None:
        """Give the lock back, however the run has ended."""
        if self.journal.lock:
            give_back(self.journal.lock, self.tools, self.journal.warnings, hurry=hurry)

    # --- what is written

    def _judge_live(self, goal: Goal, look: Look) -> None:
        """Before a release is replaced, see whether it is healthy, if the run that has switched to
        it has not.
        """
        delivery = goal.delivery
        if delivery is None or not ships(look.plan.changes) or not delivery.is_live_in_doubt():
            return
        check = delivery.check_of(delivery.status.live, check_of(self.settings, look.actual))
        if check:
            health = ask_once(check, self.tools.site, self.tools.deadline)
            said = health_sentence(health)
            self.tools.ci.log(f"No run has seen the live release healthy yet: {said}")
            if not health.healthy:
                return
        delivery.vouch()

    def _course(self, goal: Goal) -> Course:
        """The way to the goal, on which something may be written from now on."""
        journal = self.journal
        journal.began = self.tools.transport.server_time()
        return Course(goal, self.tools, journal.ledger, journal.doubts, journal.warnings)

    def _note(self, made: Made) -> None:
        self.journal.actual = made.actual
        for file in shared_files(self.settings, made.actual):
            self.tools.ci.log(f"{file.path} is shared: {file.url}")

    def _reload(self, made: Made) -> None:
        """Have live what was made, if the plan says so; a release goes live by that, too."""
        if not made.plan.reload:
            return
        journal, clock = self.journal, self.tools.deadline.clock
        started = clock.now()
        journal.reload_seconds = None
        check = check_of(self.settings, made.actual)
        warning = make_live(made, journal.delivery, check, self.tools)
        journal.reload_seconds = seconds = clock.now() - started
        done = f"Reload {made.plan.domain}"
        if journal.delivery and made.shipped:
            done = f"Release {journal.delivery.release.id} was prepared and is live"
        self.tools.ci.log(f"{done} ({seconds:.1f} s)")
        if warning:
            journal.warnings.warn(warning)

    def _verify(self, made: Made, first: Look, early: EarlyVisit | None) -> None:
        """Ask the site, if it is to be asked. Raises Unhealthy."""
        settings, delivery = self.settings, self.journal.delivery
        check = check_of(settings, made.actual)
        if check and settings.policy.reload != "never":
            can_roll_back = settings.rollback and former_webapp(first.actual, first.plan)
            verification = Verification(check, settings, self.tools, self.journal)
            verification.verify(
                made,
                early.answer(check, self.tools.deadline.clock) if early else None,
                reserve_seconds=RESERVE_SECONDS if can_roll_back else 0.0,
            )
        if delivery:
            delivery.note_verified()
            clear_left(delivery, settings)
        if delivery and made.shipped:
            for said in delivery.late_since_switch():
                self.journal.warnings.warn(said)
