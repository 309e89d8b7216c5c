"""Close the folder for secrets to others before a secret is uploaded into it."""

from __future__ import annotations

from pa_deploy.errors import ReloadFailed, Unclear
from pa_deploy.model import ReleaseStatus
from pa_deploy.release.destination import Destination
from pa_deploy.release.status import read_status
from pa_deploy.release.wait import SILENCE_SECONDS, pauses, silent


def make_closed(destination: Destination, status: ReleaseStatus) -> None:
    """Reload and wait for the loader, unless `status` says that it has closed the folder before.

    The API cannot set a file's mode, so only the loader can close a folder. It is the WSGI file
    already. Raises ReleaseRefused if the loader never reports.
    """
    if status.layout:
        return
    destination.announce("Reload to make the secrets folder private before the upload")
    trouble: ReloadFailed | Unclear | None = None
    try:
        destination.api.webapps.reload(destination.layout.domain)
    except (ReloadFailed, Unclear) as error:
        destination.announce(f"{error.what} Checking whether it was reloaded anyway.")
        trouble = error
    clock = destination.deadline.clock
    started = clock.now()
    for pause in pauses():
        if read_status(destination.api, destination.layout).layout:
            return
        if clock.now() - started > SILENCE_SECONDS:
            raise trouble or silent()
        destination.keep_lock()
        destination.deadline.check("waiting until the secrets folder is private", pause)
        clock.sleep(pause)
