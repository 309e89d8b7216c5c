"""Starts an account's commands, as its consoles would."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import threading
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pa_emulator.paths import make_home, prefix_pattern, under
from pa_emulator.processes import base_python, spawn
from pa_emulator.tasks.output import append, follow
from pa_emulator.tasks.run import Run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pa_emulator.accounts.models import Account
    from pa_emulator.namespaces import Namespaces

COMPLAIN = ("/bin/sh", "-c", 'echo "bash: $0" >&2; exit 126')
"""Prints its argument, and ends as Bash does if a command cannot be executed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What runs: `script` with Python if that file exists, else `text` with Bash.

    If it `sees_paths`, PythonAnywhere's folders are at their real paths. If not, its text has the
    paths under root. `variables` are added to the environment.
    """

    text: str
    script: str
    username: str
    token: str
    sees_paths: bool
    variables: Mapping[str, str]
    is_eu: bool = False


class Runner:
    """Makes and starts commands under one root.

    `usernames` returns those of all accounts. If `is_on` is false, nothing may be started.
    """

    def __init__(
        self,
        root: Path,
        usernames: Callable[[], list[str]],
        namespaces: Namespaces,
        *,
        is_on: bool,
    ) -> None:
        self.is_on = is_on
        self._root = root
        self._usernames = usernames
        self._namespaces = namespaces
        self._lock = threading.Lock()
        self._runs: set[Run] = set()

    def command(self, account: Account, text: str) -> Command:
        """Return a command as a user typed it."""
        text = text.strip()
        command = Command(
            text=text,
            # The path of a `.py` file is a command of its own (help pages).
            script=os.path.join(account.home, text.removeprefix("~/"))  # noqa: PTH118 - of no machine
            if text.endswith(".py")
            else "",
            username=account.username,
            token=account.token,
            sees_paths=self._namespaces.allowed(account.username),
            variables=self._namespaces.quota_variables(account),
        )
        return command if command.sees_paths else self._translated(command)

    def start(self, command: Command, log: str, error_log: str = "") -> Run:
        """Start a command in the account's home; stderr goes to `error_log` if there is one."""
        assert self.is_on  # noqa: S101 - whoever starts one has asked
        make_home(self._root, command.username)  # another command may have removed it
        errors = subprocess.PIPE if error_log else subprocess.STDOUT
        try:
            process = self._spawn(command, self._argv(command), errors)
        except OSError as error:  # the command is too long for the system
            process = self._spawn(command, [*COMPLAIN, str(error.strerror)], errors)
        streams = ((process.stdout, log), (process.stderr, error_log))
        copying = [follow(stream, self._root, path) for stream, path in streams if stream]
        run = Run(process, tuple(copying), partial(append, self._root, log))
        with self._lock:
            self._runs = {run, *filter(Run.is_alive, self._runs)}
        return run

    def running(self) -> list[Run]:
        """Return the commands that run now."""
        with self._lock:
            return list(filter(Run.is_alive, self._runs))

    def _argv(self, command: Command) -> list[str]:
        if command.script and under(self._root, command.script).is_file():
            here = under(self._root, command.script)
            return [base_python(), "-u", command.script if command.sees_paths else str(here)]
        return [shutil.which("bash") or "/bin/sh", "-c", command.text]

    def _spawn(self, command: Command, argv: Sequence[str], errors: int) -> subprocess.Popen[bytes]:
        own = self._namespaces.environment(command.username, command.token, eu=command.is_eu)
        return spawn(
            [*self._namespaces.launcher(command.username), *argv],
            cwd=under(self._root, f"/home/{command.username}"),
            env={**own, **command.variables},
            stdin=subprocess.DEVNULL,
            output=subprocess.PIPE,
            errors=errors,
        )

    def _translated(self, command: Command) -> Command:
        """Replace PythonAnywhere's paths in the text by folders under root."""
        places = prefix_pattern(self._root, self._usernames())
        root = shlex.quote(str(self._root))
        return replace(command, text=re.sub(places, lambda _: root, command.text))
