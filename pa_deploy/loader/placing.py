"""Have a release whole on the disk: unpacked, or verified if it is there already."""

from __future__ import annotations

import os
from typing import Any, Callable, List, Mapping

from .apart import is_apart, is_changing
from .backups import move_to_backups
from .caches import share_caches
from .commands import Commands
from .composing import Composing
from .damage import are_layers_well, changed_in_place, damaged_files, written_by_app
from .distributions import lacking, place, remove
from .environment import Environment
from .files import discard, move
from .installing import Installing
from .inventory import told_of
from .layout import LAYOUT
from .paths import covers, shown
from .releases import Release, live
from .seal import OF_SECRETS, is_as_sealed, seal_of_secrets
from .shared import link_again, rescue
from .unpack import manifest_of, unpack


class Placing:
    """Places one release; `tell` writes the status down.

    `taken` are shared folders that the live release had as its own. `commands` run pip.
    """

    def __init__(
        self,
        release: Release,
        wanted: Mapping[str, Any],
        tell: Callable[..., None],
        taken: List[str],
        commands: Commands,
    ) -> None:
        self._home = release.home
        self._release = release
        self._wanted = wanted
        self._tell = tell
        self._taken = taken
        self._commands = commands
        self._discard: List[str] = wanted.get("discard", [])

    def carry_out(self, *, is_known: bool) -> None:
        """The release is whole after it, else an error. `is_known`: it was placed before."""
        self._place_packages()
        self._insist_on_record()
        if is_known and self._release.is_whole:
            damaged = self._damaged_files()
            if damaged:
                self._insist_on_parts(damaged[0])
            if not damaged or self._release.id == live(self._home):
                self._heal(damaged)
                self._renew_secrets()
                if self._release.id != live(self._home):
                    link_again(self._release)
                return
            rescue(self._release, self._discard)
        elif is_known and not self._release.record and os.path.isdir(self._release.code):
            # Without the record nobody knows what the app has written there.
            name = "releases/" + self._release.id
            move_to_backups(self._home, self._home.at(name), name)
        # What else is there may be the half of a preparation that was withdrawn.
        self._tell(step="unpack")
        name = self._release.id
        folder = self._home.at("releases", name)
        files = unpack(self._home, self._wanted["code"], name, folder, "code", self._taken)
        self._keep(files)
        self._tell(placed=True)

    def _damaged_files(self) -> List[str]:
        """Those that keep the release from serving. A rollback is not refused for what an app has
        changed: the live one in both releases, or its own one while it was live.
        """
        damaged = damaged_files(self._release)
        if self._wanted["record"] or not damaged:
            return damaged
        common = changed_in_place(self._release, damaged)
        if common:
            said = "the app has changed %s since that release was live: both releases share it"
            self._home.say(said % ", ".join(map(shown, common)))
        own = written_by_app(self._release, damaged)
        return [path for path in damaged if path not in (*common, *own)]

    def _place_packages(self) -> None:
        """The packages that are wanted, or those of its record if it is gone back to."""
        packages: Mapping[str, Any] = self._wanted.get("environment", {})
        wanted, recorded = packages.get("id", ""), self._release.record.get("environment", "")
        environment = Environment(self._home, recorded or wanted)
        if is_changing(environment):  # by commands of this release, before a crash
            return
        if environment.is_well and are_layers_well(self._release):
            return
        is_live = self._release.id == live(self._home)
        if is_apart(recorded) and wanted and not is_live:  # its commands will run again
            self._release.change(environment=wanted)
            environment = Environment(self._home, wanted)
        if not environment.id or is_apart(environment.id):
            self._refuse_packages()
        if environment.is_well:
            return
        if packages.get("install"):
            self._install(environment, packages["install"])
        else:
            told = packages if wanted else environment.note
            self._compose(environment, told.get("distributions", {}), packages.get("archive", {}))

    def _install(self, environment: Environment, recipe: Mapping[str, Any]) -> None:
        """Have pip make it, with those secrets of the release that are for it."""
        serving = Release(self._home, live(self._home)).environment.id
        is_in_use = serving == environment.id and os.path.isdir(environment.folder)
        variables = self._wanted["record"].get("variables", {})
        secrets = self._home.read("secrets/%s.json" % self._release.id)
        installing = Installing(environment, recipe, self._commands, is_in_use=is_in_use)
        installing.carry_out({**variables, **secrets}, self._tell)

    def _compose(
        self,
        environment: Environment,
        distributions: Mapping[str, str],
        archive: Mapping[str, Any],
    ) -> None:
        lack = lacking(self._home, distributions)
        if lack and archive.get("parts"):
            self._tell(step="unpack")
            place(self._home, archive, lack)
            lack = lacking(self._home, lack)
        if lack or not distributions:
            remove(self._home, lack)
            self._refuse_packages()
        self._tell(step="environment")
        Composing(environment, distributions, self._home.say).carry_out()
        serving = Release(self._home, live(self._home)).environment
        if serving.id in ("", environment.id):
            return
        if not is_apart(serving.id) and serving.note.get("distributions") and serving.damaged():
            Composing(serving, serving.note["distributions"], self._home.say).mend()
        share_caches(environment.folder, serving.folder)

    def _refuse_packages(self) -> None:
        """An error, upon which pa-deploy sends the release whole, and missing packages."""
        self._tell(step="damaged: dependencies")
        raise RuntimeError("they are missing, or were changed")

    def _insist_on_parts(self, damaged: str) -> None:
        """An error, upon which pa-deploy sends the release whole, unless it has done so."""
        if not self._wanted["code"]["parts"]:
            self._tell(step="damaged: " + damaged)
            raise RuntimeError("it is missing, or was changed")

    def _heal(self, damaged: List[str]) -> None:
        """Put back what is missing of the live release. An error if something was changed there:
        the app may have written it.
        """
        code = self._release.code
        changed = [path for path in damaged if os.path.lexists(os.path.join(code, path))]
        kept = [path for path in changed if not covers(self._discard, path)]
        if kept:
            told = told_of(self._release, kept, self._release.record.get("shared", []))
            self._tell(step="wrote: " + kept[0], wrote=told)
            raise RuntimeError("it was changed in the live release")
        if not damaged:
            return
        self._put_back(self._wanted["code"], self._release.id, code, damaged)

    def _put_back(
        self, archive: Mapping[str, Any], name: str, folder: str, damaged: List[str]
    ) -> None:
        """Replace these files of a folder."""
        whole = self._home.at("unpacking", "whole")
        unpack(self._home, archive, name, whole)
        for path in damaged:
            os.makedirs(os.path.dirname(os.path.join(folder, path)), exist_ok=True)
            move(os.path.join(whole, path), os.path.join(folder, path))
        discard(whole)

    def _insist_on_record(self) -> None:
        """If somebody has changed the record, have one of what a deploy has sent again: an error if
        that is not whole. A rollback has none.
        """
        if is_as_sealed(self._release.record):
            return
        self._insist_on_parts("its record")
        files = manifest_of(self._home, self._wanted["code"])
        if not files:
            raise RuntimeError("its record was changed, and this run has sent no new one")
        self._keep(files)

    def _renew_secrets(self) -> None:
        """A deploy has sent them again, which may have been lost; a rollback has not."""
        sent, record = self._wanted["record"], self._release.record
        if sent:
            env = sent["env"] if record.get("secrets_lost") else record.get("env", [])
            seal = seal_of_secrets(self._home, self._release.id, env)
            self._release.change(env=env, secrets_lost=False, **{OF_SECRETS: seal})

    def _keep(self, files: Mapping[str, Any]) -> None:
        """Write down the record of what was sent. What has become shared since stays so."""
        sent, release = self._wanted["record"], self._release
        shared = sent.get("shared", [])
        more = [
            each
            for each in release.record.get("shared", [])
            if not covers(shared, each)
            and os.path.islink(os.path.join(release.code, each).rstrip("/"))
        ]
        record = {**sent, "shared": [*shared, *more], "files": files, "layout": LAYOUT}
        record["discard"] = self._discard
        record[OF_SECRETS] = seal_of_secrets(self._home, release.id, sent.get("env", []))
        release.keep(record)
