"""What one run uploads for its release, and deletes again if the release fails."""

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
    """Uploads for one release. `made` are the paths that are useless without it."""

    account: Account
    status: ReleaseStatus
    made: list[str] = field(default_factory=list)

    def put(self, path: str, content: Content) -> None:
        """Upload a file that is useless if the release fails. Raises DiskFull."""
        self.made.append(path)
        self.replace(path, content)

    def replace(self, path: str, content: Content) -> None:
        """Upload a file that stays even if the release fails. Raises DiskFull."""
        try:
            self.account.api.files.upload(path, content)
        except REFUSALS as error:
            if self._is_full(error):
                raise self._full(error, len(content)) from None
            raise

    @contextmanager
    def taken_back(self) -> Iterator[None]:
        """Delete what was put if the release fails.

        If the network or `timeout` ends the run, the files stay, and the next run goes on with
        them. If the lock was lost, they stay for the run that has it.
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
                self.account.announce("Deleted what this run had uploaded.")

    def _is_full(self, error: DeployError) -> bool:
        """Whether the disk is full. It is not known how the API says so.

        So a server error counts as a full disk if the account can still be read.
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
            "You can also delete the oldest release: "
            f"pa-deploy files delete {layout.release(others[-1])}. "
            if others
            else ""
        )
        return DiskFull(
            f"The account's disk is full: {size:,} bytes could not be uploaded. {error.what}",
            cause="The account's files take all the space of its plan. PythonAnywhere still lets "
            "you read them, but takes no new ones.",
            advice=f"Delete files that you do not need, on the Files page. {oldest}Then run again. "
            "`keep-releases` sets how many releases stay.",
        )
