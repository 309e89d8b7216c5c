"""Paths on PythonAnywhere that a run has something to say about: shared ones and missing ones."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urljoin

from pa_deploy.deploy.tools import Tools
from pa_deploy.model import Actual, SharedFile, WantedWebapp
from pa_deploy.plan import used_paths
from pa_deploy.reconcile import find_missing
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
