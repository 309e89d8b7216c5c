"""The consoles that have been opened: row id -> terminal. A restart forgets them."""

from __future__ import annotations

import shutil
import threading
from typing import TYPE_CHECKING

from pa_emulator.consoles.terminal import Terminal
from pa_emulator.paths import make_home, under
from pa_emulator.processes import base_python

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pa_emulator.consoles.models import Console
    from pa_emulator.namespaces import Namespaces

RC = "[ -f ~/.bashrc ] && . ~/.bashrc\nPS1='\\A \\w $ '\n"


class Room:
    """Opens, finds and closes terminals. With programs off it opens none."""

    def __init__(self, root: Path, state: Path, namespaces: Namespaces, *, is_on: bool) -> None:
        self._is_on = is_on
        self._root = root
        self._namespaces = namespaces
        self._state = state
        self._lock = threading.Lock()
        self._terminals: dict[int, Terminal] = {}

    def open(self, number: int, find: Callable[[int], Console]) -> None:
        """Start the console's program, as loading it in a browser does; once is enough.

        `find` is called under the lock. So a console that is removed meanwhile, and then closed,
        leaves no program behind.
        """
        with self._lock:
            console = find(number)
            if self._is_on and number not in self._terminals:
                self._terminals[number] = self._start(console)

    def find(self, number: int) -> Terminal | None:
        return self._terminals.get(number)

    def close(self, number: int) -> None:
        with self._lock:
            terminal = self._terminals.pop(number, None)
        if terminal is not None:
            terminal.close()

    def close_all(self) -> None:
        with self._lock:
            terminals = list(self._terminals.values())
            self._terminals.clear()
        for terminal in terminals:
            terminal.close()

    def _start(self, console: Console) -> Terminal:
        account = console.account
        make_home(self._root, account.username)  # a console before this one may have removed it
        home = under(self._root, account.home)
        folder = under(self._root, console.working_directory or account.home)
        if not _is_folder_in(home, folder):
            folder = home
        env = {
            **self._namespaces.environment(account.username, account.token),
            **self._namespaces.quota_variables(account),
            "TERM": "xterm",
        }
        launcher = self._namespaces.launcher(account.username)
        return Terminal([*launcher, *self._command(console.executable)], folder, env)

    def _command(self, executable: str) -> list[str]:
        """Return what runs: the emulator's Python for any python, else bash."""
        if executable.startswith("python"):
            return [base_python(), "-I", "-i"]
        rc = self._state / "bashrc"
        rc.write_text(RC)
        return [shutil.which("bash") or "/bin/sh", "--rcfile", str(rc), "-i"]


def _is_folder_in(home: Path, folder: Path) -> bool:
    try:
        return folder.is_dir() and folder.resolve().is_relative_to(home.resolve())
    except OSError:  # its name is too long
        return False
