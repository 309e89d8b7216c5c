"""The folder of a web app's releases on PythonAnywhere, and how to reach it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pa_deploy.api import Api
from pa_deploy.clock import Deadline
from pa_deploy.layout import Layout
from pa_deploy.model import PasswordProtection, Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where releases go, and what a run needs on the way.

    `keep_lock` is called while nothing is written for long, so that the lock does not run out.
    `run` is what the app is told about the run that made its release. `ask` asks the site with
    headers and the logins that it may want; what pa-deploy's loader has answered, None if that was
    the app. `logins` are those of the password protection. `request_key` is the key of signed
    requests. `announce` gets lines of the log, `warn` what the user should look at, `doing` what
    is happening now, with how many bytes of it are done and how many there are, 0 if that has no
    meaning. `is_alone`: the run has the lock whenever it writes, so no other one does.
    `redact` takes the secrets out of a text, before a part of it is quoted.
    """

    api: Api
    layout: Layout
    deadline: Deadline
    announce: Callable[[str], None]
    doing: Callable[[str, int, int], None]
    warn: Callable[[str], None]
    keep_lock: Callable[[], None]
    run: Run
    ask: Callable[[Mapping[str, str], tuple[PasswordProtection, ...]], bytes | None]
    request_key: str = field(repr=False)
    redact: Callable[[str], str] = str
    logins: tuple[PasswordProtection, ...] = ()
    is_alone: bool = False

    def visit(self, headers: Mapping[str, str]) -> bytes | None:
        """Ask the site; what the loader has answered, None if that was the app."""
        return self.ask(headers, self.logins)
