"""Prepare the wanted release beside the live site, or refuse it: what the preparer does.

It has the loader's lock, and writes down how far it is. If it is killed, the next import starts
another, which goes on from there. Only an import switches: see `switch.py`.
"""

from __future__ import annotations

import os
import threading
import time
from contextlib import contextmanager, suppress
from typing import Any, Dict, Iterator, List

from .apart import begin_changes, put_right, set_apart
from .attempt import VERDICT, step_of
from .backups import back_up
from .boot import keep_lock
from .commands import NOT_WANTED, Commands, Failed
from .files import OUTPUT, Home, discard
from .former import has_taken_data
from .generated import generate, names_in
from .installing import discard_half_made, tries_with_progress
from .interpreter import python_of
from .inventory import note_files, written
from .late import written_late
from .lease import has_lease
from .leaving import Leaving
from .placing import Placing
from .pruning import Pruning
from .releases import Release, live
from .samples import Samples, has_files
from .saving import save_room
from .seal import are_secrets_as_sealed
from .start import words_of_preparer
from .status import begun, is_decided, read_pointer, read_status, trim_output, write_status
from .twins import Twins
from .unpack import manifest_of
from .uploads import Uploads
from .virtualenvs import lacks_virtualenv, make_virtualenv

MOST_TRIES = 3
BEAT_SECONDS = 1.0
"""How often the status is written, so that pa-deploy sees that the preparer lives."""


def be_the_preparer(base: str, lock: int, writer: int, origin: str) -> None:
    """Leave the process that started this one, and prepare until nothing is left to do.

    Both files are held until the end: see `start.py`. `origin` is as in `origin.restore`.
    """
    if os.fork():
        os._exit(0)
    for file in (lock, writer):
        os.set_inheritable(file, False)
    home = Home(base)
    wanted, before = read_pointer(home), ""
    while wanted and wanted["nonce"] != before:  # it may have changed meanwhile
        before = wanted["nonce"]
        status = read_status(home)
        if not is_decided(status, wanted):
            preparation = Preparation(home, wanted, status, lock)
            try:
                preparation.carry_out()
            except OtherPython as other:
                _go_on_with(str(other), home, lock, writer, origin)
            if preparation.is_ousted:
                return
            trim_output(home)
        wanted = read_pointer(home)


class OtherPython(Exception):
    """The Python that has to go on with the preparation, which was not there when it began."""


def _go_on_with(python: str, home: Home, lock: int, writer: int, origin: str) -> None:
    """Become the preparer anew. It holds the files meanwhile."""
    for file in (lock, writer):
        os.set_inheritable(file, True)
    words = words_of_preparer(python, home, lock, writer, origin)
    os.execv(python, words)  # noqa: S606


