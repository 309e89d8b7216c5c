"""The WSGI file of a web app whose code pa-deploy ships; pa-deploy fills in BASE.

Where release.json names another release than the live one, the first worker puts that in place, the
others wait; then the app is imported. Whatever fails, what served before goes on serving, and
status.json says why. Standard library only, Python 3.8 to 3.14. More: docs/releases.md.
"""

from __future__ import annotations

import fcntl
import functools
import hashlib
import importlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import time
import traceback
from contextlib import suppress
from typing import Any, Callable, Mapping, Sequence

BASE = ""


def at(*names: str) -> str:
    return os.path.join(BASE, *names)


def read(name: str) -> dict[str, Any]:
    """A JSON object under BASE; an empty one where there is none that can be read."""
    with suppress(OSError, ValueError, TypeError), open(at(name), encoding="utf-8") as file:
        return dict(json.load(file))
    return {}


def write(name: str, value: object) -> None:
    """Replace a file whole, power cut or not; only the account can read it."""
    with open(at(name + ".new"), "w") as file:
        os.fchmod(file.fileno(), 0o600)
        json.dump(value, file)
        file.flush()
        os.fsync(file.fileno())
    move(at(name + ".new"), at(name))


def move(old: str, new: str) -> None:
    os.replace(old, new)
    folder = os.open(os.path.dirname(new), os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def discard(path: str) -> None:
    shutil.rmtree(path, ignore_errors=True)  # leaves files and links alone
    with suppress(OSError):
        os.unlink(path)


def live() -> str:
    """The id of the release that is live, or an empty string."""
    return os.path.basename(os.readlink(at("current"))) if os.path.islink(at("current")) else ""


def main() -> Any:
    """The application that is live, once the wanted release is in place or refused."""
    try:
        os.chmod(BASE, 0o700)
        with open(at("loader.lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            wanted, status = read("release.json"), read("status.json")
            if live() != status.get("live") and read("releases/%s.json" % status.get("live")):
                discard(at("current"))  # by hand, or the worker was killed before it said so
                os.symlink(os.path.join("releases", status["live"]), at("current"))
            if wanted.get("nonce") != status.get("nonce") or status.get("state") == "activating":
                Activation(wanted, status, lock.fileno()).carry_out()
            fcntl.flock(lock, fcntl.LOCK_UN)  # a daemon of a command may hold the file open
    except Exception:  # whatever it is, it must not take the site down
        traceback.print_exc()
    if live():
        return load(live())
    sys.path.append(at("before"))
    return importlib.import_module("wsgi_before").application


def load(release: str) -> Callable[..., Any]:
    """Import a release's app, and let each of its answers name the release."""
    record = read("releases/%s.json" % release)
    sys.path[:0] = search_path(record)
    os.environ.update(read("releases/%s.env" % release))
    os.chdir(at("releases", release))
    if record["app"]:
        module, _, names = record["app"].partition(":")
        app: Any = functools.reduce(getattr, names.split("."), importlib.import_module(module))
        if not callable(app):
            raise TypeError("%s is not callable" % record["app"])

    def application(environ: Any, start_response: Any) -> Any:
        def start(status: str, headers: Any, *error: Any) -> Any:
            return start_response(status, [*headers, ("X-Release", release)], *error)

        if record["app"]:
            return app(environ, start)
        start("404 Not Found", [("Content-Type", "text/plain")])  # it has static files only
        return [b"Not Found\n"]

    return application


def search_path(record: Mapping[str, Any]) -> list[str]:
    return [at("releases", record["id"]), *(at("layers", each) for each in record["layers"])]


class Activation:
    """Makes the wanted release the live one, under the lock; status.json tells how far it is."""

    def __init__(self, wanted: dict[str, Any], status: dict[str, Any], lock: int) -> None:
        self.wanted, self.status, self.lock, self.id = wanted, status, lock, wanted["id"]
        self.home, self.end = at("releases", self.id), time.monotonic() + wanted["seconds"]
        if status.get("nonce") != wanted["nonce"]:
            discard(at("output.log"))
            self.status = {"nonce": wanted["nonce"], "id": self.id, "previous": live(), "error": ""}
            self.status.update(releases=status.get("releases", []), step="", tries=0, ran=0)

    def carry_out(self) -> None:
        try:
            self.tell(state="activating", live=live(), tries=self.status["tries"] + 1)
            self.run(self.place())
            discard(at("current.new"))
            os.symlink(os.path.join("releases", self.id), at("current.new"))
            move(at("current.new"), at("current"))
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

    def tell(self, **news: object) -> None:
        """Write down the state and the end of the commands' output."""
        self.status.update(news)
        with open(at("output.log"), "ab+") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - 64 * 1024))
            text = file.read().decode("utf-8", "surrogateescape")
        write("status.json", {**self.status, "output": text, "output_bytes": size})

    def place(self) -> dict[str, Any]:
        """Have the release whole on the disk; its record, written last, says that it is."""
        wanted, name = self.wanted, "releases/%s.json" % self.id
        if self.status["tries"] > 3:  # each successor of a killed worker tries anew
            raise RuntimeError("the web worker was killed 3 times")
        if (record := read(name)) and all(os.path.isdir(each) for each in search_path(record)):
            return record
        self.tell(step="unpack")
        for digest in [each for each in wanted["layers"] if not os.path.isdir(at("layers", each))]:
            unpack(wanted["layers"][digest], at("layers", digest))
        os.chmod(at("release.json"), 0o600)
        record = {**wanted["record"], "files": unpack(wanted["code"], self.home)}
        write("releases/%s.env" % self.id, wanted["env"])
        write(name, record)
        return record

    def run(self, record: Mapping[str, Any]) -> None:
        """Run the commands that no earlier try has run, then see whether the app is imported."""
        python, env = self.environment(search_path(record))
        for number, command in list(enumerate(self.wanted["run"], start=1))[self.status["ran"] :]:
            self.command("run: " + command, ["/bin/bash", "-c", command], env)
            self.tell(ran=number)
        self.command("import: " + record["app"], [python, __file__, BASE, self.id], env)

    def environment(self, paths: Sequence[str]) -> tuple[str, dict[str, str]]:
        """The Python of this process as a program, and what the commands find: `python` is it."""
        name = "python%d.%d" % sys.version_info[:2]  # `sys.executable` may be uWSGI
        places = [sys.prefix, sys.base_prefix, "/usr", "/usr/local"]
        python = next(filter(os.path.exists, (os.path.join(each, "bin", name) for each in places)))
        programs = os.path.dirname(python)
        if sys.prefix == sys.base_prefix:  # not a virtualenv, whose bin has it by that name
            programs = at("bin", name)
            os.makedirs(programs, exist_ok=True)
            with suppress(FileExistsError):
                os.symlink(python, os.path.join(programs, "python"))
        env = {**os.environ, **read("releases/%s.env" % self.id), "PYTHONUNBUFFERED": "1"}
        bins = [programs, *(os.path.join(path, "bin") for path in paths[1:])]
        env["PATH"] = os.pathsep.join([*bins, env.get("PATH", os.defpath)])
        return python, {**env, "PYTHONPATH": os.pathsep.join(paths)}

    def command(self, step: str, words: Sequence[str], env: dict[str, str]) -> None:
        """Run to the end. Its lock keeps a killed worker's successor from running it besides."""
        self.tell(step=step)
        with open(at("output.log"), "ab") as log:
            os.write(log.fileno(), ("$ %s\n" % step).encode())
            process = subprocess.Popen(
                ["timeout", "--kill-after=1", "%.0f" % max(1, self.end - time.monotonic()), *words],
                cwd=self.home, env=env, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, start_new_session=True, pass_fds=[self.lock])  # fmt: skip
        while process.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.5)
            with suppress(OSError):  # of a full disk, the command hears too
                self.tell()
        with suppress(OSError):  # what it has left in the background
            os.killpg(process.pid, 9)
        if process.returncode:
            raise RuntimeError("it ended with exit code %d" % process.returncode)

    def prune(self) -> None:
        """Remove what the releases that were live and are listed do not need, but no new layer."""
        releases = {row["id"] for row in self.status["releases"]} | {self.status["previous"]}
        layers = {n for each in releases for n in read("releases/%s.json" % each).get("layers", ())}
        layers.update(self.wanted["layers"])
        for folder, kept in (("releases", releases), ("layers", layers), ("incoming", set())):
            os.makedirs(at(folder), exist_ok=True)
            for name in sorted(os.listdir(at(folder)), reverse=True):  # a record before its folder
                if name.partition(".")[0] not in kept or name.endswith(".new"):
                    discard(at(folder, name))


