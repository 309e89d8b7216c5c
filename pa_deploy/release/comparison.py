"""Whether the live release is whole, and what was written in it since it was made ready."""

from __future__ import annotations

from pa_deploy.model import Compared, ReleaseStatus
from pa_deploy.release.destination import Destination
from pa_deploy.release.protocol import OVER, compared_in
from pa_deploy.release.request import ask_to_compare
from pa_deploy.release.status import has_secrets, is_settled, is_there


def compare_by_site(destination: Destination, status: ReleaseStatus) -> Compared | None:
    """What the live site says; None if it does not answer, or has something else to do."""
    if status.state not in OVER:
        return None
    return compared_in(ask_to_compare(destination, status.nonce))


def compare(destination: Destination, status: ReleaseStatus, *, has_env: bool) -> Compared | None:
    """How the live release differs; None if the loader is not done with the pointer.

    The live site tells all, and costs no request to the API. Without its answer the API tells
    whether parts are missing. `has_env`: the release needs secrets.
    """
    told = compare_by_site(destination, status)
    if told:
        return told
    if status.missing:
        return Compared(missing=status.missing)
    if not is_there(destination, status.live, status.layout):
        return Compared(missing=("its record or its code",))
    if has_env and not has_secrets(destination, status.live):
        return Compared(missing=("secrets",))
    return Compared() if is_settled(destination, status) else None
