"""After a signal, leave a release that went live and that nobody has seen healthy."""

from __future__ import annotations

from pa_deploy.deploy.delivery import Delivery
from pa_deploy.errors import DeployError
from pa_deploy.release import Destination, detach, former, hurry_back, needs_judging, read_status
from pa_deploy.settings import wsgi_path

RETREAT_SECONDS = 7.0
"""A runner that has sent a signal kills the run after ten, and the lock is to be given back too."""


def retreat(delivery: Delivery) -> str:
    """What came of it, "" if the release is not live or was healthy."""
    if not delivery.nonce:
        return ""
    try:
        with delivery.destination.deadline.reserved(RETREAT_SECONDS):
            return _retreat(delivery)
    except DeployError as error:
        return (
            f"It is not known which release is live: {error.what} The next deploy will ask the "
            "site."
        )


def _retreat(delivery: Delivery) -> str:
    release, destination = delivery.release.id, delivery.destination
    if delivery.status.live != release:  # the signal may have come before its switch was seen
        delivery.status = read_status(destination)
    if delivery.status.live != release or not needs_judging(delivery.status):
        return ""
    said = f"Release {release} went live, but was not seen healthy before the signal."
    target = former(delivery.status, release)
    try:
        if target is None:
            return f"{said} {_detach(destination)}"
        hurry_back(destination, target, delivery.status, delivery.interpreter)
    except DeployError as error:
        return f"{said} It stays live, because going back did not work: {error.what}"
    return f"{said} PythonAnywhere was asked to go back to release {target.id}."


def _detach(destination: Destination) -> str:
    if detach(destination, wsgi_path(destination.layout.domain)):
        return "The WSGI file from before the first release is back."
    return "There is no other release to go back to."
