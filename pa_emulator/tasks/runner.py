"""Starts an account's commands, as its consoles would."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pa_emulator.paths import make_home, prefix_pattern, under
from pa_emulator.processes import base_python, environment, spawn
from pa_emulator.tasks.output import follow
from pa_emulator.tasks.run import Run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pa_emulator.accounts.models import Account

_LAUNCHER = Path(__file__).with_name("launcher.py")
# Says what it is told, and ends as Bash does with a command that cannot be executed.
_COMPLAIN = ("/bin/sh", "-c", 'echo "bash: $0" >&2; exit 126')


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What runs: `script` with Python if that file is there, else `text` with Bash.

    `variables` are added to the environment.
    """

    text: str
    script: Path | None
    username: str
    token: str
    is_eu: bool = False
    variables: Mapping[str, str] = field(default_factory=dict)


class Runner:
    """Makes and starts commands under one root; `usernames` are those of all accounts."""

    def __init__(self, root: Path, usernames: Callable[[], list[str]]) -> None:
        self._root = root
        self._usernames = usernames

    def command(self, account: Account, text: str) -> Command:
        """Return what a user typed, with PythonAnywhere's paths turned into folders here."""
        text = text.strip()
        places = re.compile(prefix_pattern(self._root, self._usernames()))
        home = under(self._root, account.home)
        path = places.sub(lambda _: str(self._root), text)
        return Command(
            text=places.sub(lambda _: shlex.quote(str(self._root)), text),
            # The path of a `.py` file is a command of its own (help pages).
            script=home / path.removeprefix("~/") if text.endswith(".py") else None,
            username=account.username,
            token=account.token,
        )

    def start(self, command: Command, log: str, error_log: str = "") -> Run:
        """Start a command in the account's home; stderr goes to `error_log` if there is one."""
        make_home(self._root, command.username)  # another command may have removed it
        errors = subprocess.PIPE if error_log else subprocess.STDOUT
        try:
            process = self._spawn(command, _argv(command), errors)
        except OSError as error:  # longer than the system allows
            process = self._spawn(command, [*_COMPLAIN, str(error.strerror)], errors)
        streams = ((process.stdout, log), (process.stderr, error_log))
        copying = [follow(stream, self._root, path) for stream, path in streams if stream]
        return Run(process, tuple(copying))

    def _spawn(self, command: Command, argv: Sequence[str], errors: int) -> subprocess.Popen[bytes]:
        own = environment(self._root, command.username, command.token, eu=command.is_eu)
        return spawn(
            [base_python(), "-I", str(_LAUNCHER), str(os.getpid()), *argv],
            cwd=under(self._root, f"/home/{command.username}"),
            env={**own, **command.variables},
            stdin=subprocess.DEVNULL,
            output=subprocess.PIPE,
            errors=errors,
        )


def _argv(command: Command) -> list[str]:
    if command.script is not None and command.script.is_file():
        return [base_python(), "-u", str(command.script)]
    return [shutil.which("bash") or "/bin/sh", "-c", command.text]
