"""Paths on PythonAnywhere that a run has something to say about: shared ones and missing ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from pa_deploy.background import Background
from pa_deploy.deploy.tools import Tools
from pa_deploy.errors import InputError, Problem
from pa_deploy.model import (
    DIRECTORIES,
    Actual,
    Create,
    Exact,
    Plan,
    Setting,
    SharedFile,
    StaticFile,
    Update,
    WantedWebapp,
)
from pa_deploy.plan import final_mappings, final_python, is_made, used_paths, venv_command
from pa_deploy.reconcile import find_missing, find_virtualenv
from pa_deploy.settings import Settings

if TYPE_CHECKING:
    from pa_deploy.deploy.seen import Seen


def shared_files(settings: Settings, actual: Actual | None) -> tuple[SharedFile, ...]:
    """What is known to be shared, with whole URLs, in the order of the input."""
    links = {file.path: file.url for file in (actual.shared_files if actual else None) or ()}
    origin = settings.target.host.origin
    return tuple(
        SharedFile(file.path, urljoin(origin, links[file.path]), Exact(file.path))
        for file in settings.wanted.share_files or ()
        if file.path in links
    )


def look_for_paths(
    actual: Actual, wanted: WantedWebapp, tools: Tools, *, written: frozenset[str] | None = None
) -> Actual:
    """With what is missing of the paths that the web app uses; costs requests.

    `written`: of these only, if it is given.
    """
    paths = (path for path, _ in used_paths(actual, wanted))
    asked = (path for path in paths if written is None or path in written)
    return replace(actual, missing_paths=find_missing(tools.api, asked))


def look_before_writing(
    actual: Actual, wanted: WantedWebapp, tools: Tools, plan: Plan, *, only_written: bool
) -> Actual:
    """As `look_for_paths`, before the plan is carried out or shown; and if it writes a virtualenv,
    at the same time, whether that is one, and with which Python. If it is not there, a live
    release does not count either: preparing it again makes the virtualenv.
    """
    written = frozenset(_written(plan))
    path = wanted.virtualenv if wanted.virtualenv in written else None
    if not path:
        return look_for_paths(actual, wanted, tools, written=written if only_written else None)
    looking = Background(lambda: find_virtualenv(tools.api, path)).start()
    others = replace(wanted, virtualenv="")
    asked = written - {path} if only_written else None
    seen = look_for_paths(actual, others, tools, written=asked)
    found = looking.result()
    if found.is_there:
        return replace(seen, virtualenv_python=found.python)
    seen = replace(
        seen, missing_paths=(*seen.missing_paths, path), is_virtualenv_taken=found.is_taken
    )
    if seen.release == wanted.release and is_made(path, replace(seen, release=None), wanted):
        return replace(seen, release=None)
    return seen


def written_mappings(plan: Plan) -> Iterator[StaticFile]:
    """The static file mappings that the plan writes."""
    for change in plan.changes:
        if isinstance(change, Create | Update) and isinstance(change.after, StaticFile):
            yield change.after


def _written(plan: Plan) -> Iterator[str]:
    """The paths that the plan writes."""
    yield from (row.path for row in written_mappings(plan))
    for change in plan.changes:
        match change:
            case Create(Setting(name, value)) | Update(_, Setting(name, value)):
                if name in DIRECTORIES:
                    yield str(value)
            case Create(SharedFile(path=path)):
                yield path
            case _:
                pass


def insist_on_filled(seen: Seen | None, plan: Plan) -> None:
    """Raise InputError if the plan writes a mapping for which the live release has nothing: as no
    release is shipped, no preparer would refuse it.
    """
    unfilled = seen.unfilled(written_mappings(plan)) if seen else ()
    if unfilled:
        raise InputError(unfilled)


def unfilled_notes(seen: Seen | None, actual: Actual, wanted: WantedWebapp) -> tuple[str, ...]:
    """A note for each mapping for which the live release has nothing, whoever has made it."""
    unfilled = seen.unfilled(final_mappings(actual, wanted)) if seen else ()
    return tuple(map(str, unfilled))


def insist_on_virtualenv(actual: Actual, wanted: WantedWebapp) -> None:
    """Raise InputError if the virtualenv was looked for and is not there, and no release makes it:
    the API refuses it then (seen by clients), but only after the web app was created.
    """
    path = wanted.virtualenv
    if not path or path not in actual.missing_paths or is_made(path, actual, wanted):
        return
    made_by = venv_command(path, final_python(actual, wanted))
    problem = Problem(
        "virtualenv",
        f"there is no virtualenv at {path} on PythonAnywhere.",
        advice=f"Make it in a console on PythonAnywhere: {made_by}\nOtherwise, correct "
        "`virtualenv`. The web app was not changed.",
    )
    raise InputError((problem,))
