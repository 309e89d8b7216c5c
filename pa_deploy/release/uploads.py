"""What one run uploads for its release, and takes back if the release does not come to be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from pa_deploy.errors import (
    DeployError,
    DiskFull,
    Forbidden,
    Interrupted,
    Locked,
    Refused,
    ServerFailed,
    Unreachable,
)
from pa_deploy.model import ReleaseStatus
from pa_deploy.release.account import Account
from pa_deploy.release.status import FULL_DISK
from pa_deploy.transport import Content

REFUSALS = (Forbidden, Refused, ServerFailed)
"""PythonAnywhere answered, and the answer was no."""


@dataclass(slots=True)
class Uploads:
    """Uploads for one release, and the paths of those that are of no use without it."""

    account: Account
    status: ReleaseStatus
    made: list[str] = field(default_factory=list)

    def put(self, path: str, content: Content) -> None:
        """Upload what is of no use if the release does not come to be. Raises DiskFull."""
        self.made.append(path)
        self.replace(path, content)

    def replace(self, path: str, content: Content) -> None:
        """Upload what stays, whatever comes of the release. Raises DiskFull."""
        try:
            self.account.api.files.upload(path, content)
        except REFUSALS as error:
            if self._is_full(error):
                raise self._full(error, len(content)) from None
            raise

    @contextmanager
    def taken_back(self) -> Iterator[None]:
        """Delete what was put, if the release does not come to be.

        If the network or `timeout` ends the run, the next one goes on with what is there. If the
        lock was lost, all is left to the run that has it.
        """
        try:
            yield
        except (DeployError, Interrupted) as error:
            is_network = isinstance(error, Unreachable) and not isinstance(error, ServerFailed)
            if not is_network and not isinstance(error, Locked):
                self._take_back()
            raise

    def _take_back(self) -> None:
        with suppress(DeployError):
            for path in self.made:
                self.account.api.files.delete(path)
            if self.made:
                self.account.announce("What this run had uploaded was deleted again.")

    def _is_full(self, error: DeployError) -> bool:
        """Whether the disk is full. It is not known how the API says so.

        So an upload that fails inside is taken for it, if the account can be read all the same.
        """
        if any(words in error.what.lower() for words in FULL_DISK):
            return True
        if not isinstance(error, ServerFailed):
            return False
        try:
            self.account.api.files.entries(self.account.layout.base)
        except DeployError:
            return False
        return True

    def _full(self, error: DeployError, size: int) -> DiskFull:
        layout = self.account.layout
        others = [row.id for row in self.status.releases if row.id != self.status.live]
        oldest = (
            "The oldest release that is kept can be deleted as well: "
            f"pa-deploy files delete {layout.release(others[-1])}. "
            if others
            else ""
        )
        return DiskFull(
            f"The account's disk is full: {size:,} bytes could not be uploaded. {error.what}",
            cause="Files of the account take all the room that its plan has. PythonAnywhere still "
            "lets them be read, but takes no new ones.",
            advice=f"Delete what you do not need on the Files page. {oldest}Then run again; "
            "`keep-releases` says how many releases stay.",
        )
