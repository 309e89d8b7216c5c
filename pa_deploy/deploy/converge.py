"""Make a plan's changes; where an answer is not clear, look and plan anew instead of guessing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pa_deploy.deploy.progress import Ledger
from pa_deploy.deploy.tools import Tools
from pa_deploy.errors import DeployError, NotKept, Refused, Unclear, Unreachable
from pa_deploy.model import Actual, Plan, Policy, WantedWebapp
from pa_deploy.plan import make_plan
from pa_deploy.reconcile import apply, no_release, observe
from pa_deploy.report import redacted, sentences

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
        return replace(actual, release=self.delivery.live(actual.wsgi_file))

    def plan(self, actual: Actual) -> Plan:
        return make_plan(actual, self.wanted, self.policy)


def converge(goal: Goal, plan: Plan, actual: Actual, tools: Tools, ledger: Ledger) -> Actual:
    """The state that the plan's changes have led to, as wanted.

    A create whose answer was not clear is never sent again blindly: the state is read anew, and
    what worked is no longer in the plan. A refusal after an unclear answer says as little, since
    what is refused may be there already.
    """
    rest = plan
    doubt: DeployError | None = None
    for _ in range(ROUNDS):
        try:
            ship = goal.delivery.ship if goal.delivery else no_release
            reached = apply(
                tools.api, rest, actual, tools.deadline.clock, ledger.begin, ledger.made, ship
            )
        except Unclear as error:
            doubt = error
        except Refused as error:
            ledger.refused()
            if doubt is None:
                raise
            doubt = error
        except DeployError as error:
            if error.unsent:
                ledger.refused()
            raise
        else:
            _insist_on_nothing_left(redacted(goal.plan(reached), tools.ci.clean))
            return reached
        actual = _look_anew(goal, doubt, tools)
        rest = goal.plan(actual)
        ledger.settle(rest)
        if not rest.changes:
            return actual
    if isinstance(doubt, Refused):
        raise doubt
    raise Unreachable(
        f"{doubt.what if doubt else ''} The state was read anew {ROUNDS} times, "
        "and it is still not as wanted.",
        cause="PythonAnywhere takes requests, but does not answer clearly.",
        advice="Run again later: what is done already is not done twice.",
    )


def _look_anew(goal: Goal, doubt: DeployError, tools: Tools) -> Actual:
    settle(f"{doubt.what} Reading the state anew", tools)
    return goal.look(tools)


def settle(why: str, tools: Tools) -> None:
    """Give requests without an answer time to end."""
    tools.deadline.check("a pause before reading the state anew", SETTLE_SECONDS)
    tools.ci.log(f"{why}, in {SETTLE_SECONDS:g} s.")
    tools.deadline.clock.sleep(SETTLE_SECONDS)


def _insist_on_nothing_left(leftover: Plan) -> None:
    if leftover.changes:
        raise NotKept(
            "All changes were accepted, but PythonAnywhere's answers still call for: "
            f"{sentences(leftover.changes)}.",
            advice="Run again. If it comes back, something else changes the web app meanwhile.",
        )


def reach(
    goal: Goal,
    plan: Plan,
    actual: Actual,
    tools: Tools,
    ledger: Ledger,
    go_live: Callable[[Plan, Actual], None],
    doubts: int,
) -> Actual:
    """Make the plan's changes and have them live; the state, which is then certain.

    Where the answer to a write was not clear, the write may still happen after everything else. So
    if there are more than the `doubts` that were there before, the state is read once more at the
    end, and what is not as wanted is made so.
    """
    seen, rest = doubts, plan
    for _ in range(ROUNDS):
        reached = converge(goal, rest, actual, tools, ledger)
        go_live(rest, reached)
        if tools.transport.doubts == seen:
            return reached
        seen = tools.transport.doubts
        settle("Not every answer was clear: reading the state once more", tools)
        actual = goal.look(tools)
        rest = goal.plan(actual)
        if not rest.changes:
            return actual
        changes = redacted(rest.changes, tools.ci.clean)
        tools.ci.log(f"It is not as wanted: {sentences(changes)}")
    raise Unreachable(
        f"The state was made as wanted {ROUNDS} times, and did not stay so.",
        cause="PythonAnywhere carries out requests late that it did not answer, or something else "
        "changes the web app meanwhile.",
        advice="Run again later.",
    )
