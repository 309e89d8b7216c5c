"""Whether a release was verified live, which is the end of `first-run`."""

from __future__ import annotations

import json

from pa_deploy.errors import DeployError
from pa_deploy.release.account import Account


def is_verified(account: Account) -> bool:
    return account.api.files.read(account.layout.verified) is not None


def note_verified(account: Account, release: str) -> None:
    """Write down that `first-run` has done its work. If that fails, it runs once more."""
    said = json.dumps({"release": release}).encode()
    try:
        account.api.files.upload(account.layout.verified, said)
    except DeployError as error:
        account.announce(f"The commands of `first-run` will run once more next time: {error.what}")
