"""Have the loader put in place what was shipped, and hear how it went."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from pa_deploy.errors import ReloadFailed, Unclear
from pa_deploy.model import ReleaseStatus
from pa_deploy.release.destination import Destination
from pa_deploy.release.shipping import Shipment, ship
from pa_deploy.release.status import is_disk_full
from pa_deploy.release.wait import UNPACK, Watch


@dataclass(frozen=True, slots=True)
class Activated:
    """How it went; `warning` is what PythonAnywhere said of the reload, if anything."""

    status: ReleaseStatus
    warning: str | None


def activate(
    destination: Destination, nonce: str, shipment: Shipment | None = None, scratch: Path = Path()
) -> Activated:
    """Reload, and wait until the release that was shipped is live or refused.

    If the loader cannot build a `shipment` from what is there, it is shipped once more, whole.
    Raises ReleaseRefused if nothing is heard of the loader.
    """
    done = _reload_and_wait(destination, nonce)
    if shipment is None or not _needs_all(done.status):
        return done
    destination.announce(
        f"PythonAnywhere could not unpack the release ({done.status.error}). Uploading all of it "
        "again."
    )
    whole = ship(destination, replace(shipment, status=done.status), scratch, whole=True)
    return _reload_and_wait(destination, whole)


def _reload_and_wait(destination: Destination, nonce: str) -> Activated:
    """The answer to the reload decides nothing: unpacking and commands may take longer than the 20
    seconds that PythonAnywhere waits for the site.
    """
    warning: str | None = None
    trouble: ReloadFailed | Unclear | None = None
    try:
        warning = destination.api.webapps.reload(destination.layout.domain)
    except (ReloadFailed, Unclear) as error:
        destination.announce(
            f"{_as_sentence(error.what)} Checking whether the release is starting."
        )
        trouble = error
    return Activated(Watch(destination, nonce).wait(trouble), warning)


def _as_sentence(what: str) -> str:
    """It may end in PythonAnywhere's own words."""
    if "ping_timeout" in what:
        return "The reload took too long (ping_timeout)."
    return what if what.endswith(".") else f"{what}."


def _needs_all(status: ReleaseStatus) -> bool:
    """Something on PythonAnywhere was not as remembered: changed, removed, or cut off midway."""
    return status.state == "refused" and status.step == UNPACK and not is_disk_full(status)
