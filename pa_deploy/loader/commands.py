"""Run the commands of a release, and see whether its app can be imported."""

from __future__ import annotations

import json
import math
import os
import subprocess
import time
from contextlib import suppress
from typing import IO, Any, Dict, Mapping, Optional, Sequence

from .attempt import VERDICT, WELL
from .files import LOADER_ZIP, OUTPUT, private
from .interpreter import folder_with_python, own_python
from .releases import Release
from .supervisor import TIMED_OUT

NOT_WANTED = "it is no longer wanted"
SHELL = ("/bin/bash", "-o", "pipefail", "-c")


class Failed(RuntimeError):
    """A command has ended otherwise than well."""

    def __init__(self, code: int) -> None:
        super().__init__("it ended with exit code %d" % code)


class TimedOut(Failed):
    """Its time was over, so it was ended."""

    def __init__(self, seconds: float) -> None:
        RuntimeError.__init__(self, "it was ended after %.0f s, as its time was over" % seconds)


class Commands:
    """Commands in a release's folder, until `end` (monotonic).

    They find the environment of this process. `lock` is the open file of the loader's lock: while a
    command runs, no successor of a killed preparer is started.
    """

    def __init__(self, release: Release, lock: int, end: float) -> None:
        self._release = release
        self._home = release.home
        self._lock = lock
        self._end = end
        self._stdin: Optional[IO[bytes]] = None
        self._is_stopped = False
        self._env = {**os.environ, "PYTHONUNBUFFERED": "1"}

    def shell(self, step: str, command: str) -> None:
        """Run a command of the user's, with the app's variables. An error if it fails."""
        code = self._run(step, [*SHELL, command], self._users_env())
        if code:
            raise Failed(code)

    def program(self, step: str, words: Sequence[str], env: Mapping[str, str], folder: str) -> None:
        """Run a program of the loader's own in a folder. An error if it fails."""
        code = self._run(step, words, env, folder=folder)
        if code:
            raise Failed(code)

    def try_out(self, step: str, asked: Mapping[str, Any]) -> None:
        """Import the app in a process of its own, and ask it for a page. An error if it fails."""
        words = [own_python(), LOADER_ZIP, "try", self._home.base, self._release.id]
        seconds = asked.get("seconds", math.inf)
        code = self._run(step, [*words, json.dumps(asked)], self._env, seconds)
        if code != WELL or os.path.lexists(self._home.at(VERDICT)):
            raise Failed(code)

    def _users_env(self) -> Dict[str, str]:
        """What a command finds. `python` is ours, whatever PATH the user gives."""
        release = self._release
        variables = release.variables()
        env = {**self._env, **variables}
        bins = [release.environment.scripts] if release.environment.id else []
        bins += [folder_with_python(self._home)]
        bins += [os.path.join(layer, "bin") for layer in release.layers]
        env["PATH"] = os.pathsep.join([*bins, env.get("PATH", os.defpath)])
        env["PYTHONPATH"] = os.pathsep.join(release.search_path(variables))
        return env

    def stop(self) -> None:
        """End the command that runs, and run no other. Called by another thread."""
        self._is_stopped = True
        self._close()

    def _close(self) -> None:
        with suppress(OSError):
            if self._stdin:
                self._stdin.close()

    def _tell_supervisor(self, said: object) -> None:
        with suppress(OSError, ValueError):  # it was killed, or `stop` was first
            if self._stdin:
                self._stdin.write(json.dumps(said).encode() + b"\n")
                self._stdin.flush()

    def _run(
        self,
        step: str,
        words: Sequence[str],
        env: Mapping[str, str],
        most: float = math.inf,
        folder: str = "",
    ) -> int:
        """Run to the end, under `supervisor.py`, which ends the command if its stdin is closed. The
        exit code.

        It may take `most` seconds, and no more than are left for all.
        """
        seconds = min(most, max(1.0, self._end - time.monotonic()))
        supervise = [LOADER_ZIP, "supervise", str(self._lock)]
        with open(self._home.at(OUTPUT), "ab", opener=private) as log:
            os.write(log.fileno(), ("$ %s\n" % step).encode("utf-8", "surrogateescape"))
            process = subprocess.Popen(
                [own_python(), "-I", "-S", "-X", "utf8", *supervise],
                cwd=folder or self._release.code,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=[self._lock],
            )
        started = time.monotonic()
        self._stdin = process.stdin
        self._tell_supervisor([words, env, seconds])
        if self._is_stopped:
            self._close()
        code = process.wait()
        self._close()
        if self._is_stopped:
            raise RuntimeError(NOT_WANTED)
        # A command may end itself with this code too.
        if code == TIMED_OUT and time.monotonic() - started >= seconds:
            raise TimedOut(seconds)
        return code
