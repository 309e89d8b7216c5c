"""What becomes of a WSGI file that another one takes the place of: it may be put back."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from pa_deploy.api import Api
from pa_deploy.loader_files import is_loader, is_untouched, replaced_name
from pa_deploy.model import WsgiFile

MOST_NOTED = 20
"""How many WSGI files are remembered: a rollback may put a former one back."""


def keep_what_was_there(
    api: Api, file: WsgiFile, present: WsgiFile | None, warn: Callable[[str], None]
) -> None:
    """Before `file` is written, keep what it asks for. `present` is None if it was not looked for.

    `warn` gets where it was kept, and why.
    """
    keeper = _Keeper(api, file, warn)
    if file.keep_as is not None:
        content = present.content if present else api.files.read(file.path)
        _keep_former(api, content, file.keep_as)
        keeper.keep_edited(content)
    if file.note is not None:
        keeper.keep_unknown(file.note, present.content if present else None)


def _keep_former(api: Api, wsgi_file: bytes | None, path: str) -> None:
    """Keep what the WSGI file is before the first release takes its place, once."""
    if wsgi_file is not None and not is_loader(wsgi_file) and api.files.read(path) is None:
        api.files.upload(path, wsgi_file)


@dataclass(frozen=True, slots=True)
class _Keeper:
    """Keeps contents that `file` takes the place of, among its backups."""

    api: Api
    file: WsgiFile
    warn: Callable[[str], None]

    def keep_unknown(self, note: str, present: bytes | None) -> None:
        """Keep a WSGI file that pa-deploy has not made, and note that it makes this one."""
        noted = (self.api.files.read(note) or b"").split() if present else []
        if present and not is_untouched(present) and _digest(present) not in noted:
            place = self._keep_copy(present)
            self.warn(
                f"pa-deploy replaces {self.file.path}, which somebody else seems to have written. "
                f"A copy is kept as {place}."
            )
        own = _digest(cast("bytes", self.file.content))
        others = [each for each in noted if each != own][-MOST_NOTED:]
        self.api.files.upload(note, b"\n".join([*others, own]))

    def keep_edited(self, present: bytes | None) -> None:
        """Keep what somebody has made of a WSGI file of pa-deploy's, and say where."""
        if present is None or is_untouched(present):
            return
        if not is_loader(present):
            self._keep_newer(present)
            return
        place = self._keep_copy(present)
        self.warn(
            f"Somebody edited {self.file.path} since pa-deploy wrote it. pa-deploy writes it anew, "
            f"and keeps the edited file as {place}. Put such changes into the module of `app`."
        )

    def _keep_newer(self, present: bytes) -> None:
        """Keep a WSGI file that has served since pa-deploy's was left; a detach puts it back."""
        keep_as = str(self.file.keep_as)
        kept = self.api.files.read(keep_as)
        if kept is None or kept == present:
            return
        place = self._keep_copy(kept)
        self.api.files.upload(keep_as, present)
        self.warn(
            f"Somebody replaced {self.file.path} after the first release. pa-deploy saved the new "
            f"file, and `pa-deploy release detach` puts it back. The older copy is {place}."
        )

    def _keep_copy(self, content: bytes) -> str:
        """Where it is then."""
        place = f"{self.file.backups}/{replaced_name(self.file.path, content)}"
        self.api.files.upload(place, content)
        return place


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()
