"""Whether the web app is as the inputs want it: what `pa-deploy plan` shows of its settings."""

from __future__ import annotations

from collections.abc import Iterator

from pa_deploy.deploy import Tools
from pa_deploy.doctor.line import Line
from pa_deploy.plan import count, make_plan, sentences
from pa_deploy.reconcile import observe
from pa_deploy.settings import Settings


def lines(settings: Settings, tools: Tools) -> Iterator[Line]:
    """One line. It is at most three requests; which release is wanted is not looked at."""
    wanted = settings.wanted
    plan = make_plan(observe(tools.api, wanted, tools.deadline.clock), wanted, settings.policy)
    if plan.changes:
        said = f"A deploy would make {count(len(plan.changes), 'change')}: "
        yield Line("config", "note", f"{said}{sentences(plan.changes)}.", "See: pa-deploy plan")
    else:
        yield Line("config", "ok", "The web app matches your inputs.")