class Preparation:
    """Makes the wanted release ready to serve; status.json tells how far it is."""

    def __init__(
        self, home: Home, wanted: Dict[str, Any], status: Dict[str, Any], lock: int
    ) -> None:
        self.home = home
        self.wanted = wanted
        self.status = begun(home, status, wanted)
        self.id: str = wanted["id"]
        self.release = Release(home, self.id)
        end = time.monotonic() + wanted["seconds"]
        self.commands = Commands(self.release, lock, end)
        self._lock = lock
        self.is_ousted = False
        """Whether somebody has removed the lock, and another preparer has taken it."""
        self.leaving = Leaving(self.release, wanted, self.tell)
        self.taken: List[str] = []
        self._telling = threading.Lock()

    def carry_out(self) -> None:
        """The release is ready after it, or refused. The live one is as it was."""
        try:
            self.tell(state="preparing", live=live(self.home), tries=self.status["tries"] + 1)
            leave = self.wanted.get("discard", [])
            self.tell(late=self.status["late"] or written_late(self.home, leave))
            with self.heart():
                self.undo_changes()
                self.have_virtualenv()
                self.leaving.bring_back()
                is_live = self.id == live(self.home)
                if not is_live:
                    self.taken = self.leaving.take_along(self.files)
                self.place()
                self.check_secrets()
                if not is_live:  # that one has been through it, and serves
                    self.make_ready()
                self.insist_on_wanted()
                rows = self.rows_to_keep()
                self.prune([*rows, {"id": self.id}])
            self.tell(state="ready", step="", releases=rows)
        except OtherPython:
            raise
        except Twins as error:
            told = {"paths": error.paths, "count": error.count, "share": [], "twice": error.paths}
            self.tell(step="wrote: " + error.paths[0], wrote=told)
            self.refuse(str(error))
        except Exception as error:
            self.refuse(str(error) or repr(error))

    def undo_changes(self) -> None:
        """Put right what commands of an earlier preparation have changed, as it was killed."""
        if self.status["ran"]:  # the others are still to come
            return
        try:
            put_right(self.home)
        except Exception:
            self.tell(step="environment")
            raise

    def have_virtualenv(self) -> None:
        """Make the web app's virtualenv if it is not there. Raises OtherPython if it was made."""
        if not lacks_virtualenv(self.home, self.wanted):
            return
        self.limit_tries()
        make_virtualenv(self.home, self.wanted, self.commands, self.tell)
        self.tell(step="", tries=self.status["tries"] - 1)
        version, virtualenv = str(self.wanted.get("python", "")), self.wanted["virtualenv"]
        raise OtherPython(python_of(self.home, version, virtualenv).path)

    def limit_tries(self) -> None:
        """An error if it was killed too often. Each successor of a killed one tries anew."""
        if self.status["tries"] - tries_with_progress(self.home) > MOST_TRIES:
            raise RuntimeError("its preparation was killed %d times" % MOST_TRIES)

    @property
    def files(self) -> Dict[str, Any]:
        """The manifest of the release, whether it is there already or not."""
        known = self.release.record.get("files")
        return known or manifest_of(self.home, self.wanted["code"])

    @property
    def is_wanted(self) -> bool:
        """Whether the pointer still says the same; pa-deploy withdraws it if a run ends early."""
        return bool(read_pointer(self.home).get("nonce") == self.wanted["nonce"])

    def insist_on_wanted(self) -> None:
        if self.is_ousted or not self.is_wanted:
            raise RuntimeError(NOT_WANTED)

    def refuse(self, said: str) -> None:
        if self.is_ousted:
            return
        serving = Release(self.home, live(self.home)).environment.id
        discard_half_made(self.home, self.wanted.get("environment", {}), serving)
        self.prune(self.status["releases"])
        try:
            self.put_right()
        except Exception as error:
            said = "%s (%s)" % (said, error) if self.is_wanted else said
        try:
            self.tell(state="refused", error=said)
        except OSError as full:  # a full disk has no room for the status either
            discard(self.home.at(OUTPUT))
            self.tell(state="refused", error="%s (%s)" % (said, full))

    def tell(self, **news: object) -> None:
        """Write the status down."""
        with self._telling:
            self.status.update(news)
            if not self.is_ousted:
                self.status["lock"] = os.fstat(self._lock).st_ino
                write_status(self.home, self.status)

    @contextmanager
    def heart(self) -> Iterator[None]:
        """Write the status down again and again, meanwhile."""
        end = threading.Event()

        def beat() -> None:
            while not end.wait(BEAT_SECONDS):
                self.is_ousted = self.is_ousted or not keep_lock(self.home, self._lock)
                if self.is_ousted or not self.is_wanted:
                    self.commands.stop()
                with suppress(OSError):  # of a full disk, the work hears too
                    self.tell(beat=self.status["beat"] + 1)

        thread = threading.Thread(target=beat, daemon=True)
        thread.start()
        try:
            yield
        finally:
            end.set()
            thread.join()

    def place(self) -> None:
        """Have the release whole on the disk; its record, written last, says that it is."""
        self.limit_tries()
        is_known = self.status["placed"] or self.was_live
        placing = Placing(self.release, self.wanted, self.tell, self.taken, self.commands)
        placing.carry_out(is_known=is_known)

    @property
    def was_live(self) -> bool:
        """Whether it is live, or has been."""
        rows = self.status["releases"]
        return self.id in [
            live(self.home),
            *(row.get("id") for row in rows if isinstance(row, dict)),
        ]

    def check_secrets(self) -> None:
        record = self.release.record
        if record.get("generate"):
            self.tell(step="secrets")
            generate(self.home, names_in(record))
        if record.get("env") or record.get("secrets_lost"):
            self.tell(step="secrets")
            self.release.variables()
            if not are_secrets_as_sealed(self.home, self.id, record):
                raise RuntimeError("somebody has changed its secrets on PythonAnywhere")

    def make_ready(self) -> None:
        """Run and try the release, while the live one serves, and may write meanwhile."""
        is_rollback = not self.wanted["record"]  # no command runs then
        own = written(self.release) if self.was_live and not is_rollback else []
        self.run()
        if not is_rollback:
            if live(self.home):
                save_room(self.release, Release(self.home, live(self.home)))
            note_files(self.release, own)
        self.leaving.bring_back()
        self.leaving.look(self.files)
        self.leaving.say_what_stays(self.status["wrote"])

    def run(self) -> None:
        """Run the commands that no earlier try has run, then see whether the app is imported."""
        told = [("run: " + command, command) for command in self.wanted["run"]]
        told += [("first-run: " + command, command) for command in self.first_run()]
        if told and not self.status["ran"]:
            self.tell(step="backups")
            back_up(self.home, self.wanted.get("backups", 0), self.release.record.get("shared", []))
            begin_changes(self.release)
        for number, (step, command) in list(enumerate(told, start=1))[self.status["ran"] :]:
            self.tell(step=step)
            self.commands.shell(step, command)
            self.tell(ran=number)
        if told:
            set_apart(self.release)
            self.put_right()
        record = self.release.record
        for folder in record.get("python_path", []):
            if not os.path.isdir(os.path.join(self.release.code, folder)):
                self.tell(step="python-path: " + folder)
                raise RuntimeError("%s is not a folder of the release" % folder)
        self.check_mapped()
        served = Release(self.home, live(self.home)).code if live(self.home) else ""
        samples = Samples(self.release.code, served, self.home.account)
        sampled, rivals = self.wanted.get("sampled", []), self.wanted.get("rivals", [])
        self.tell(samples=samples.find(sampled, rivals))
        self.try_out()

    def put_right(self) -> None:
        """Have the packages of other releases as they were. An error if a part of them is lost:
        then pa-deploy sends it again, and the commands write to copies.
        """
        if put_right(self.home) or not live(self.home):
            return
        release = Release(self.home, self.id)
        if release.record:  # it was not removed
            release.change(environment=self.wanted.get("environment", {}).get("id", ""))
        if self.is_wanted:
            self.tell(step="damaged: dependencies")
        raise RuntimeError("a command has written into files of the packages")

    def first_run(self) -> List[str]:
        """The commands for a new site. They may empty a database, so a site with data has none."""
        commands = list(self.wanted.get("first_run", []))
        if commands and has_taken_data(self.home):
            self.home.say("first-run is left out: the data of the former site is there already")
            return []
        return commands

    def check_mapped(self) -> None:
        """See whether the folders that are to be served have files."""
        for folder in self.wanted.get("mapped", []):
            path = os.path.join(self.release.code, folder)
            if not os.path.exists(path):
                self.tell(step="static-files: " + folder)
                raise RuntimeError("%s is missing after the commands" % folder)
            if os.path.isdir(path) and not has_files(path):
                self.tell(step="static-files: " + folder)
                raise RuntimeError("%s is empty after the commands" % folder)

    def try_out(self) -> None:
        """See whether the app can be imported and answers well. `verdict` tells why not."""
        app, asked = self.release.record["app"], self.wanted.get("try") or {}
        if not app and not asked:  # static files only
            return
        step = "import: " + app if app else step_of(asked)
        self.tell(step=step)
        discard(self.home.at(VERDICT))
        try:
            self.commands.try_out(step, asked)
        except Failed:
            verdict = {"step": "import", "error": "", **self.home.read(VERDICT)}
            if verdict["step"] != "import":
                self.tell(step=verdict["step"])
            if not verdict["error"]:  # it was killed, or has ended itself
                raise
            raise RuntimeError(verdict["error"]) from None
        finally:
            discard(self.home.at(VERDICT))

    def rows_to_keep(self) -> Any:
        """The rows of the releases that stay, whether it is switched to or not."""
        wanted = {row["id"] for row in self.wanted["releases"] if isinstance(row, dict)}
        kept = wanted | {self.status["previous"], live(self.home)}
        return [row for row in self.status["releases"] if row.get("id") in kept]

    def prune(self, rows: Any) -> None:
        """Remove what the releases of the rows and the live one do not need, but no new packages.

        Once nobody waits for it, another run may be uploading what it is about to want: then all is
        left to the next preparation.
        """
        if not (self.is_wanted and has_lease(self.home)):
            return
        listed = {row.get("id") for row in rows if isinstance(row, dict)}
        ids = listed | {self.status["previous"], live(self.home)}
        known = [row.get("id") for row in self.status["releases"]]
        alone = self.wanted.get("alone")
        uploads = None if alone else Uploads(self.home, self.wanted, known)
        packages, leave = self.wanted.get("environment", {}), self.wanted.get("discard", [])
        pruning = Pruning(self.home, map(str, ids), packages, uploads, leave)
        pruning.rescue(but=self.id)
        pruning.carry_out()
