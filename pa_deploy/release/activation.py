"""Have the loader prepare what was shipped and switch to it, and hear how it went."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from pa_deploy.errors import ReleaseRefused
from pa_deploy.model import Boot, ReleaseState, ReleaseStatus
from pa_deploy.release.destination import Destination
from pa_deploy.release.lease import waited_for
from pa_deploy.release.protocol import OVER, PREPARED
from pa_deploy.release.refusal import DAMAGED, UNPACK, silent, stopped
from pa_deploy.release.reloads import Awaited, look_until_over, reload_until
from pa_deploy.release.shipping import Shipment, ship
from pa_deploy.release.status import is_disk_full
from pa_deploy.release.watch import Watch


@dataclass(frozen=True, slots=True)
class Ready:
    """A release that was prepared, or refused. `is_up`: the site answers, and no reload was asked
    for since.
    """

    watch: Watch
    is_up: bool

    @property
    def status(self) -> ReleaseStatus:
        return self.watch.status


def activate(
    destination: Destination,
    nonce: str,
    shipment: Shipment | None = None,
    scratch: Path = Path(),
    before: Boot | None = None,
) -> ReleaseStatus:
    """Wait until the release that was shipped is live or refused; how it went. As `make_ready`."""
    return switch(destination, make_ready(destination, nonce, shipment, scratch, before))


def make_ready(
    destination: Destination,
    nonce: str,
    shipment: Shipment | None = None,
    scratch: Path = Path(),
    before: Boot | None = None,
) -> Ready:
    """Wait until the release that was shipped is prepared or refused. `before` is as in
    `reload_until`.

    If the loader cannot build a `shipment` from what is there, it is shipped once more, whole.
    Raises ReleaseRefused if nothing is heard of the loader.
    """
    with waited_for(destination, nonce) as waiting:
        ready = _prepare(waiting, nonce, before)
    status = ready.status
    if shipment is None or not _needs_all(status):
        return ready
    destination.announce(
        f"The release is not complete on PythonAnywhere ({status.step}: {status.error}). Uploading "
        "all of it again."
    )
    whole = ship(destination, replace(shipment, status=status), scratch, whole=True)
    with waited_for(destination, whole) as waiting:
        return _prepare(waiting, whole, None)


def _prepare(destination: Destination, nonce: str, before: Boot | None) -> Ready:
    """Have it prepared beside the live site.

    The live loader begins if it answers a signed request, else a reload has it begin. A release
    that is prepared in a moment is switched to by that reload.
    """
    watch = Watch(destination, nonce)
    awaited = _awaited(watch, PREPARED, "waiting until the release is prepared")
    watch.begin_by_site()
    if not (watch.is_site_up and look_until_over(destination, awaited)):
        watch.leave_site()
        reload_until(destination, awaited, before=before)
    is_up = watch.is_site_up
    watch.leave_site()
    return Ready(watch, is_up)


def switch(destination: Destination, ready: Ready, *, is_changed: bool = False) -> ReleaseStatus:
    """Reload, so that the release goes live if it is ready; how it went.

    If an import has switched that did not begin it, other workers may still serve the former
    release. `is_changed`: so may the web app, since it was made ready.
    """
    status = ready.status
    is_old = status.state == "live" and (is_changed or not status.at_once)
    if status.state != "ready" and not is_old:
        return status
    destination.announce("The release is ready. Reloading to switch to it")
    awaited = _awaited(ready.watch, OVER, "waiting for the release to go live")
    with waited_for(destination, status.nonce) as waiting:
        reload_until(waiting, awaited, is_up=ready.is_up)
    return ready.watch.status


def _awaited(watch: Watch, states: tuple[ReleaseState, ...], doing: str) -> Awaited:
    def look() -> bool:
        return watch.look() in states

    def sign() -> ReleaseStatus | None:
        return watch.status if watch.status.nonce else None

    def lost() -> ReleaseRefused:
        return stopped(watch.status) if watch.status.nonce else silent()

    def asks_site() -> bool:
        return watch.is_site_up

    hope = "Checking whether the release is starting."
    return Awaited(look=look, sign=sign, lost=lost, asks_site=asks_site, hope=hope, doing=doing)


def _needs_all(status: ReleaseStatus) -> bool:
    """Something on PythonAnywhere was not as remembered: changed, removed, or cut off midway."""
    is_lacking = status.step == UNPACK or status.step.startswith(DAMAGED)
    return status.state == "refused" and is_lacking and not is_disk_full(status)
