"""The WSGI file of a web app whose code pa-deploy ships; pa-deploy fills in BASE.

To leave: `pa-deploy release detach` puts back the WSGI file that was here before.

If pointer.json names another release than the live one, the first worker puts that in place, and
the others wait. Then the app is imported. Whatever fails, what served before goes on serving, and
status.json says why. Standard library only, Python 3.8 to 3.14. More: docs/releases.md.
"""

from __future__ import annotations

import errno
import fcntl
import functools
import hashlib
import importlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import time
import traceback
from contextlib import suppress
from typing import (
    Any,
    Callable,
    Dict,
    Iterator,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Sequence,
    Tuple,
)

BASE = ""
LAYOUT = 2
"""The number of the layout of the files under BASE. A newer pa-deploy may have a greater one."""
HIGHEST_NUMBER = 9999
"""A greater number means that the file is damaged."""

PLACES = (
    *("releases", "records", "secrets", "layers", "shared", "incoming", "unpacking"),
    *("first", "lock", "before", "bin"),
)
"""The folders under BASE; nobody but the account may look into them."""
TEMPORARY = ("incoming", "unpacking")
MADE_HERE = ("releases", "records", "secrets", "layers", "shared", "unpacking", "first", "bin")
RELEASE_ID = re.compile("[0-9A-Za-z_-]+")
STATUS: Dict[str, Any] = {
    "nonce": "",
    "id": "",
    "state": "",
    "step": "",
    "error": "",
    "live": "",
    "previous": "",
    "releases": [],
    "tries": 0,
    "ran": 0,
    "output": "",
    "output_bytes": 0,
}
"""What status.json says if nothing has happened yet."""
MOST_TRIES = 3
OUTPUT_BYTES = 64 * 1024
FULL_DISK = (errno.ENOSPC, errno.EDQUOT)
GRACE_SECONDS = 0.5
"""How long a command's background processes may take to end by themselves."""
TERM_SECONDS = 1.0
"""How long a command whose time is over may take to end, before it is killed."""
STOP_SECONDS = 5.0
"""How long what starts anew again and again is killed."""
TIMED_OUT = 124
"""The exit code of a command whose time is over, as that of `timeout`."""
SUPERVISE = "--supervise"
"""No id of a release begins so."""
PR_SET_CHILD_SUBREAPER = 36

FIRST = "releases/%s.json"
"""Where the first edition (layout 1) had a release's record, and FIRST_ENV its variables."""
FIRST_ENV = "releases/%s.env"
HAND_OVER = "code"
"""What the first edition's loader takes for the live release, because `current` ends so. That is a
copy of this file, so that all goes on even if somebody has put back the first edition's WSGI file.
"""
COPY = "pa_deploy_loader"


# --- files


def at(*names: str) -> str:
    return os.path.join(BASE, *names)


def read(name: str) -> Dict[str, Any]:
    """A JSON object under BASE; an empty one if there is none that can be read."""
    try:
        with open(at(name), encoding="utf-8") as file:
            return dict(json.load(file))
    except (OSError, ValueError, TypeError, RecursionError):
        return {}


def write(name: str, value: object) -> None:
    write_bytes(name, json.dumps(value).encode())


def write_bytes(name: str, content: bytes) -> None:
    """Replace a file whole, power cut or not; only the account can read it.

    On a full disk there is no room for a second file. Then the first one is written over, which a
    power cut could leave half done.
    """
    try:
        write_aside(name, content)
    except OSError as error:
        if error.errno not in FULL_DISK:
            raise
        discard(at(name + ".new"))
        if not os.path.exists(at(name)):
            raise
        with open(at(name), "r+b") as file:
            file.write(content)
            file.truncate()


def write_aside(name: str, content: bytes) -> None:
    new = at(name + ".new")
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    move(new, at(name))


