"""Plans that are not to be gone on with."""

from __future__ import annotations

from pa_deploy.errors import Drift, PlanChanged
from pa_deploy.model import Plan
from pa_deploy.report import sentences
from pa_deploy.settings import Settings


def guard(plan: Plan, settings: Settings) -> None:
    """Raise PlanChanged for another plan than was expected, and Drift in the mode `check`."""
    if settings.expect_digest not in (None, plan.digest):
        raise PlanChanged(
            f"The plan's digest is {plan.digest}, but `expect-digest` is {settings.expect_digest}.",
            cause="The web app or the inputs have changed since that plan was made.",
            advice="Nothing was written. Review the plan above. To accept it, set `expect-digest` "
            "to its digest.",
        )
    if settings.mode == "check" and plan.changes:
        raise Drift(
            f"{plan.domain} differs from your inputs: {sentences(plan.changes)}.",
            cause="Somebody changed it by hand, or the inputs were changed and not applied.",
            advice="Nothing was written. To make these changes, run with `mode: apply`.",
        )
