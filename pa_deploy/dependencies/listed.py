"""Take what the reader of a format found through the checks of a requirements file."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from pa_deploy.dependencies.formats.listing import Line, Listing, PythonLimit
from pa_deploy.dependencies.formats.target import Target
from pa_deploy.dependencies.gathered import Gathered
from pa_deploy.dependencies.lacking import OFFERED
from pa_deploy.dependencies.model import Entry, Place
from pa_deploy.dependencies.options import Option
from pa_deploy.dependencies.variables import LONGEST_VALUE, refuse_control, too_long

SHOWABLE = re.compile(r"[0-9A-Za-z.*^~<>=!, |+-]{1,80}")
"""What a limit of versions has. Other text is not shown."""


def take(
    listing: Listing,
    into: Gathered,
    file: Path,
    target: Target,
    include: Callable[[Path, Place], None],
) -> None:
    """Everything of the listing; each problem and warning names its line. `file` has it."""
    shown, folder = into.places.shown(file), file.parent
    for limit in listing.python:
        _hold(limit, into, Place(shown, limit.line), target)
    for error in listing.misread:
        into.refuse(Place(shown, error.line), str(error), error.advice)
    for number, said in listing.notes:
        into.note(Place(shown, number), said)
    for option in listing.options:
        with into.noting(Place(shown, option.line)):
            value = into.variables.expanded(option.value)
            into.option(Option(option.name, value), folder, Place(shown, option.line))
    for lines, keep in (
        (listing.lines, into.add),
        (listing.constraints, into.constrain),
        (listing.overrides, into.overrides.append),
    ):
        for line in lines:
            place = Place(shown, line.line)
            if into.is_enough(place):
                return
            with into.noting(place):
                if line.is_editable:
                    into.option(Option("--editable", line.text), folder, place)
                else:
                    keep(_entry(line, into, folder, place))
    for line in listing.includes:
        place = Place(shown, line.line)
        with into.noting(place):
            refuse_control(line.text)
            include(folder / line.text, place)
    into.is_locked = into.is_locked or listing.is_locked


def _entry(line: Line, into: Gathered, folder: Path, place: Place) -> Entry:
    if len(line.text) > LONGEST_VALUE:
        raise too_long()
    refuse_control(line.text)
    return into.entry(
        line.text, tuple(Option("--hash", each) for each in line.hashes), folder, place
    )


def _hold(limit: PythonLimit, into: Gathered, place: Place, target: Target) -> None:
    """Refuse a limit that the Python is not in, and name one that is."""
    try:
        if target.fits(limit.specifiers):
            return
        fitting = [each for each in OFFERED if Target(each).fits(limit.specifiers)]
    except ValueError:
        into.refuse(place, f"`{limit.key}` is not a version.", "Correct it, for example `>=3.10`.")
        return
    said = limit.said if SHOWABLE.fullmatch(limit.said) else "another one"
    why = f"`{limit.key}` is {said}, and `python-version` is {target.version}."
    own = int(target.version.partition(".")[2])
    nearest = min(fitting, key=lambda each: abs(int(each[2:]) - own), default="")
    other = f'Set `python-version: "{nearest}"`, or correct' if nearest else "Correct"
    into.refuse(place, why, f"{other} `{limit.key}`.")
