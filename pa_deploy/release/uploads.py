"""What one run uploads for its release, and deletes again if the release fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from pa_deploy.api.files import MAKE_ROOM
from pa_deploy.errors import (
    DeployError,
    DiskFull,
    Interrupted,
    Locked,
    Refused,
    ServerFailed,
    Unreachable,
)
from pa_deploy.model import ReleaseStatus
from pa_deploy.release.destination import Destination
from pa_deploy.release.reloads import reload_and_await
from pa_deploy.transport import Content


@dataclass(slots=True)
class Uploads:
    """Uploads for one release. `made` are the paths that are useless without it."""

    destination: Destination
    status: ReleaseStatus
    made: list[str] = field(default_factory=list)

    def put(self, path: str, content: Content) -> None:
        """Upload a file that is useless if the release fails. Raises DiskFull."""
        self.made.append(path)
        self.replace(path, content)

    def replace(self, path: str, content: Content) -> None:
        """Upload a file that stays even if the release fails. Raises DiskFull."""
        try:
            self.destination.api.files.upload(path, content)
        except DiskFull as error:
            error.advice = self._making_room()
            raise
        except Refused:
            if self.destination.api.files.entries(path) is None:
                raise
            # Somebody has put a folder there. An import moves it away.
            reload_and_await(self.destination)
            self.destination.api.files.upload(path, content)

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
                self.destination.api.files.delete(path)
            if self.made:
                self.destination.announce("Deleted what this run had uploaded.")

    def _making_room(self) -> str:
        prune = ""
        if self.status.releases:
            prune = "Run `pa-deploy releases prune`: it removes what no release needs. "
        return f"{prune}{MAKE_ROOM} Then run again. `keep-releases` sets how many releases stay."