def move(old: str, new: str) -> None:
    os.replace(old, new)
    folder = os.open(os.path.dirname(new), os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def discard(path: str) -> None:
    """Remove whatever is there; a link is removed, not what it leads to."""
    shutil.rmtree(path, ignore_errors=True)  # leaves files and links alone
    with suppress(OSError):
        os.unlink(path)


def names_in(folder: str) -> List[str]:
    with suppress(OSError):
        return sorted(os.listdir(at(folder)))
    return []


def close_folders() -> None:
    """Let nobody else look into BASE. Once status.json has a layout number, this was done."""
    os.makedirs(BASE, mode=0o700, exist_ok=True)
    if os.path.basename(os.path.dirname(BASE)) == ".pa-deploy":
        os.chmod(os.path.dirname(BASE), 0o700)
    os.chmod(BASE, 0o700)
    for name in MADE_HERE:
        os.makedirs(at(name), exist_ok=True)
    for name in PLACES:
        if os.path.isdir(at(name)):
            os.chmod(at(name), 0o700)
    for name in names_in("secrets"):
        os.chmod(at("secrets", name), 0o600)
    if os.path.exists(at("pointer.json")):
        os.chmod(at("pointer.json"), 0o600)


# --- releases that are there


def number_in(value: Mapping[str, Any]) -> int:
    """The layout number that a file carries; 0 if what it carries cannot be one."""
    number = value.get("layout")
    return number if type(number) is int and 0 < number <= HIGHEST_NUMBER else 0


def highest_number() -> int:
    """The highest layout number in the files here."""
    files = (read("pointer.json"), read("status.json"), read("records/%s.json" % live()))
    return max(number_in(file) for file in files)


def live() -> str:
    """The id of the release that `current` leads to, or an empty string."""
    if not os.path.islink(at("current")):
        return ""
    way = os.path.relpath(os.path.realpath(at("current")), os.path.realpath(at("releases")))
    release = way.split(os.sep)[0]
    return release if RELEASE_ID.fullmatch(release) else ""


def record_of(release: str) -> Dict[str, Any]:
    """What a release is made of; an empty object if it is not known."""
    record = read("records/%s.json" % release)
    if not record and release != HAND_OVER:
        record = first_record(release)
    return record if is_sound(record) else {}


def is_sound(record: Mapping[str, Any]) -> bool:
    lists = all(isinstance(record.get(name, []), list) for name in ("layers", "env", "python_path"))
    variables = record.get("variables", {})
    return lists and isinstance(variables, dict) and isinstance(record.get("app"), str)


def first_record(release: str) -> Dict[str, Any]:
    """The first edition's record in today's words; an empty object if there is none."""
    record = read(FIRST % release)
    if not record:
        return {}
    env = first_env(release)
    if env is None:
        return {**record, "layout": 1, "env": [], "secrets_lost": True}
    return {**record, "layout": 1, "env": sorted(env)}


def first_env(release: str) -> Optional[Dict[str, Any]]:
    """The variables of a release of the first edition; None if nobody knows them any more.

    It wrote their file for each release, also if there were none. What its pointer has is as good.
    """
    pointer = read("release.json")
    is_told = pointer.get("id") == release and pointer.get("record")  # a rollback's has none
    told = pointer.get("env") if is_told else None
    found: Any = None
    with suppress(OSError, ValueError, RecursionError):
        found = json.loads(open_and_read(at(FIRST_ENV % release)))
    known = [each for each in (told, found) if isinstance(each, dict)]
    return {name: each[name] for each in known for name in each} if known else None


def code_of(release: str, record: Mapping[str, Any]) -> str:
    """The folder of a release's code."""
    number = number_in(record)
    if number == 1:
        return at("releases", release)
    if number > LAYOUT:
        return os.path.realpath(at("current"))
    return at("releases", release, "code")


def is_whole(release: str, record: Mapping[str, Any]) -> bool:
    """Whether its code and layers are on the disk."""
    places = [code_of(release, record), *layers_of(record)]
    return bool(record) and all(os.path.isdir(place) for place in places)


def layers_of(record: Mapping[str, Any]) -> List[str]:
    return [at("layers", name) for name in record.get("layers", [])]


def variables_of(release: str, record: Mapping[str, Any]) -> Dict[str, str]:
    """What the app and the commands find in their environment. An error if secrets are missing."""
    if record.get("secrets_lost"):
        raise RuntimeError(
            "its secrets are missing on PythonAnywhere: the file in which an earlier pa-deploy has "
            "kept them was damaged or deleted. A deploy sends them again"
        )
    secrets = read("secrets/%s.json" % release) or first_env(release) or {}
    names = record.get("env", [])
    missing = [name for name in names if not isinstance(secrets.get(name), str)]
    if missing:
        raise RuntimeError(
            "its secrets are missing on PythonAnywhere: %s. A deploy sends them again"
            % ", ".join(missing)
        )
    return {
        **{name: str(value) for name, value in record.get("variables", {}).items()},
        **{name: secrets[name] for name in names},
        "PA_DEPLOY_RELEASE": release,
        "PA_DEPLOY_COMMIT": str(record.get("commit", "")),
        "PA_DEPLOY_RUN_URL": str(record.get("run_url", "")),
    }


def search_path(release: str, record: Mapping[str, Any], variables: Mapping[str, str]) -> List[str]:
    """`python-path`, the release, the user's PYTHONPATH, the dependencies."""
    code = code_of(release, record)
    given = [each for each in variables.get("PYTHONPATH", "").split(os.pathsep) if each]
    first = [folder for folder in record.get("python_path", []) if folder != "."]
    own = [os.path.join(code, folder) for folder in first]
    return [*own, code, *(os.path.join(code, each) for each in given), *layers_of(record)]


def lead_to(release: str, record: Mapping[str, Any]) -> None:
    """Let `current` lead to a release."""
    target = os.path.join("releases", release, "code")
    if number_in(record) == 1:
        target = os.path.join("first", release, "code")
        os.makedirs(at("first", release), exist_ok=True)
        with suppress(FileExistsError):
            os.symlink(os.path.join("..", "..", "releases", release), at(target))
    if os.path.islink(at("current")):
        if os.readlink(at("current")) == target:
            return
    else:
        discard(at("current"))  # somebody has made a folder of it
    discard(at("current.new"))
    os.symlink(target, at("current.new"))
    move(at("current.new"), at("current"))


# --- serving


def main() -> Any:
    """The application that is live, once the wanted release is in place or refused."""
    number = highest_number()
    if number > LAYOUT:
        return serve_newer(number)
    try:
        close_folders()
        with open(at("loader.lock"), "ab", opener=private) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            prepare_and_activate(lock.fileno())
    except Exception:  # whatever it is, it must not take the site down
        traceback.print_exc()
    if live():
        return load(live())
    sys.path.append(at("before"))
    return importlib.import_module("wsgi_before").application


def serve_newer(number: int) -> Any:
    """Serve what is live, if it can be read, and touch nothing."""
    said = (
        "pa-deploy: the releases in %s have layout %d, from a newer pa-deploy. This WSGI file "
        "knows layouts up to %d, so it changes nothing. Use the newer pa-deploy."
    ) % (BASE, number, LAYOUT)
    sys.stderr.write(said + "\n")
    try:
        return load(live())
    except Exception as error:
        raise RuntimeError(said) from error


def load(release: str) -> Callable[..., Any]:
    """Import a release's app, and let each of its answers name the release."""
    record = record_of(release)
    if not record:
        raise RuntimeError("the record of release %s is missing or damaged" % release)
    try:
        variables = variables_of(release, record)
    except RuntimeError as error:
        raise RuntimeError("release %s does not start: %s" % (release, error)) from None
    sys.path[:0] = search_path(release, record, variables)
    os.environ.update(variables)
    os.chdir(code_of(release, record))
    app = import_app(record["app"])

    def application(environ: Any, start_response: Any) -> Any:
        def start(status: str, headers: Any, *error: Any) -> Any:
            return start_response(status, [*headers, ("X-Release", release)], *error)

        return app(environ, start)

    return application


def import_app(name: str) -> Callable[..., Any]:
    if not name:
        return no_app
    module, _, names = name.partition(":")
    app: Any = functools.reduce(getattr, names.split("."), importlib.import_module(module))
    if not callable(app):
        raise TypeError("%s is not callable" % name)
    return app  # type: ignore[no-any-return]


def no_app(_environ: Any, start: Any) -> List[bytes]:
    """The answer of a release that has static files only."""
    start("404 Not Found", [("Content-Type", "text/plain")])
    return [b"Not Found\n"]


# --- what is done under the lock


def prepare_and_activate(lock: int) -> None:
    number = highest_number()
    if number > LAYOUT:  # somebody had the lock before, and was newer
        return
    try:
        take_over()
    except Exception:  # a full disk, say: what was not taken over is still found
        traceback.print_exc()
    status = read_status()
    if number_in(read("status.json")) != LAYOUT:
        status["live"] = live()
        write("status.json", {**status, "layout": LAYOUT})
    record = record_of(status["live"])
    if live() != status["live"] and is_whole(status["live"], record):
        lead_to(
            status["live"], record
        )  # somebody changed it, or the worker was killed before it said so
    wanted = read_pointer()
    if wanted and (wanted["nonce"] != status["nonce"] or status["state"] == "activating"):
        Activation(wanted, status, lock).carry_out()


def read_status() -> Dict[str, Any]:
    """What was done last. A damaged value counts as missing."""
    status = read("status.json")
    return {
        name: status[name] if type(status.get(name)) is type(default) else default
        for name, default in STATUS.items()
    }


def read_pointer() -> Dict[str, Any]:
    """What should be live; an empty object if the pointer is missing or damaged."""
    pointer = read("pointer.json")
    if not pointer:
        return {}
    texts = all(isinstance(pointer.get(name), str) for name in ("id", "nonce"))
    if number_in(pointer) == LAYOUT and texts and RELEASE_ID.fullmatch(pointer["id"]):
        return pointer
    sys.stderr.write("pa-deploy: %s is damaged, so it was ignored\n" % at("pointer.json"))
    return {}


def take_over() -> None:
    """Move what the first edition has written to its new place. A second call goes on."""
    hand_over()
    old = [name for name in names_in("releases") if name.endswith((".json", ".env", ".new"))]
    old = [name for name in old if name.partition(".")[0] != HAND_OVER]
    for release in [name[: -len(".json")] for name in old if name.endswith(".json")]:
        record = first_record(release)
        if is_sound(record):
            take_over_secrets(release)
            write("records/%s.json" % release, record)
    if record_of(live()):
        lead_to(live(), record_of(live()))
    for name in sorted(old, key=lambda name: name.endswith(".env")):  # a record before its values
        discard(at("releases", name))
    discard(at("release.json"))


def take_over_secrets(release: str) -> None:
    """A file that cannot be read is kept as it is, for people."""
    env = first_env(release)
    if env is not None:
        write("secrets/%s.json" % release, env)
    elif os.path.lexists(at(FIRST_ENV % release)):
        move(at(FIRST_ENV % release), at("secrets/%s.json" % release))


def hand_over() -> None:
    """Let the first edition's loader find this one, and remove no layer that is needed."""
    text = open_and_read(__file__)
    copy = os.path.join("releases", HAND_OVER, COPY + ".py")
    os.makedirs(at("releases", HAND_OVER), mode=0o700, exist_ok=True)
    if not os.path.exists(at(copy)) or open_and_read(at(copy)) != text:
        write_bytes(copy, text)
    record = {"id": HAND_OVER, "app": COPY + ":application", "layers": names_in("layers")}
    if read(FIRST % HAND_OVER) != record:
        write(FIRST % HAND_OVER, record)


def open_and_read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


class Activation:
    """Makes the wanted release the live one, under the lock; status.json tells how far it is."""

    def __init__(self, wanted: Dict[str, Any], status: Dict[str, Any], lock: int) -> None:
        self.wanted = wanted
        self.status = status
        self.lock = lock
        self.id: str = wanted["id"]
        self.end = time.monotonic() + wanted["seconds"]
        self.own_env = dict(os.environ)
        if status["nonce"] != wanted["nonce"]:
            discard(at("output.log"))
            rows = status["releases"]
            self.status = {**STATUS, "nonce": wanted["nonce"], "id": self.id, "releases": rows}
            self.status["previous"] = live()

    def carry_out(self) -> None:
        try:
            self.tell(state="activating", live=live(), tries=self.status["tries"] + 1)
            record = self.place()
            self.check_secrets(record)
            self.run(record)
            lead_to(self.id, record)
        except Exception as error:
            said = str(error) or repr(error)
            sys.stderr.write("pa-deploy: release %s was refused: %s\n" % (self.id, said))
            self.prune()
            try:
                self.tell(state="refused", error=said)
            except OSError as full:  # a full disk has no room for the status either
                discard(at("output.log"))
                self.tell(error="%s (%s)" % (said, full))
        else:
            self.tell(state="live", live=self.id, releases=self.wanted["releases"])
            self.prune()
            hand_over()

    def tell(self, **news: object) -> None:
        """Write down the state and the end of the commands' output."""
        self.status.update(news)
        with open(at("output.log"), "ab+", opener=private) as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - OUTPUT_BYTES))
            text = file.read().decode("utf-8", "surrogateescape")
        told = {**self.status, "output": text, "output_bytes": size, "layout": LAYOUT}
        write("status.json", told)

    def place(self) -> Dict[str, Any]:
        """Have the release whole on the disk; its record, written last, says that it is."""
        wanted = self.wanted
        if self.status["tries"] > MOST_TRIES:  # each successor of a killed worker tries anew
            raise RuntimeError("the web worker was killed %d times" % MOST_TRIES)
        record = record_of(self.id)
        if is_whole(self.id, record):
            return self.with_secrets(record)
        self.tell(step="unpack")
        for digest, archive in wanted["layers"].items():
            if not os.path.isdir(at("layers", digest)):
                unpack(archive, digest, at("layers", digest))
        files = unpack(wanted["code"], self.id, at("releases", self.id), "code")
        record = {**wanted["record"], "files": files, "layout": LAYOUT}
        write("records/%s.json" % self.id, record)
        return record

    def with_secrets(self, record: Dict[str, Any]) -> Dict[str, Any]:
        """If they were lost, a deploy has sent them again; a rollback's pointer has no record."""
        if not record.get("secrets_lost") or not self.wanted["record"]:
            return record
        record = {**record, "env": self.wanted["record"]["env"], "secrets_lost": False}
        write("records/%s.json" % self.id, record)
        return record

    def check_secrets(self, record: Mapping[str, Any]) -> None:
        if record.get("env") or record.get("secrets_lost"):
            self.tell(step="secrets")
            variables_of(self.id, record)

    def run(self, record: Mapping[str, Any]) -> None:
        """Run the commands that no earlier try has run, then see whether the app is imported."""
        python = own_python()
        env = self.environment(python, record)
        shell = ["/bin/bash", "-o", "pipefail", "-c"]
        commands = [("run", command) for command in self.wanted["run"]]
        commands += [("first-run", command) for command in self.wanted.get("first_run", [])]
        for number, (kind, command) in list(enumerate(commands, start=1))[self.status["ran"] :]:
            self.command("%s: %s" % (kind, command), [*shell, command], env, record)
            self.tell(ran=number)
        for folder in record.get("python_path", []):
            if not os.path.isdir(os.path.join(code_of(self.id, record), folder)):
                self.tell(step="python-path: " + folder)
                raise RuntimeError("%s is not a folder of the release" % folder)
        own_env = {**self.own_env, "PYTHONUNBUFFERED": "1"}
        words = [python, __file__, BASE, self.id]
        self.command("import: " + record["app"], words, own_env, record)

    def environment(self, python: str, record: Mapping[str, Any]) -> Dict[str, str]:
        """What the commands find. `python` is the web app's, whatever PATH the user gives."""
        programs = os.path.dirname(python)
        if sys.prefix == sys.base_prefix:  # not a virtualenv, whose bin has it by that name
            programs = at("bin", os.path.basename(python))
            os.makedirs(programs, exist_ok=True)
            with suppress(FileExistsError):
                os.symlink(python, os.path.join(programs, "python"))
        variables = variables_of(self.id, record)
        env = {**self.own_env, "PYTHONUNBUFFERED": "1", **variables}
        bins = [programs, *(os.path.join(layer, "bin") for layer in layers_of(record))]
        env["PATH"] = os.pathsep.join([*bins, env.get("PATH", os.defpath)])
        env["PYTHONPATH"] = os.pathsep.join(search_path(self.id, record, variables))
        return env

    def command(
        self, step: str, words: Sequence[str], env: Mapping[str, str], record: Mapping[str, Any]
    ) -> None:
        """Run to the end. A killed worker's successor waits for the lock, which `supervise` has."""
        self.tell(step=step)
        seconds = max(1.0, self.end - time.monotonic())
        with open(at("output.log"), "ab", opener=private) as log:
            os.write(log.fileno(), ("$ %s\n" % step).encode("utf-8", "surrogateescape"))
            process = subprocess.Popen(
                [own_python(), "-I", "-S", "-X", "utf8", __file__, BASE, SUPERVISE, str(self.lock)],
                cwd=code_of(self.id, record),
                env=self.own_env,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=[self.lock],
            )
        if process.stdin:
            with suppress(OSError), process.stdin:
                process.stdin.write(json.dumps([words, env, seconds]).encode())
        while process.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.5)
            with suppress(OSError):  # of a full disk, the command hears too
                self.tell()
        if process.returncode:
            raise RuntimeError("it ended with exit code %d" % process.returncode)

    def prune(self) -> None:
        """Remove what the releases that were live and are listed do not need, but no new layer."""
        rows = [row for row in self.status["releases"] if isinstance(row, dict)]
        releases = {row.get("id") for row in rows} | {self.status["previous"], live()}
        layers = {name for each in releases for name in record_of(str(each)).get("layers", [])}
        layers.update(self.wanted["layers"])
        kept = {"records": releases, "secrets": releases, "layers": layers, "first": releases}
        kept["releases"] = releases | {HAND_OVER}
        for folder in ("records", "secrets", "releases", "first", "layers", *TEMPORARY):
            for name in names_in(folder):  # a record goes before its folder
                is_hidden = name.startswith(".") and folder in kept
                is_kept = name.partition(".")[0] in kept.get(folder, ())
                if not is_hidden and (not is_kept or name.endswith(".new")):
                    discard(at(folder, name))


