"""Run the commands of a release, and see whether its app can be imported."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import suppress
from typing import Callable, Dict, Mapping, Sequence

from .files import LOADER_ZIP, Home, private
from .releases import Release

LOOK_SECONDS = 0.5
"""How often the status is written while a command runs."""
SHELL = ("/bin/bash", "-o", "pipefail", "-c")


class Commands:
    """Commands in a release's folder, until `end` (monotonic). `tell` is called as they run.

    `env` is the environment of the web worker. `lock` is the open file of the loader's lock: while
    a command runs, a killed worker's successor waits for it.
    """

    def __init__(self, release: Release, lock: int, end: float, tell: Callable[[], None]) -> None:
        self._release = release
        self._home = release.home
        self._lock = lock
        self._end = end
        self._tell = tell
        self._env = {**os.environ, "PYTHONUNBUFFERED": "1"}

    def shell(self, step: str, command: str) -> None:
        """Run a command of the user's, with the app's variables. An error if it fails."""
        self._run(step, [*SHELL, command], self._users_env())

    def check_import(self, step: str) -> None:
        """Import the app in a process of its own. An error if it fails."""
        words = [own_python(), LOADER_ZIP, "check", self._home.base, self._release.id]
        self._run(step, words, self._env)

    def _users_env(self) -> Dict[str, str]:
        """What a command finds. `python` is the web app's, whatever PATH the user gives."""
        release = self._release
        variables = release.variables()
        env = {**self._env, **variables}
        bins = [_folder_with_python(self._home)]
        bins += [os.path.join(layer, "bin") for layer in release.layers]
        env["PATH"] = os.pathsep.join([*bins, env.get("PATH", os.defpath)])
        env["PYTHONPATH"] = os.pathsep.join(release.search_path(variables))
        return env

    def _run(self, step: str, words: Sequence[str], env: Mapping[str, str]) -> None:
        """Run to the end, under `supervisor.py`."""
        seconds = max(1.0, self._end - time.monotonic())
        supervise = [LOADER_ZIP, "supervise", str(self._lock)]
        with open(self._home.at("output.log"), "ab", opener=private) as log:
            os.write(log.fileno(), ("$ %s\n" % step).encode("utf-8", "surrogateescape"))
            process = subprocess.Popen(
                [own_python(), "-I", "-S", "-X", "utf8", *supervise],
                cwd=self._release.code,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=[self._lock],
            )
        if process.stdin:
            with suppress(OSError), process.stdin:
                process.stdin.write(json.dumps([words, env, seconds]).encode())
        while process.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                process.wait(LOOK_SECONDS)
            with suppress(OSError):  # of a full disk, the command hears too
                self._tell()
        if process.returncode:
            raise RuntimeError("it ended with exit code %d" % process.returncode)


def _folder_with_python(home: Home) -> str:
    """A folder for PATH, whose `python` is the web app's."""
    python = own_python()
    if sys.prefix != sys.base_prefix:  # a virtualenv, whose bin has it by that name
        return os.path.dirname(python)
    folder = home.at("bin", os.path.basename(python))
    os.makedirs(folder, exist_ok=True)
    with suppress(FileExistsError):
        os.symlink(python, os.path.join(folder, "python"))
    return folder


def own_python() -> str:
    """The Python of this process as a program; `sys.executable` may be uWSGI."""
    name = "python%d.%d" % sys.version_info[:2]
    places = [sys.prefix, sys.base_prefix, "/usr", "/usr/local"]
    return next(filter(os.path.exists, (os.path.join(each, "bin", name) for each in places)))
