"""What one run uploads for its release, and takes back if the release does not come to be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from pa_deploy.errors import (
    DeployError,
    DiskFull,
    Interrupted,
    Locked,
    ServerFailed,
    Unreachable,
)
from pa_deploy.model import ReleaseStatus
from pa_deploy.release.account import Account
from pa_deploy.transport import Content


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
        except DiskFull as error:
            error.advice = self._making_room()
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

    def _making_room(self) -> str:
        layout = self.account.layout
        others = [row.id for row in self.status.releases if row.id != self.status.live]
        oldest = (
            "The oldest release that is kept can be deleted as well: "
            f"pa-deploy files delete {layout.release(others[-1])}. "
            if others
            else ""
        )
        return (
            f"Delete what you do not need on the Files page. {oldest}Then run again; "
            "`keep-releases` says how many releases stay."
        )
