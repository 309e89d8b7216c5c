"""What is to be said about a plan beside its changes: it works, but not as somebody may think."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from pa_deploy.layout import FOLDER
from pa_deploy.loader.paths import shown
from pa_deploy.model import DIRECTORIES, Actual, StaticFile, WantedWebapp

EXPIRY_NEAR_DAYS = 14


def expiry_notes(actual: Actual) -> Iterator[str]:
    expiry = actual.webapp.expiry if actual.webapp else None
    if expiry is None:
        return
    days = (expiry - actual.observed_on).days
    if days < 0:
        said = f"expired on {expiry}"
    elif days <= EXPIRY_NEAR_DAYS:
        when = {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")
        said = f"expires on {expiry}, {when}"
    else:
        return
    yield f"The web app {said}: extend it on the Web tab (the API cannot)."


def missing_notes(actual: Actual, wanted: WantedWebapp) -> Iterator[str]:
    for path, what in used_paths(actual, wanted):
        if path in actual.missing_paths:
            if path == wanted.virtualenv:
                yield _missing_virtualenv(path, actual, wanted)
            else:
                yield f"{path} does not exist on PythonAnywhere, but {what} points to it."


def _missing_virtualenv(path: str, actual: Actual, wanted: WantedWebapp) -> str:
    python = final_python(actual, wanted)
    if is_made(path, actual, wanted):
        return f"There is no virtualenv at {path} yet. The deploy makes it, with Python {python}."
    return (
        f"There is no virtualenv at {path} on PythonAnywhere. Make it in a console there: "
        f"{venv_command(path, python)}"
    )


def is_made(virtualenv: str, actual: Actual, wanted: WantedWebapp) -> bool:
    """Whether the run prepares a release, which makes the virtualenv if it is not there."""
    is_shipped = wanted.release not in (None, actual.release)
    is_in_home = bool(re.match(r"/home/[^/]+/[^/]", virtualenv))
    return is_shipped and is_in_home and not actual.is_virtualenv_taken


def virtualenv_notes(actual: Actual, wanted: WantedWebapp) -> Iterator[str]:
    """A virtualenv of another Python: whether the API refuses it is not known for certain."""
    found, needed = actual.virtualenv_python, final_python(actual, wanted)
    if wanted.virtualenv and found and needed and found != needed:
        yield (
            f"The virtualenv {wanted.virtualenv} has Python {found}, but the web app will have "
            f'{needed}, so PythonAnywhere may refuse it. Set `python-version: "{found}"`, or make '
            f"the virtualenv with Python {needed}."
        )


def sharing_notes(actual: Actual) -> Iterator[str]:
    for path in actual.becoming_shared:
        yield (
            f"{shown(path)} becomes shared. What the live release has there is moved to `shared/` "
            "before the commands of `run`, and the site goes on with it. Files there that "
            "have not changed since they were shipped come from the new release instead."
        )


def venv_command(folder: str, python_version: str) -> str:
    """The command that makes the virtualenv."""
    return f"python{python_version or 3} -m venv {shlex.quote(folder.rstrip('/'))}"


def final_python(actual: Actual, wanted: WantedWebapp) -> str:
    """The Python that the web app will have."""
    return wanted.python_version or (actual.webapp.python_version if actual.webapp else "")


def used_paths(actual: Actual, wanted: WantedWebapp) -> Iterator[tuple[str, str]]:
    """The paths on PythonAnywhere that the web app will use, each with what leads to it.

    They are the wanted ones and, of what is left alone, those that were seen.
    """
    for name in DIRECTORIES:
        path = getattr(wanted, name)
        if path is None and actual.webapp is not None:
            path = getattr(actual.webapp, name)
        if path:
            yield path, f"`{name.replace('_', '-')}`"
    for row in final_mappings(actual, wanted):
        # What is there comes and goes with the releases.
        if not (wanted.release and f"/{FOLDER}/" in row.path):
            yield row.path, f"the mapping {row.url}"
    for file in wanted.share_files or ():
        yield file.path, "`share-files`"


def final_mappings(actual: Actual, wanted: WantedWebapp) -> tuple[StaticFile, ...]:
    """The static file mappings that there will be."""
    rows = actual.static_files if wanted.static_files is None else wanted.static_files
    return rows or ()
