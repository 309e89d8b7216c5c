"""Put the wanted release in place, or refuse it: what is done under the loader's lock."""

from __future__ import annotations

import os
import sys
import time
import traceback
from typing import Any, Dict

from .commands import Commands
from .files import LOADER_ZIP, TEMPORARY, Home, discard
from .layout import LAYOUT, number_in
from .releases import HAND_OVER, Release, highest_number, live
from .status import STATUS, read_pointer, read_status, sign_status, write_status
from .takeover import hand_over, take_over
from .unpack import unpack

MOST_TRIES = 3


def prepare_and_activate(home: Home, wsgi_file: str, lock: int) -> None:
    """Mend what a killed worker or somebody's hand has left, then do what the pointer says."""
    if highest_number(home) > LAYOUT:  # somebody had the lock before, and was newer
        return
    try:
        take_over(home, wsgi_file)
    except Exception:  # a full disk, say: what was not taken over is still found
        traceback.print_exc()
    status = read_status(home)
    if number_in(home.read("status.json")) != LAYOUT:
        status["live"] = live(home)
    sign_status(home, status)
    told = Release(home, status["live"])
    if live(home) != told.id and told.is_whole:
        # Somebody changed `current`, or the worker was killed before it said so.
        told.make_current()
    wanted = read_pointer(home)
    if not wanted or (wanted["nonce"] == status["nonce"] and status["state"] != "activating"):
        return
    if Activation(home, wanted, status, lock).carry_out():
        hand_over(home, wsgi_file)


class Activation:
    """Makes the wanted release the live one; status.json tells how far it is."""

    def __init__(
        self, home: Home, wanted: Dict[str, Any], status: Dict[str, Any], lock: int
    ) -> None:
        self.home = home
        self.wanted = wanted
        self.status = status
        self.id: str = wanted["id"]
        self.release = Release(home, self.id)
        end = time.monotonic() + wanted["seconds"]
        self.commands = Commands(self.release, lock, end, self.tell)
        if status["nonce"] != wanted["nonce"]:
            discard(home.at("output.log"))
            rows = status["releases"]
            self.status = {**STATUS, "nonce": wanted["nonce"], "id": self.id, "releases": rows}
            self.status["previous"] = live(home)

    def carry_out(self) -> bool:
        """Whether the wanted release is live now. Otherwise the former one is as it was."""
        try:
            self.tell(state="activating", live=live(self.home), tries=self.status["tries"] + 1)
            self.place()
            self.check_secrets()
            self.run()
            self.release.make_current()
        except Exception as error:
            said = str(error) or repr(error)
            sys.stderr.write("pa-deploy: release %s was refused: %s\n" % (self.id, said))
            self.prune()
            try:
                self.tell(state="refused", error=said)
            except OSError as full:  # a full disk has no room for the status either
                discard(self.home.at("output.log"))
                self.tell(error="%s (%s)" % (said, full))
            return False
        self.tell(state="live", live=self.id, releases=self.wanted["releases"])
        self.prune()
        return True

    def tell(self, **news: object) -> None:
        """Write the status down."""
        self.status.update(news)
        write_status(self.home, self.status)

    def place(self) -> None:
        """Have the release whole on the disk; its record, written last, says that it is."""
        if self.status["tries"] > MOST_TRIES:  # each successor of a killed worker tries anew
            raise RuntimeError("the web worker was killed %d times" % MOST_TRIES)
        if self.release.is_whole:
            self.renew_secrets()
            return
        self.tell(step="unpack")
        for digest, archive in self.wanted["layers"].items():
            if not os.path.isdir(self.home.at("layers", digest)):
                unpack(self.home, archive, digest, self.home.at("layers", digest))
        folder = self.home.at("releases", self.id)
        files = unpack(self.home, self.wanted["code"], self.id, folder, "code")
        self.release.keep({**self.wanted["record"], "files": files, "layout": LAYOUT})

    def renew_secrets(self) -> None:
        """If they were lost, a deploy has sent them again; a rollback's pointer has no record."""
        record = self.release.record
        if record.get("secrets_lost") and self.wanted["record"]:
            env = self.wanted["record"]["env"]
            self.release.keep({**record, "env": env, "secrets_lost": False})

    def check_secrets(self) -> None:
        record = self.release.record
        if record.get("env") or record.get("secrets_lost"):
            self.tell(step="secrets")
            self.release.variables()

    def run(self) -> None:
        """Run the commands that no earlier try has run, then see whether the app is imported."""
        told = [("run: " + command, command) for command in self.wanted["run"]]
        told += [("first-run: " + command, command) for command in self.wanted.get("first_run", [])]
        for number, (step, command) in list(enumerate(told, start=1))[self.status["ran"] :]:
            self.tell(step=step)
            self.commands.shell(step, command)
            self.tell(ran=number)
        record = self.release.record
        for folder in record.get("python_path", []):
            if not os.path.isdir(os.path.join(self.release.code, folder)):
                self.tell(step="python-path: " + folder)
                raise RuntimeError("%s is not a folder of the release" % folder)
        step = "import: " + record["app"]
        self.tell(step=step)
        self.commands.check_import(step)

    def prune(self) -> None:
        """Remove what the releases that were live and are listed do not need, but no new layer."""
        rows = [row for row in self.status["releases"] if isinstance(row, dict)]
        ids = {row.get("id") for row in rows} | {self.status["previous"], live(self.home)}
        records = [Release(self.home, str(each)).record for each in ids]
        layers = {name for record in records for name in record.get("layers", [])}
        layers.update(self.wanted["layers"])
        kept = {"records": ids, "secrets": ids, "layers": layers, "first": ids}
        kept["releases"] = ids | {HAND_OVER}
        for folder in ("records", "secrets", "releases", "first", "layers", *TEMPORARY):
            for name in self.home.names_in(folder):  # a record goes before its folder
                is_hidden = name.startswith(".") and folder in kept
                is_kept = name.partition(".")[0] in kept.get(folder, ())
                if not is_hidden and (not is_kept or name.endswith(".new")):
                    discard(self.home.at(folder, name))
        prune_loaders(self.home)


def prune_loaders(home: Home) -> None:
    """Keep this one, and the newest of the others, which serves if this one gets damaged."""
    own = os.path.basename(LOADER_ZIP)
    others = [home.at("loader", name) for name in home.names_in("loader") if name != own]
    for path in sorted(others, key=os.path.getmtime)[:-1]:
        discard(path)
