"""Have the loader put in place what was shipped, and hear how it went."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pa_deploy.model import ReleaseStatus
from pa_deploy.release.destination import Destination
from pa_deploy.release.shipping import Shipment, ship
from pa_deploy.release.status import is_disk_full
from pa_deploy.release.wait import UNPACK, Watch, reload_until


def activate(
    destination: Destination, nonce: str, shipment: Shipment | None = None, scratch: Path = Path()
) -> tuple[ReleaseStatus, str | None]:
    """Reload, and wait until the release that was shipped is live or refused; how it went, and
    what PythonAnywhere said of the reload, if anything.

    If the loader cannot build a `shipment` from what is there, it is shipped once more, whole.
    Raises ReleaseRefused if nothing is heard of the loader.
    """
    status, warning = _reload_and_wait(destination, nonce)
    if shipment is None or not _needs_all(status):
        return status, warning
    destination.announce(
        f"PythonAnywhere could not unpack the release ({status.error}). Uploading all of it again."
    )
    whole = ship(destination, replace(shipment, status=status), scratch, whole=True)
    return _reload_and_wait(destination, whole)


def _reload_and_wait(destination: Destination, nonce: str) -> tuple[ReleaseStatus, str | None]:
    watch = Watch(destination, nonce)
    warning = reload_until(
        destination,
        watch.look,
        is_heard=lambda: bool(watch.status.nonce),
        hope="Checking whether the release is starting.",
        doing="waiting for the release to go live",
    )
    return watch.status, warning


def _needs_all(status: ReleaseStatus) -> bool:
    """Something on PythonAnywhere was not as remembered: changed, removed, or cut off midway."""
    return status.state == "refused" and status.step == UNPACK and not is_disk_full(status)
