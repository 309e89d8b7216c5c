"""Whether releases were live and healthy: only those come back. After one, `first-run` is over."""

from __future__ import annotations

import json
from dataclasses import replace

from pa_deploy.errors import DeployError
from pa_deploy.model import ReleaseStatus
from pa_deploy.release.destination import Destination
from pa_deploy.release.protocol import status_in
from pa_deploy.release.request import put_key, tell_site_verified
from pa_deploy.release.status import live_row, read_own


def needs_judging(status: ReleaseStatus) -> bool:
    """Whether the run that switched to the live release ended before it was seen healthy."""
    row = live_row(status)
    return row is not None and not row.is_target


def with_verified(status: ReleaseStatus) -> ReleaseStatus:
    """The status as it is once the live release is noted as healthy."""
    rows = (
        replace(row, verified=True) if row.id == status.live else row for row in status.releases
    )
    return replace(status, releases=tuple(rows))


def is_one_verified(destination: Destination, status: ReleaseStatus) -> bool:
    """Whether any release was. It costs a request if the status does not know one."""
    if any(row.verified for row in status.releases):
        return True
    return read_own(destination, destination.layout.verified) is not None


def is_noted(destination: Destination, status: ReleaseStatus) -> bool:
    """Whether that of the live release is noted in the file, which the loader may not have read."""
    said = read_own(destination, destination.layout.verified)
    return said == _note(status)


def note_verified(destination: Destination, status: ReleaseStatus) -> ReleaseStatus:
    """Note that the live release is healthy; the status then.

    The live site notes it if it answers a signed request, for which it needs the key. If all
    fails, the next run judges the release first, and runs the commands of `first-run` again.
    """
    put_key(destination, status)
    told = status_in(tell_site_verified(destination, status.nonce))
    if told and told.live == status.live and not needs_judging(told):
        return told
    try:
        destination.api.files.upload(destination.layout.verified, _note(status))
    except DeployError as error:
        destination.announce(
            f"pa-deploy could not note that release {status.live} is healthy: {error.what} The "
            "next deploy will ask the site first, and run the commands of `first-run` again."
        )
    return with_verified(status)


def _note(status: ReleaseStatus) -> bytes:
    return json.dumps({"release": status.live, "nonce": status.nonce}).encode()
