"""Whether a release was live and healthy. After that, `first-run` does not run."""

from __future__ import annotations

import json

from pa_deploy.errors import DeployError
from pa_deploy.release.destination import Destination


def is_verified(destination: Destination) -> bool:
    return destination.api.files.read(destination.layout.verified) is not None


def note_verified(destination: Destination, release: str) -> None:
    """Note that `first-run` is done. If this fails, the next deploy runs it again."""
    said = json.dumps({"release": release}).encode()
    try:
        destination.api.files.upload(destination.layout.verified, said)
    except DeployError as error:
        destination.announce(
            f"The next deploy will run the commands of `first-run` again: {error.what}"
        )
