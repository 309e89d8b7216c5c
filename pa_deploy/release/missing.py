"""The packages of a release that PythonAnywhere does not have yet."""

from __future__ import annotations

from pa_deploy.dependencies import Distribution
from pa_deploy.model import ReleaseStatus
from pa_deploy.release.content import Bundle
from pa_deploy.release.destination import Destination
from pa_deploy.release.protocol import APART, Record


def missing_packages(
    destination: Destination, bundle: Bundle, status: ReleaseStatus, record: Record | None = None
) -> tuple[Distribution, ...]:
    """Those that are not there; damaged ones, the loader has removed.

    It is looked for them only if some may be there, and some not. `record` is that of the live
    release, if it can be relied on.
    """
    environment = bundle.environment
    found = environment.distributions
    if not found or not status.nonce:
        return found
    if record and record.environment.partition(APART)[0] == environment.id:
        return ()
    there = destination.api.files.entries(destination.layout.distributions) or {}
    return tuple(each for each in found if each.digest not in there)