# --- programs


def private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def own_python() -> str:
    """The Python of this process as a program; `sys.executable` may be uWSGI."""
    name = "python%d.%d" % sys.version_info[:2]
    places = [sys.prefix, sys.base_prefix, "/usr", "/usr/local"]
    return next(filter(os.path.exists, (os.path.join(each, "bin", name) for each in places)))


def supervise(lock: int) -> None:
    """Run the command that is told on stdin, end what it leaves running, and end as it has ended.

    This is a process between the web worker and the command. It alone has the user's command below
    it and the loader's lock: the lock outlives a killed worker, but no daemon can hold it.
    """
    os.set_inheritable(lock, False)
    adopt_orphans()
    words, env, seconds = json.load(sys.stdin)
    process = subprocess.Popen(words, env=env, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        code = process.wait(seconds)
    except subprocess.TimeoutExpired:
        code = TIMED_OUT
        with suppress(OSError):
            os.killpg(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(TERM_SECONDS)
    if stop_background(process.pid) and code != TIMED_OUT:
        with suppress(OSError):  # a full disk
            os.write(1, b"pa-deploy: a background process of this command was stopped\n")
    if code < 0:
        with suppress(OSError):  # nobody can change what SIGKILL does
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    sys.exit(code)


def adopt_orphans() -> None:
    """Have Linux make this process the parent of each descendant whose own parent ends.

    So a daemon, which has left the session of its command, is found all the same.
    """
    with suppress(ImportError, OSError, AttributeError):
        ctypes = importlib.import_module("ctypes")
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def stop_background(session: int) -> bool:
    """Kill what a command has left running. Returns whether there was anything."""
    end = time.monotonic() + GRACE_SECONDS
    while has_children() or left_behind(session):
        if time.monotonic() > end:
            kill_all(session)
            return True
        time.sleep(0.05)
    return False


def kill_all(session: int) -> None:
    """Kill again and again, for what dies may have started more."""
    end = time.monotonic() + STOP_SECONDS
    while time.monotonic() < end:
        left = left_behind(session)
        if not left and not has_children():
            return
        for process in left:
            with suppress(OSError):
                os.kill(process, signal.SIGKILL)
        time.sleep(0.01)


def has_children() -> bool:
    """Whether a child of this process has not ended.

    A list of /proc misses a process that starts while the list is read. Linux itself knows.
    """
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return False
    return True


def left_behind(session: int) -> List[int]:
    """The processes of a session and the descendants of this process that have not ended."""
    found = list(processes())
    family = {os.getpid()}
    size = 0
    while size < len(family):
        size = len(family)
        family |= {each.id for each in found if each.parent in family or each.session == session}
    return [each.id for each in found if each.id in family and each.id != os.getpid()]


class Process(NamedTuple):
    """A process, by numbers of Linux."""

    id: int
    parent: int
    session: int


def processes() -> Iterator[Process]:
    """All processes of this machine that can be seen and have not ended."""
    for name in names_in("/proc"):
        if not name.isdigit():
            continue
        try:
            text = open_and_read("/proc/%s/stat" % name).decode("ascii", "replace")
        except OSError:
            continue
        state, parent, _, session = text.rpartition(")")[2].split()[:4]
        if state not in "ZX":
            yield Process(int(name), int(parent), int(session))


# --- archives


class Parts:
    """The parts of an archive, read as one."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = list(names)
        self.file: Any = None

    def read(self, size: int) -> bytes:
        while True:
            piece: bytes = self.file.read(size) if self.file else b""
            if piece or not (self.file or self.names):
                return piece
            if self.file:
                self.file.close()
            self.file = open(at(self.names.pop(0)), "rb") if self.names else None  # noqa: SIM115

    def close(self) -> None:
        if self.file:
            self.file.close()


def unpack(archive: Mapping[str, Any], name: str, into: str, below: str = "") -> Dict[str, Any]:
    """Make a folder whole from an archive and what has not changed of its base; the manifest.

    It is built in `unpacking/`, for a mapping onto a release also serves what stands beside it with
    a name that begins alike. The files come to stand in the folder `below`.
    """
    if not archive["parts"]:
        raise RuntimeError("it is no longer on PythonAnywhere, or parts of it are missing")
    aside = at("unpacking", name)
    new = os.path.join(aside, below) if below else aside
    discard(aside)
    os.makedirs(new)
    for folder in (aside, new):
        os.chmod(folder, 0o700)
    parts = Parts(archive["parts"])
    try:
        files, same = extract(parts, archive, new)
    finally:
        parts.close()
    base = archive["base"]
    old = code_of(base, record_of(base))
    for path in [path for path in same if same[path][0] != "link"]:
        copy = shutil.copy2 if path.endswith(tuple(archive["copied"])) else os.link
        copy(os.path.join(old, path), inside(new, path))
    complete(new, files, archive["shared"])
    os.sync()
    discard(into)
    move(aside, into)
    return files


def extract(
    parts: Parts, archive: Mapping[str, Any], new: str
) -> Tuple[Dict[str, Any], Dict[str, Any]]:
    """Write the files of the archive. Returns the manifest, and the part that is from the base."""
    tar: Any = tarfile.open(fileobj=parts, mode="r|gz")  # type: ignore[call-overload] # noqa: SIM115
    head = json.loads(tar.extractfile(tar.next()).read())
    base = archive["base"]
    known = record_of(base)["files"] if base else {}
    same = {path: known[path] for path in set(known) - {*head["deleted"], *head["files"]}}
    files = {**same, **head["files"]}
    canonical = json.dumps(files, sort_keys=True, separators=(",", ":")).encode()
    if hashlib.sha256(canonical).hexdigest() != archive["digest"]:
        raise RuntimeError("the manifest differs from the one that was sent")
    while True:
        member = tar.next()
        if not member:
            return files, same
        path = member.name[len("files/") :]
        if not member.isreg() or path not in head["files"]:
            raise RuntimeError("the archive has %s, but its manifest does not" % member.name)
        with open(inside(new, path), "xb") as file:
            shutil.copyfileobj(tar.extractfile(member), file)
            os.fchmod(file.fileno(), 0o755 if files[path][0] == "exec" else 0o644)


def complete(new: str, files: Mapping[str, Any], shared: Sequence[str]) -> None:
    """Verify all files, and make the links: those of the manifest, and to what is shared."""
    for path, (kind, _, expected) in files.items():
        if kind == "link":
            os.symlink(expected, inside(new, path))
        elif hashlib.sha256(open_and_read(inside(new, path))).hexdigest() != expected:
            raise RuntimeError("%s differs from what was sent" % path)
    for path in [path for path in files if files[path][0] == "link"]:
        folder_in(new, path)  # links may lead out by way of each other
    for name in shared:
        here = inside(new, name.rstrip("/"))
        kept = at("shared", name.rstrip("/"))
        os.makedirs(os.path.dirname(kept), exist_ok=True)
        if os.path.lexists(here) and not os.path.lexists(kept):
            move_copy(here, kept)  # only the first release brings it
        if name.endswith("/"):
            os.makedirs(kept, exist_ok=True)
        discard(here)
        os.symlink(kept, here)


def move_copy(old: str, new: str) -> None:
    """Have a file or a folder there, whole. The files may be one with those of another release."""
    aside = at("unpacking", ".shared")
    discard(aside)
    if os.path.isdir(old) and not os.path.islink(old):
        shutil.copytree(old, aside, symlinks=True)
    else:
        shutil.copy2(old, aside, follow_symlinks=False)
    os.sync()
    move(aside, new)


@functools.lru_cache(maxsize=None)
def folder_in(base: str, path: str) -> str:
    """A folder in the base, made if need be; refused if a name or a link leads out of it."""
    full = os.path.join(base, path)
    if not (os.path.realpath(full) + "/").startswith(os.path.realpath(base) + "/"):
        raise RuntimeError("%s leads out of the release" % path)
    with suppress(FileExistsError):
        os.makedirs(full)
    return full


def inside(base: str, path: str) -> str:
    return os.path.join(folder_in(base, os.path.dirname(path)), os.path.basename(path))


if __name__ == "__main__":
    BASE = sys.argv[1]
    if sys.argv[2] == SUPERVISE:
        supervise(int(sys.argv[3]))
    else:
        load(sys.argv[2])
elif BASE:
    application = main()
