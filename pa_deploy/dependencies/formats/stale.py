"""Tell whether a lock file is older than the pyproject.toml beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from pa_deploy.dependencies.formats import pyproject
from pa_deploy.dependencies.formats.listing import Asked, Misread

MOST_NAMES = 5
"""In the warning."""


def notes(locked: Iterable[str], asked: Asked, command: str) -> Iterator[tuple[int, str]]:
    """A warning with the dependencies of the project that are not `locked`. `command` locks them.

    A pyproject.toml that cannot be read was not asked for, so nothing is said of it.
    """
    try:
        text = asked.beside("pyproject.toml")
        wanted = pyproject.read_beside(text, asked) if text else ()
        names = {name for line in wanted for name in _names(line.text, asked)}
    except Misread:
        return
    missing = sorted(names - set(locked))
    if missing:
        more = f" and {len(missing) - MOST_NAMES} more" if len(missing) > MOST_NAMES else ""
        said = f"{', '.join(missing[:MOST_NAMES])}{more}"
        why = f"it does not have {said}, which pyproject.toml lists."
        yield 1, f"{why} Run `{command}`, and commit the file."


def _names(text: str, asked: Asked) -> Iterator[str]:
    """The package of a requirement, if it counts on PythonAnywhere."""
    try:
        found = Requirement(text)
        if not found.marker or asked.target.holds(str(found.marker), asked.chosen.extras):
            yield str(canonicalize_name(found.name))
    except (InvalidRequirement, RecursionError, ValueError):
        return
