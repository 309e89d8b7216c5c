"""Starts an account's commands, as its consoles would."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pa_emulator.files.ledgers import HOME_VARIABLE
from pa_emulator.hosting.pythons import cache_folder
from pa_emulator.paths import make_folder, make_home, prefix_pattern, under
from pa_emulator.processes import base_python, environment, spawn
from pa_emulator.tasks.output import append, follow
from pa_emulator.tasks.run import Run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pa_emulator.accounts.models import Account

_LAUNCHER = Path(__file__).with_name("launcher.py")
_SOCKETS = "/var/sockets"
# Says what it is told, and ends as Bash does with a command that cannot be executed.
_COMPLAIN = ("/bin/sh", "-c", 'echo "bash: $0" >&2; exit 126')


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What runs: `script` with Python if that file is there, else `text` with Bash.

    If it `sees_paths`, PythonAnywhere's folders are where they belong; if not, its text names those
    under root. `variables` are added to the environment.
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

    `usernames` are those of all accounts; `quota` returns the variables that have an account's
    programs keep to its disk quota.
    """

    def __init__(
        self,
        root: Path,
        usernames: Callable[[], list[str]],
        quota: Callable[[str], Mapping[str, str]],
    ) -> None:
        self._root = root
        self._usernames = usernames
        self._quota = quota
        self._lock = threading.Lock()
        self._runs: set[Run] = set()
        self._can_mount: dict[str, bool] = {}

    def command(self, account: Account, text: str) -> Command:
        """Return a command as a user typed it."""
        text = text.strip()
        sees_paths = self._sees_paths(account.username)
        command = Command(
            text=text,
            # The path of a `.py` file is a command of its own (help pages).
            script=os.path.join(account.home, text.removeprefix("~/"))  # noqa: PTH118 - of no machine
            if text.endswith(".py")
            else "",
            username=account.username,
            token=account.token,
            sees_paths=sees_paths,
            variables=self._quota_variables(account, sees_paths=sees_paths),
        )
        return command if command.sees_paths else self._translated(command)

    def start(self, command: Command, log: str, error_log: str = "") -> Run:
        """Start a command in the account's home; stderr goes to `error_log` if there is one."""
        make_home(self._root, command.username)  # another command may have removed it
        errors = subprocess.PIPE if error_log else subprocess.STDOUT
        try:
            process = self._spawn(command, self._argv(command), errors)
        except OSError as error:  # longer than the system allows
            process = self._spawn(command, [*_COMPLAIN, str(error.strerror)], errors)
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
        own = environment(self._root, command.username, command.token, eu=command.is_eu)
        if command.sees_paths:
            own["HOME"] = f"/home/{command.username}"
        return spawn(
            [*self._launcher(command.username, sees_paths=command.sees_paths), *argv],
            cwd=under(self._root, f"/home/{command.username}"),
            env={**own, **command.variables},
            stdin=subprocess.DEVNULL,
            output=subprocess.PIPE,
            errors=errors,
        )

    def _launcher(self, username: str, *, sees_paths: bool) -> list[str]:
        root = str(self._root) if sees_paths else ""
        return [base_python(), "-I", str(_LAUNCHER), str(os.getpid()), root, username]

    def _quota_variables(self, account: Account, *, sees_paths: bool) -> dict[str, str]:
        """Return those that keep it to its disk quota, with its home as it sees it."""
        given = dict(self._quota(account.username))
        if given and sees_paths:
            given[HOME_VARIABLE] = account.home
        return given

    def _translated(self, command: Command) -> Command:
        """Turn PythonAnywhere's paths in the text into folders here."""
        places = prefix_pattern(self._root, self._usernames())
        root = shlex.quote(str(self._root))
        return replace(command, text=re.sub(places, lambda _: root, command.text))

    def _sees_paths(self, username: str) -> bool:
        """Whether an account's commands can have a mount namespace; tried once."""
        if username not in self._can_mount:
            self._can_mount[username] = not self._would_hide(username) and self._try(username)
        return self._can_mount[username]

    def _would_hide(self, username: str) -> bool:
        """Whether the account's home would cover what the command needs."""
        home = Path("/home") / username
        needed = (self._root, Path(base_python()), Path(sys.prefix), cache_folder())
        return any(path.is_relative_to(home) for path in needed)

    def _try(self, username: str) -> bool:
        make_home(self._root, username)
        make_folder(under(self._root, _SOCKETS))
        command = [*self._launcher(username, sees_paths=True), "/bin/true"]
        tried = subprocess.run(  # noqa: S603 - our own launcher
            command, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
        return tried.returncode == 0
