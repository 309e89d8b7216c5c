"""A pointer counts for the loader only while a run waits for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from pa_deploy.errors import DeployError, Interrupted, Locked
from pa_deploy.release.destination import Destination
from pa_deploy.release.protocol import nonce_in
from pa_deploy.release.status import read_own, read_status

WITHDRAW_SECONDS = 5.0
"""A runner that has sent a signal kills the run after ten."""
RENEW_SECONDS = 60.0
"""A third of what the loader allows."""


@contextmanager
def waited_for(destination: Destination, nonce: str) -> Iterator[Destination]:
    """Renew the lease of the pointer meanwhile, and withdraw it if the run ends early.

    What is waited for has to be done with the destination that is given. If the lock was lost, the
    pointer is left to the run that has it. Without the lock, another run may have written another.
    """
    clock = destination.deadline.clock
    renewed_at = clock.now()

    def keep() -> None:
        nonlocal renewed_at
        destination.keep_lock()
        if clock.now() - renewed_at >= RENEW_SECONDS:
            renewed_at = clock.now()
            with suppress(DeployError):
                destination.api.files.upload(destination.layout.lease, b"")

    try:
        yield replace(destination, keep_lock=keep)
    except Locked:
        raise
    except (DeployError, Interrupted):
        withdraw(destination, nonce)
        raise


def withdraw(destination: Destination, nonce: str) -> bool:
    """Delete the pointer if it is the run's, and if the loader has not switched to it yet. Whether
    it is gone.
    """
    try:
        with destination.deadline.reserved(WITHDRAW_SECONDS):
            return _delete_own(destination, nonce)
    except DeployError as error:
        destination.announce(
            f"The release could not be withdrawn: {error.what} If PythonAnywhere reloads the web "
            "app within 3 minutes, it may still go live."
        )
        return False


def _delete_own(destination: Destination, nonce: str) -> bool:
    pointer = destination.layout.pointer
    if nonce_in(read_own(destination, pointer)) != nonce:
        return True
    status = read_status(destination)
    if (status.nonce, status.state) == (nonce, "live"):
        destination.announce(f"Release {status.id} is live already.")
        return False
    destination.api.files.delete(pointer)
    destination.announce("Withdrew the release: PythonAnywhere will not switch to it.")
    return True
