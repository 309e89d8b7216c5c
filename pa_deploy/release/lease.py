"""A pointer counts for the loader only while a run waits for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from pa_deploy.errors import DeployError, Interrupted, Locked
from pa_deploy.release.destination import Destination
from pa_deploy.release.protocol import nonce_in

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
        _withdraw(destination, nonce)
        raise


def _withdraw(destination: Destination, nonce: str) -> None:
    pointer = destination.layout.pointer
    try:
        if nonce_in(destination.api.files.read(pointer)) != nonce:
            return
        destination.api.files.delete(pointer)
    except DeployError as error:
        destination.announce(
            f"The release could not be withdrawn: {error.what} If PythonAnywhere reloads the web "
            "app within 3 minutes, it may still go live."
        )
    else:
        destination.announce("Withdrew the release: PythonAnywhere will not switch to it.")
