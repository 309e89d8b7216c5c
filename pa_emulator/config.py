"""The configuration of one emulator, and what each plan allows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MIB = 1024 * 1024

OWN_NAMES = frozenset({"127.0.0.1", "localhost", "www.pythonanywhere.com", "eu.pythonanywhere.com"})
"""The emulator itself answers at these hosts; no web app can have one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The limits of one kind of account."""

    name: str
    webapps: int
    consoles: int
    workers: int
    disk_bytes: int
    cpu_seconds: int
    expiry_days: int
    custom_domains: bool
    scheduled_tasks: int
    always_on_tasks: int
    mysql: bool


PLANS: Mapping[str, Plan] = {
    "free": Plan(
        name="free",
        webapps=1,
        consoles=2,
        workers=1,
        disk_bytes=512 * MIB,
        cpu_seconds=100,
        expiry_days=30,
        custom_domains=False,
        scheduled_tasks=0,
        always_on_tasks=0,
        mysql=False,
    ),
    "paid": Plan(
        name="paid",
        webapps=5,
        consoles=20,
        workers=2,
        disk_bytes=5120 * MIB,
        cpu_seconds=2000,
        expiry_days=90,
        custom_domains=True,
        scheduled_tasks=20,
        always_on_tasks=5,
        mysql=True,
    ),
}


DEFAULT_PLAN = "paid"

MISSING_WEBAPP = ("mixed", "404", "403")
"""The answer for a web app that does not exist: 404 to GET and 403 to other methods, or always
the same.
"""


class CannotStart(Exception):
    """The emulator cannot start; the message is the reason and the next step."""


def is_username(text: str) -> bool:
    """Tell whether the text can be a username: letters and digits, 30 at most."""
    return re.fullmatch("[A-Za-z0-9]{1,30}", text) is not None


def is_token(text: str) -> bool:
    """Tell whether the text can be sent as a token: printable ASCII without spaces, 200 at most."""
    return re.fullmatch("[!-~]{1,200}", text) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The parsed command line. `root` is absolute; `port` 0 means any free port.

    If `token` or `plan` is empty, `assemble` takes the last one from the database. `webapps` is how
    many an account may have; 0 means the limit of its plan. Without `programs` no site, task or
    console runs. `uwsgi` is the path of the real one; its emperor reloads as `reload` says, `touch`
    or `restart`. Without it `reload` has no effect. `memory_limit` is in bytes; 0 means no limit.
    """

    username: str
    token: str
    root: Path
    port: int
    plan: str
    webapps: int
    tls: bool
    latency_seconds: float
    rate_limit: int
    missing_webapp: str
    programs: bool
    hosting: bool
    lazy_apps: bool
    reload: str
    uwsgi: Path | None
    strict_python: bool
    mercy_seconds: float
    memory_limit: int
    process_limit: int
    raw_paths: bool
    plain_hello: bool
    reload_seconds: tuple[float, float]
    stop_with_stdin: bool

    @property
    def state(self) -> Path:
        """The emulator's own folder under root: database, certificates, specs."""
        return self.root / ".emulator"