def unpack(archive: Mapping[str, Any], into: str) -> dict[str, Any]:
    """Make a folder whole from an archive and what has not changed of its base; the manifest."""
    new, base = into + ".new", archive["base"]
    discard(new)
    os.makedirs(new)
    with subprocess.Popen(["cat", *archive["parts"]], cwd=BASE, stdout=subprocess.PIPE) as cat:
        tar: Any = tarfile.open(fileobj=cat.stdout, mode="r|gz")  # noqa: SIM115 - ends with cat
        head = json.loads(tar.extractfile(tar.next()).read())
        known = read("releases/%s.json" % base)["files"] if base else {}
        same = {path: known[path] for path in set(known) - {*head["deleted"], *head["files"]}}
        files = {**same, **head["files"]}
        canonical = json.dumps(files, sort_keys=True, separators=(",", ":")).encode()
        if hashlib.sha256(canonical).hexdigest() != archive["digest"]:
            raise RuntimeError("the manifest is not the one that was sent")
        while member := tar.next():
            path = member.name[len("files/") :]
            if not member.isreg() or path not in head["files"]:
                raise RuntimeError("the archive has %s, its manifest does not" % member.name)
            with open(inside(new, path), "xb") as file:
                shutil.copyfileobj(tar.extractfile(member), file)
                os.fchmod(file.fileno(), 0o755 if files[path][0] == "exec" else 0o644)
    for path in [path for path in same if same[path][0] != "link"]:
        copy = shutil.copy2 if path.endswith(tuple(archive["copied"])) else os.link
        copy(at("releases", base, path), inside(new, path))
    complete(new, files, archive["shared"])
    os.sync()
    discard(into)
    move(new, into)
    return files


def complete(new: str, files: Mapping[str, Any], shared: Sequence[str]) -> None:
    """Verify all files, and make the links: those of the manifest, and to what is shared."""
    for path, (kind, _, expected) in files.items():
        if kind == "link":
            os.symlink(expected, inside(new, path))
            continue
        with open(inside(new, path), "rb") as file:
            if hashlib.sha256(file.read()).hexdigest() != expected:
                raise RuntimeError("%s is not what was sent" % path)
    for path in [path for path in files if files[path][0] == "link"]:
        folder_in(new, path)  # links may lead out by way of each other
    for name in shared:
        here, kept = inside(new, name.rstrip("/")), at("shared", name.rstrip("/"))
        os.makedirs(os.path.dirname(kept), exist_ok=True)
        if os.path.lexists(here) and not os.path.lexists(kept):
            move(here, kept)  # only the first release brings it
        if name.endswith("/"):
            os.makedirs(kept, exist_ok=True)
        discard(here)
        os.symlink(kept, here)


@functools.lru_cache(maxsize=None)
def folder_in(base: str, path: str) -> str:
    """A folder in the base, made if need be; refused where a name or a link leads out of it."""
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
    load(sys.argv[2])
elif BASE:
    application = main()
