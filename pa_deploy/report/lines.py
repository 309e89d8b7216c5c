"""Plan and outcome as lines of a log."""

from __future__ import annotations

from collections.abc import Iterator

from pa_deploy.model import Outcome, Plan
from pa_deploy.plan import describe
from pa_deploy.report import words


def plan_lines(plan: Plan) -> Iterator[str]:
    """The plan as a person reads it: `+` creates, `~` changes, `-` deletes."""
    if not plan.changes:
        yield f"Plan for {plan.domain}: no changes."
    else:
        yield f"Plan for {plan.domain}: {describe.count(len(plan.changes), 'change')}."
    for change in plan.changes:
        yield f"  {describe.SIGNS[type(change)]} {describe.sentence(change)}"
    for resource in plan.unchanged:
        said = f"{describe.name(resource)} is right already: {describe.value(resource)}"
        yield f"    {describe.one_line(said)}"
    for note in plan.notes:
        yield f"  ! {describe.one_line(note)}"


def undone_lines(outcome: Outcome) -> Iterator[str]:
    """What a run that failed has left undone."""
    if outcome.failure is not None and outcome.mode == "apply":
        for change in outcome.work.undone:
            if words.is_refused(change, outcome):
                yield describe.one_line(f"Not live: release {describe.after(change)}")
            else:
                yield f"Not done: {describe.sentence(change)}"
        for change in outcome.work.unclear:
            yield f"Unknown whether this was done: {describe.sentence(change)}"


def last_line(outcome: Outcome) -> str:
    requests = describe.count(outcome.requests, "API request")
    return f"{words.verdict(outcome)} ({requests}, {outcome.seconds:.1f} s)"
