"""Watch how the loader prepares a release, and show what its commands print."""

from __future__ import annotations

from pa_deploy.model import ReleaseState, ReleaseStatus
from pa_deploy.release.destination import Destination
from pa_deploy.release.protocol import status_in
from pa_deploy.release.refusal import NOT_WANTED, replaced
from pa_deploy.release.request import ask_site
from pa_deploy.release.status import read_status
from pa_deploy.unprintable import LINE_END


class Watch:
    """Looks at the loader's status again and again, and passes its commands' output on."""

    def __init__(self, destination: Destination, nonce: str) -> None:
        self._destination = destination
        self._nonce = nonce
        self.is_site_up = False
        self._seen = 0
        self._rest = b""
        self.status = ReleaseStatus()

    def begin_by_site(self) -> None:
        """Have the live site begin, and ask it from now on, which costs no request to the API.

        `is_site_up` tells whether it answers. If its preparer dies, asking starts another.
        """
        self.is_site_up = True
        self.look()

    def leave_site(self) -> None:
        """Ask the API from now on: the site is about to be reloaded."""
        self.is_site_up = False

    def look(self) -> ReleaseState:
        """Ask once; the state of the release, "" if nothing is heard of it.

        Raises ReleaseRefused if it was begun, and another release has replaced it since.
        """
        status = self._read()
        if status.nonce != self._nonce:
            if self.status.nonce and status.nonce:
                raise replaced(self.status)
            return ""
        if status.state == "refused" and status.error == NOT_WANTED:
            raise replaced(status)
        self.status = status
        self._tell(status, is_over=status.state != "preparing")
        if status.state == "preparing":
            self._destination.doing(f"On PythonAnywhere: {status.step or 'begin'}", 0, 0)
        return status.state

    def _read(self) -> ReleaseStatus:
        if self.is_site_up:
            answer = ask_site(self._destination, self._nonce)
            status = status_in(answer)
            if status is not None:
                return status
            self.is_site_up = False
        return read_status(self._destination)

    def _tell(self, status: ReleaseStatus, *, is_over: bool) -> None:
        """Pass on the lines that are new; an unfinished one waits for its end."""
        new = status.output_bytes - self._seen
        if new > len(status.output):
            self._destination.announce(f"| ({new - len(status.output)} bytes are left out)")
            self._rest = b""
        self._seen = status.output_bytes
        fresh = status.output[-new:] if new > 0 else b""
        *lines, self._rest = (self._rest + fresh).split(b"\n")
        if is_over and self._rest:
            lines.append(self._rest)
        for line in lines:
            for part in LINE_END.split(line.decode("utf-8", "replace")):
                self._destination.announce(f"| {part}")
