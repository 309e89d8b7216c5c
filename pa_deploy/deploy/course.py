"""Make a plan's changes; if an answer is not clear, look and plan anew instead of guessing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pa_deploy.deploy.journal import Ledger, ships
from pa_deploy.deploy.tools import Tools
from pa_deploy.deploy.warned import Warnings
from pa_deploy.errors import DeployError, NotKept, Refused, Unclear, Unreachable
from pa_deploy.model import Actual, Plan, Policy, Step, WantedWebapp
from pa_deploy.plan import make_plan, sentences, sets_virtualenv
from pa_deploy.reconcile import Changer, batches, observe

if TYPE_CHECKING:
    from pa_deploy.deploy.delivery import Delivery

ROUNDS = 3
"""How often a plan is made and carried out, after unclear answers, the first time included."""
SETTLE_SECONDS = 5.0
"""The pause before a fresh look: a request without an answer may still be at work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """Where changes are to lead; the release among them is brought by `delivery`."""

    wanted: WantedWebapp
    policy: Policy
    delivery: Delivery | None = None

    def look(self, tools: Tools) -> Actual:
        """What is there, of the parts that the goal is about."""
        actual = observe(tools.api, self.wanted, tools.deadline.clock)
        if self.delivery is None:
            return actual
        seen = self.delivery.look(actual)
        return replace(actual, release=seen.live, becoming_shared=seen.becoming_shared)

    def plan(self, actual: Actual) -> Plan:
        return make_plan(actual, self.wanted, self.policy)


@dataclass(frozen=True, slots=True)
class Look:
    """What was found, and the plan that was made of it."""

    actual: Actual
    plan: Plan


@dataclass(frozen=True, slots=True)
class Made:
    """Changes that were made: their plan, and the state that they have led to.

    `shipped`: with a release, which no reload has put in place yet.
    """

    plan: Plan
    actual: Actual
    shipped: bool


@dataclass(slots=True)
class Course:
    """The way to a goal: `make` the changes, have them live, and `look_again`.

    `doubts` is how many answers to writes were not clear when it was last looked, `rounds` how
    often changes that were made did not stay.
    """

    goal: Goal
    tools: Tools
    ledger: Ledger
    doubts: int
    warnings: Warnings
    rounds: int = 0

    def look_again(self) -> Look | None:
        """After all that was made is live: what is still to be done; None if it is all done.

        If the answer to a write was not clear, the write may still happen after everything else. So
        the state is read once more, and what is not as wanted is to be made so. Nearly always
        nothing is in doubt.
        """
        if self.tools.transport.doubts == self.doubts:
            return None
        self.doubts = self.tools.transport.doubts
        settle(
            "PythonAnywhere did not answer every request clearly. Reading the web app's state "
            "again",
            self.tools,
        )
        actual = self.goal.look(self.tools)
        plan = self.goal.plan(actual)
        if not plan.changes:
            return None
        self.tools.ci.log(f"The web app still differs from your inputs: {sentences(plan.changes)}")
        self.rounds += 1
        if self.rounds < ROUNDS:
            return Look(actual, plan)
        raise Unreachable(
            f"pa-deploy made the changes {ROUNDS} times, but they did not stay.",
            cause="PythonAnywhere may carry out unanswered requests late, or something else "
            "changes the web app.",
            advice="Run again later.",
        )

    def make(self, look: Look) -> Made:
        """Make the changes until the state is as wanted.

        A create whose answer was not clear is never sent again blindly: the state is read anew, and
        what worked is no longer in the plan. A refusal after an unclear answer says as little,
        since what is refused may be there already.
        """
        actual, rest = look.actual, look.plan
        doubt: DeployError | None = None
        for _ in range(ROUNDS):
            try:
                reached, shipped = self._send(rest, actual)
            except Unclear as error:
                doubt = error
            except Refused as error:
                self.ledger.refused()
                if doubt is None:
                    raise
                doubt = error
            except DeployError as error:
                if error.unsent:
                    self.ledger.refused()
                raise
            else:
                self._insist_on_nothing_left(reached)
                return Made(look.plan, reached, shipped)
            settle(f"{doubt.what} Reading the web app's state again", self.tools)
            actual = self.goal.look(self.tools)
            rest = self.goal.plan(actual)
            self.ledger.settle(rest)
            if not rest.changes:
                return Made(look.plan, actual, shipped=False)
        if isinstance(doubt, Refused):
            raise doubt
        raise Unreachable(
            f"{doubt.what if doubt else ''} pa-deploy read the state again {ROUNDS} times, but "
            "some changes are still missing.",
            cause="PythonAnywhere accepts requests, but does not answer clearly.",
            advice="Run again later. It continues from what is already done.",
        )

    def _send(self, plan: Plan, actual: Actual) -> tuple[Actual, bool]:
        """Send the requests; the state as the answers tell it, and whether a release is shipped."""
        delivery = self.goal.delivery
        if delivery is None or not ships(plan.changes):
            return self._make_all(plan, actual), False
        # First, as it takes longest, and what may fail is to fail before anything is changed.
        with delivery.sending():
            return self._make_all(plan, actual, delivery), True

    def _make_all(self, plan: Plan, actual: Actual, delivery: Delivery | None = None) -> Actual:
        changer = Changer(self.tools.api, plan.domain, actual, self.warnings.warn)
        clock = self.tools.deadline.clock
        for batch in batches(plan.changes):
            started = clock.now()
            self.ledger.begin(batch)
            if delivery and ships(batch):
                delivery.ship()
            if delivery and any(map(sets_virtualenv, batch)):
                delivery.make_ready()
            changer.make(batch)
            self.ledger.made(Step(batch, clock.now() - started))
        return changer.actual

    def _insist_on_nothing_left(self, reached: Actual) -> None:
        leftover = self.goal.plan(reached)
        if leftover.changes:
            raise NotKept(
                "PythonAnywhere accepted all changes, but its answers do not show these: "
                f"{sentences(leftover.changes)}.",
                advice="Run again. If this happens again, something else changes the web app.",
            )


def settle(why: str, tools: Tools) -> None:
    """Give requests without an answer time to end."""
    tools.deadline.check("a pause before reading the state again", SETTLE_SECONDS)
    tools.ci.log(f"{why}, in {SETTLE_SECONDS:g} s.")
    tools.deadline.clock.sleep(SETTLE_SECONDS)
