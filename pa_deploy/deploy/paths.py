"""Paths on PythonAnywhere that a run has something to say about: shared ones and missing ones."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urljoin

from pa_deploy.deploy.progress import Progress
from pa_deploy.deploy.tools import Tools
from pa_deploy.model import Actual, SharedFile, WantedWebapp
from pa_deploy.plan import missing_notes, used_paths
from pa_deploy.reconcile import find_missing
from pa_deploy.report import redacted
from pa_deploy.settings import Settings


def shared_files(settings: Settings, actual: Actual | None) -> tuple[SharedFile, ...]:
    """What is known to be shared, with whole URLs, in the order of the input."""
    links = {file.path: file.url for file in (actual.shared_files if actual else None) or ()}
    origin = settings.target.host.origin
    return tuple(
        SharedFile(file.path, urljoin(origin, links[file.path]))
        for file in settings.wanted.share_files or ()
        if file.path in links
    )


def look_for_paths(actual: Actual, wanted: WantedWebapp, tools: Tools) -> Actual:
    """With what is missing of the paths that the web app uses; costs requests."""
    paths = (path for path, _ in used_paths(actual, wanted))
    return replace(actual, missing_paths=find_missing(tools.api, paths))


def note_missing_paths(wanted: WantedWebapp, tools: Tools, progress: Progress) -> None:
    """What may be why the site is unhealthy. A run that ends well does not pay for it."""
    plan = progress.ledger.plan
    if progress.actual is None or plan is None:
        return
    notes = tuple(missing_notes(look_for_paths(progress.actual, wanted, tools), wanted))
    progress.ledger.plan = replace(plan, notes=(*plan.notes, *notes))
    for note in redacted(notes, tools.ci.clean):
        tools.ci.log(f"! {note}")
