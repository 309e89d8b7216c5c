"""Close the folder for secrets to others before a secret is uploaded into it."""

from __future__ import annotations

from pa_deploy.model import ReleaseStatus
from pa_deploy.release.destination import Destination
from pa_deploy.release.status import read_status
from pa_deploy.release.wait import reload_until


def make_closed(destination: Destination, status: ReleaseStatus) -> None:
    """Reload and wait for the loader, unless `status` says that it has closed the folder before.

    The API cannot set a file's mode, so only the loader can close a folder. It is the WSGI file
    already. Raises ReleaseRefused if the loader never reports.
    """
    if status.layout:
        return
    destination.announce("Reload to make the secrets folder private before the upload")
    reload_until(
        destination,
        lambda: bool(read_status(destination).layout),
        is_heard=lambda: False,
        hope="Checking whether it was reloaded anyway.",
        doing="waiting until the secrets folder is private",
    )
