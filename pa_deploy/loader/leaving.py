"""What the live release has and the next one would not have: it is taken along, or refused."""

from __future__ import annotations

import os
from typing import Any, Callable, Dict, List, Mapping, Sequence

from .files import Home
from .former import FormerSite
from .inventory import MOST_TOLD, left_behind, told_of
from .paths import covers, shown
from .releases import Release, live
from .shared import bring_back_shared, places_meanwhile, take_along, to_take
from .twins import Twins

LEFT = (
    "the folder of the old site has none of the code of this release. So its data is not copied, "
    "and stays where it is: %s"
)


class Leaving:
    """The change from the live release to another; `tell` writes the status down.

    A rollback is never refused, as it may be urgent. It is told what it hides.
    """

    def __init__(
        self, release: Release, wanted: Mapping[str, Any], tell: Callable[..., None]
    ) -> None:
        self._home: Home = release.home
        self._release = release
        self._wanted = wanted
        self._tell = tell
        self._leave: List[str] = list(wanted.get("discard", []))

    def bring_back(self) -> None:
        """Have in `shared/` what the live app has put in the place of links to it. Raises Twins."""
        serving = Release(self._home, live(self._home))
        try:
            bring_back_shared(serving, self._leave)
        except Twins as error:
            if not self._is_rollback:
                raise
            said = "%s of release %s stays there. The site goes on with the one in shared/"
            self._home.say(said % (", ".join(map(shown, error.paths)), serving.id))

    def take_along(self, files: Mapping[str, Any]) -> List[str]:
        """Move to `shared/` what becomes shared; the paths. An error if other data would be left
        behind.

        `files` is the manifest of the new release.
        """
        serving = Release(self._home, live(self._home))
        if not serving.id:
            self._take_over(files)
            return []
        taken = [] if self._is_rollback else to_take(serving, self._shared, self._leave)
        self.look(files, taken)
        for name in taken:
            self._tell(step="shared: " + name)
            self._home.say("%s of release %s is moved to shared/" % (name, serving.id))
            take_along(serving, name)
        return taken

    def look(self, files: Mapping[str, Any], taken: Sequence[str] = ()) -> None:
        """An error if what was written in the live release would be left behind."""
        serving = Release(self._home, live(self._home))
        if not serving.id:
            self._look_at_former(files)
            return
        moved = [place for each in taken for place in places_meanwhile(each)]
        paths = left_behind(serving, files, [*self._leave, *moved])
        self._tell(wrote=told_of(serving, paths, self._shared))
        if paths and not self._is_rollback:
            self._tell(step="wrote: " + paths[0])
            raise RuntimeError("the new release would not have what was written there")

    def say_what_stays(self, told: Mapping[str, Any]) -> None:
        """Say what a rollback hides; `told` is what the status has of written files."""
        if not self._is_rollback:
            return
        serving = Release(self._home, live(self._home))
        if told:
            said = "release %s has files that this one does not have: %s. They stay there"
            self._home.say(said % (serving.id, ", ".join(map(shown, told["paths"]))))
        for name in serving.record.get("shared", []):
            if not covers(self._shared, name):
                said = "this release does not share %s. What the site has written stays in shared/"
                self._home.say(said % shown(name))

    def _take_over(self, files: Mapping[str, Any]) -> None:
        """Copy the data of a site that was made by hand; an error if some would be left behind."""
        former = self._former(files)
        self._insist_on_one(former)
        forgotten = former.forgotten([*self._shared, *self._leave])
        if forgotten:
            some, count = forgotten[:MOST_TOLD], len(forgotten)
            told = {"paths": some, "count": count, "share": some, "twice": []}
            self._tell(step="former: " + former.folder, wrote=told)
            raise RuntimeError("the new site would not have databases of the old one")
        left = former.left(self._leave)
        if left:
            self._home.say(LEFT % ", ".join(map(shown, left[:MOST_TOLD])))
        elif former.where.is_guessed and self._shared:
            self._home.say(_guess(former.folder))
        for name, here in former.data(self._shared, self._leave).items():
            self._tell(step="shared: " + name)
            self._home.say("%s of the old site is copied to shared/" % here)
            former.copy(name, here)

    def _insist_on_one(self, former: FormerSite) -> None:
        """An error if it cannot be told whether some data is the former site's."""
        folders = former.doubtful(self._shared, self._leave)
        if folders:
            self._tell(step="former-folder: " + folders[0])
            raise RuntimeError("it may be in " + " or in ".join(map(shown, folders)))
        places = former.twice(self._shared, self._leave)
        if places:
            self._tell(step="former-data: " + os.path.basename(places[0]))
            raise RuntimeError("there are " + " and ".join(map(shown, places)))

    def _look_at_former(self, files: Mapping[str, Any]) -> None:
        """An error if the former site has written since its data was copied."""
        for name, here in self._former(files).data(self._shared, self._leave).items():
            self._tell(step="shared: " + name)
            raise RuntimeError("the old site has written to %s since that was copied" % here)

    def _former(self, files: Mapping[str, Any]) -> FormerSite:
        return FormerSite(self._home, self._wanted.get("former", []), files)

    @property
    def _is_rollback(self) -> bool:
        return not self._wanted["record"]

    @property
    def _shared(self) -> List[str]:
        record: Dict[str, Any] = self._wanted["record"] or self._release.record
        return list(record.get("shared", []))


def _guess(folder: str) -> str:
    """What is said about a site of before whose folder nothing names."""
    if folder:
        return "%s is taken for the folder of the old site, because it has the same code" % folder
    return (
        "the folder of the old site was not found, so none of its data is copied. If the site has "
        "data, set `source-directory` to its folder"
    )
