"""Plan and outcome as lines of a log."""

from __future__ import annotations

from collections.abc import Iterator

from pa_deploy.model import Outcome, Plan
from pa_deploy.report import words


def plan_lines(plan: Plan) -> Iterator[str]:
    """The plan as a person reads it: `+` creates, `~` changes, `-` deletes."""
    if not plan.changes:
        yield f"Plan for {plan.domain}: no changes."
    else:
        yield f"Plan for {plan.domain}: {words.count(len(plan.changes), 'change')}."
    for change in plan.changes:
        yield f"  {words.SIGNS[type(change)]} {words.sentence(change)}"
    for resource in plan.unchanged:
        said = f"{words.name(resource)} is right already: {words.value(resource)}"
        yield f"    {words.one_line(said)}"
    for note in plan.notes:
        yield f"  ! {words.one_line(note)}"


def undone_lines(outcome: Outcome) -> Iterator[str]:
    """What a run that failed has left undone."""
    if outcome.failure is not None and outcome.mode == "apply":
        for change in outcome.undone:
            if words.is_refused(change, outcome):
                yield words.one_line(f"Not live: release {words.after(change)}")
            else:
                yield f"Not done: {words.sentence(change)}"
        for change in outcome.unclear:
            yield f"Unknown whether this was done: {words.sentence(change)}"


def last_line(outcome: Outcome) -> str:
    requests = words.count(outcome.requests, "API request")
    return f"{words.verdict(outcome)} ({requests}, {outcome.seconds:.1f} s)"
