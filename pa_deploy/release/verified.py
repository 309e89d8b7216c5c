"""Whether a release was live and healthy. After that, `first-run` does not run."""

from __future__ import annotations

import json

from pa_deploy.errors import DeployError
from pa_deploy.release.account import Account


def is_verified(account: Account) -> bool:
    return account.api.files.read(account.layout.verified) is not None


def note_verified(account: Account, release: str) -> None:
    """Note that `first-run` is done. If this fails, the next deploy runs it again."""
    said = json.dumps({"release": release}).encode()
    try:
        account.api.files.upload(account.layout.verified, said)
    except DeployError as error:
        account.announce(
            f"The next deploy will run the commands of `first-run` again: {error.what}"
        )
