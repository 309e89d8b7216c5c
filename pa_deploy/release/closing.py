"""Have the folder of a web app closed to others before a secret is uploaded into it."""

from __future__ import annotations

from pa_deploy.model import Boot, ReleaseStatus
from pa_deploy.release.destination import Destination
from pa_deploy.release.refusal import silent
from pa_deploy.release.reloads import Awaited, await_own_reload, reload_until
from pa_deploy.release.status import read_status


def make_closed(
    destination: Destination, status: ReleaseStatus, before: Boot | None
) -> ReleaseStatus:
    """Have the loader run once, unless `status` says that it has closed the folder before; the
    status then.

    The API cannot set a file's mode, so only the loader can close a folder. It is the WSGI file
    already; `before` is as in `reload_until`. Raises ReleaseRefused if the loader never reports.
    """

    def look() -> bool:
        nonlocal status
        status = read_status(destination)
        return bool(status.layout)

    if status.layout:
        return status
    if before:
        await_own_reload(destination, before)
        if look():
            return status
    destination.announce("Reloading, so that the folder of the releases becomes private")
    awaited = Awaited(
        look=look,
        sign=lambda: None,
        lost=silent,
        asks_site=lambda: False,
        hope="Checking whether it was reloaded anyway.",
        doing="waiting until the folder of the releases is private",
    )
    reload_until(destination, awaited)
    return status
