"""Have the loader put in place what was shipped, and hear how it went."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pa_deploy.errors import ReloadFailed, Unclear
from pa_deploy.model import ReleaseStatus
from pa_deploy.release.account import Account
from pa_deploy.release.ship import Shipment, ship
from pa_deploy.release.status import is_disk_full
from pa_deploy.release.wait import UNPACK, Watch


def activate(account: Account, nonce: str, reload: Callable[[], object]) -> ReleaseStatus:
    """Reload, and wait until the release is live or refused.

    A reload whose ping went unanswered says nothing here: unpacking and commands may take longer
    than the 20 seconds that PythonAnywhere waits. Raises ReleaseRefused where nothing is heard.
    """
    trouble: ReloadFailed | Unclear | None = None
    try:
        reload()
    except (ReloadFailed, Unclear) as error:
        account.announce(f"{_as_sentence(error.what)} Looking whether the release is starting.")
        trouble = error
    return Watch(account, nonce).wait(trouble)


def _as_sentence(what: str) -> str:
    """It may end in PythonAnywhere's own words."""
    if "ping_timeout" in what:
        return "The reload took too long (ping_timeout)."
    return what if what.endswith(".") else f"{what}."


def deliver(
    account: Account,
    shipment: Shipment,
    scratch: Path,
    reload: Callable[[], object],
    nonce: str | None = None,
) -> ReleaseStatus:
    """Ship and activate, live or refused; `nonce` is given if it was shipped already.

    If the release could not be built from what was there, it is shipped once more, whole.
    """
    shipped = nonce or ship(account, shipment, scratch)
    reached = activate(account, shipped, reload)
    if _needs_all(reached):
        account.announce(f"It could not be unpacked ({reached.error}); shipping all of it anew.")
        whole = ship(account, replace(shipment, status=reached), scratch, whole=True)
        reached = activate(account, whole, reload)
    return reached


def _needs_all(status: ReleaseStatus) -> bool:
    """Something on PythonAnywhere was not as remembered: changed, removed, or cut off midway."""
    return status.state == "refused" and status.step == UNPACK and not is_disk_full(status)
