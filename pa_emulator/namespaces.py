"""Shows programs the account's folders at their paths: in a mount namespace, if allowed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pa_emulator.files.ledgers import HOME_VARIABLE
from pa_emulator.hosting.pythons import cache_folder
from pa_emulator.paths import make_folder, make_home, under
from pa_emulator.processes import base_python, environment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pa_emulator.accounts.models import Account

LAUNCHER = Path(__file__).with_name("launcher.py")
SOCKETS = "/var/sockets"


class Namespaces:
    """Shows programs `/home/USERNAME` and other folders of PythonAnywhere, which are under root.

    `quota` returns the variables that make an account's programs keep to its disk quota. The folder
    `first_on_path` has `python` and `pip`.
    """

    def __init__(
        self, root: Path, quota: Callable[[str], Mapping[str, str]], first_on_path: Path
    ) -> None:
        self._root = root
        self._first_on_path = first_on_path
        self._quota = quota
        self._allowed: dict[str, bool] = {}

    def allowed(self, username: str) -> bool:
        """Whether an account's programs can have a mount namespace; tried once."""
        if username not in self._allowed:
            self._allowed[username] = not self._would_hide(username) and self._try(username)
            if not self._allowed[username]:
                self._warn(username)
        return self._allowed[username]

    def launcher(self, username: str) -> list[str]:
        """Return the words before a command that start it."""
        return self._launcher(username, is_allowed=self.allowed(username))

    def environment(self, username: str, token: str, *, eu: bool = False) -> dict[str, str]:
        """Return the environment of an account's programs, with its home as they see it."""
        own = environment(self._root, username, token, eu=eu)
        own["PATH"] = f"{self._first_on_path}:{own['PATH']}"
        return {**own, "HOME": f"/home/{username}"} if self.allowed(username) else own

    def quota_variables(self, account: Account) -> dict[str, str]:
        """Return the variables for the disk quota, with its home as its programs see it."""
        given = dict(self._quota(account.username))
        if given and self.allowed(account.username):
            given[HOME_VARIABLE] = account.home
        return given

    def _launcher(self, username: str, *, is_allowed: bool) -> list[str]:
        root = str(self._root) if is_allowed else ""
        return [base_python(), "-I", "-S", str(LAUNCHER), str(os.getpid()), root, username]

    def _would_hide(self, username: str) -> bool:
        """Whether the account's home would hide what its programs need."""
        home = Path("/home") / username
        needed = (self._root, Path(base_python()), Path(sys.prefix), cache_folder())
        return any(path.is_relative_to(home) for path in needed)

    def _try(self, username: str) -> bool:
        make_home(self._root, username)
        make_folder(under(self._root, SOCKETS))
        tried = subprocess.run(  # noqa: S603 - our own launcher
            [*self._launcher(username, is_allowed=True), "/bin/true"],
            cwd=under(self._root, f"/home/{username}"),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        return tried.returncode == 0

    def _warn(self, username: str) -> None:
        here = under(self._root, f"/home/{username}")
        sys.stderr.write(
            f"pa-emulator: consoles, tasks and websites see /home/{username} as {here}, because "
            "this machine does not allow mount namespaces.\n"
        )
