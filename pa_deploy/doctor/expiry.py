"""How long a web app runs before somebody has to extend it."""

from __future__ import annotations

from datetime import date

from pa_deploy.doctor.line import Line
from pa_deploy.errors import NotFound
from pa_deploy.model import Actual, Webapp
from pa_deploy.plan.notes import expiry_notes


def expiry_line(found: Webapp, today: date) -> Line:
    """How long the web app runs, in the words of a plan."""
    for note in expiry_notes(Actual(observed_on=today, webapp=found)):
        said, _, advice = note.partition(": ")
        advice = f"{advice[0].upper()}{advice[1:]}"
        if found.expiry and found.expiry < today:
            return Line("expiry", "wrong", f"{said}.", advice, NotFound.exit_code)
        return Line("expiry", "note", f"{said}.", advice)
    until = f"It runs until {found.expiry}." if found.expiry else "It does not expire."
    return Line("expiry", "ok", until)
