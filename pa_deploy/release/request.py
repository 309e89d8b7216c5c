"""The signed requests by which the live site's loader learns of a new pointer, or of health.

The first saves a reload: the site goes on serving while the release is prepared. The key is derived
from the token, so that nothing has to be remembered on this side.
"""

from __future__ import annotations

import hashlib
import hmac

from pa_deploy.errors import DeployError
from pa_deploy.model import ReleaseStatus, Secret
from pa_deploy.release.destination import Destination

HEADER = "X-Pa-Deploy"
"""Of the request, and of the loader's answer."""


def request_key(token: Secret, domain: str) -> str:
    """The key of one web app. Who has it can have the pointer looked at, and nothing else."""
    purpose = f"pa-deploy request key of {domain}".encode()
    return hmac.new(token.reveal().encode(), purpose, "sha256").hexdigest()


def _has_key(destination: Destination, status: ReleaseStatus) -> bool:
    """Whether the loader has told that the key is there."""
    return status.request_key == hashlib.sha256(destination.request_key.encode()).hexdigest()


def put_key(destination: Destination, status: ReleaseStatus) -> None:
    """Upload the key unless it is there, or the folder is not closed to others yet.

    If this fails, a reload does what the request would have done.
    """
    if status.layout and not _has_key(destination, status):
        try:
            path = destination.layout.request_key
            destination.api.files.upload(path, destination.request_key.encode())
        except DeployError as error:
            destination.announce(f"The key of signed requests was not uploaded: {error.what}")


def ask_site(destination: Destination, nonce: str) -> bytes | None:
    """Have the live loader prepare what the pointer wants, unless it does already; its status.

    None if no loader answers, or if it does not know the key.
    """
    return _say(destination, nonce)


def tell_site_verified(destination: Destination, nonce: str) -> bytes | None:
    """Have the live loader note that the pointer's release is healthy; its status, or None."""
    return _say(destination, f"{nonce}:verified")


def ask_to_compare(destination: Destination, nonce: str) -> bytes | None:
    """Have the live loader compare its release with what was made ready; its answer, or None."""
    return _say(destination, f"{nonce}:compare")


def ask_about_disk(destination: Destination, nonce: str, said: str) -> bytes | None:
    """Have the live loader measure the disk or make room; what was found so far, or None."""
    return _say(destination, f"{nonce}:{said}")


def _say(destination: Destination, said: str) -> bytes | None:
    signature = hmac.new(destination.request_key.encode(), said.encode(), "sha256").hexdigest()
    return destination.visit({HEADER: f"{said}:{signature}"})
