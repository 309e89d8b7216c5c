"""What of a web app's folder no release needs: kept releases, packages, what runs have left."""

from __future__ import annotations

import os
from typing import Any, Dict, Iterable, List, Mapping, Optional

from .environment import kept_packages
from .files import LOADER_ZIP, TEMPORARY, Home, discard
from .releases import HAND_OVER, Release
from .shared import rescue
from .uploads import Uploads


class Pruning:
    """All but what the releases `ids` need, and the environment `packages` of a pointer.

    `uploads` knows what other runs may be about to want; without it, that is removed as well.
    `leave` are paths whose changes in a release may go with it.
    """

    def __init__(
        self,
        home: Home,
        ids: Iterable[str],
        packages: Mapping[str, Any],
        uploads: Optional[Uploads] = None,
        leave: Iterable[str] = (),
    ) -> None:
        self._home = home
        self.ids = {str(each) for each in ids}
        self._packages = packages
        self._uploads = uploads
        self._leave = list(leave)

    def names(self) -> List[List[str]]:
        """Each folder and name that is not needed: a record before its release, a note before its
        environment.
        """
        kept = self._kept()
        found = [
            [folder, name]
            for folder in (*kept, *TEMPORARY)
            for name in reversed(self._home.names_in(folder))
            if self._is_left(folder, name, kept)
        ]
        return [*found, *(["loader", name] for name in self._old_loaders())]

    def rescue(self, but: str = "") -> None:
        """Move what apps have written in releases that go to `backups/`. If that cannot be done, a
        release stays. The release `but` has not served.
        """
        rows = self._home.read("status.json").get("releases", [])
        listed = [row.get("id") for row in rows if isinstance(row, dict)]
        for folder, name in self.names():
            if folder == "releases" and name != but and not self._is_rescued(name, listed):
                self.ids.add(name)

    def _is_rescued(self, name: str, listed: List[Any]) -> bool:
        """Also of a release that no status lists any more: its files are noted once it is ready."""
        if name not in listed and not os.path.lexists(self._home.at("files", name + ".json")):
            return True
        try:
            rescue(Release(self._home, name), self._leave)
        except OSError:
            return False
        return True

    def carry_out(self) -> None:
        """Remove them. That needs no room."""
        for folder, name in self.names():
            discard(self._home.at(folder, name))

    def _kept(self) -> Dict[str, Any]:
        ids = self.ids
        records = [Release(self._home, each).record for each in ids]
        layers = {name for record in records for name in record.get("layers", [])}
        kept: Dict[str, Any] = dict.fromkeys(("records", "files", "secrets", "first"), ids)
        kept.update(files=ids | layers, layers=layers, releases=ids | {HAND_OVER})
        kept.update(kept_packages(self._home, records, self._packages))
        return kept

    def _is_left(self, folder: str, name: str, kept: Mapping[str, Any]) -> bool:
        if name.startswith(".") and folder in kept:
            return False
        if name.partition(".")[0] in kept.get(folder, ()) and not name.endswith(".new"):
            return False
        return self._uploads is None or not self._uploads.are_of_another(folder, name)

    def _old_loaders(self) -> List[str]:
        """All but this one, and the newest of the others, which serves if this one gets damaged."""
        own = os.path.basename(LOADER_ZIP)
        others = [name for name in self._home.names_in("loader") if name != own]
        return sorted(others, key=lambda name: os.path.getmtime(self._home.at("loader", name)))[:-1]
