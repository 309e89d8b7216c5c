"""How full the disk of an account is, and making room there: the live site tells and does it."""

from __future__ import annotations

import secrets
from typing import Literal

from pa_deploy.model import ReleaseStatus, Space
from pa_deploy.release.destination import Destination
from pa_deploy.release.protocol import space_in
from pa_deploy.release.request import ask_about_disk

Word = Literal["usage", "prune"]
PATIENCE_SECONDS = 10.0
"""How long is waited for what the loader does meanwhile, in a deploy."""
PAUSE_SECONDS = 0.3
ID_BYTES = 4


def see_to_disk(
    destination: Destination,
    status: ReleaseStatus,
    word: Word,
    keep: int,
    patience_seconds: float = PATIENCE_SECONDS,
) -> Space | None:
    """Have the disk measured, or what no release needs removed, so that `keep` releases stay (0:
    all of them); what there is then. It is not `ended` if that takes too long.

    None if the site does not answer, as without a release.
    """
    if not status.nonce:
        return None
    deadline = destination.deadline
    asked, end = secrets.token_hex(ID_BYTES), deadline.clock.now() + patience_seconds
    while True:
        told = space_in(ask_about_disk(destination, status.nonce, f"{word}-{keep}-{asked}"))
        if told is None or told.ended or deadline.clock.now() >= end:
            return told
        destination.keep_lock()
        deadline.check("waiting until PythonAnywhere has looked at its disk", PAUSE_SECONDS)
        deadline.clock.sleep(PAUSE_SECONDS)
