"""What one emulator was asked to be, and what each plan allows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MIB = 1024 * 1024

# Hosts under which the emulator answers itself; no web app can have one.
OWN_NAMES = frozenset({"127.0.0.1", "localhost", "www.pythonanywhere.com", "eu.pythonanywhere.com"})


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

# What a request for a web app that is not there answers: 404 to GET and 403 to the rest, or always
# the same.
MISSING_WEBAPP = ("mixed", "404", "403")


class StartError(Exception):
    """What keeps the emulator from starting, in a sentence for whoever started it."""


def is_username(text: str) -> bool:
    """Tell whether it can be a user's name: letters and digits, 30 at most."""
    return re.fullmatch("[A-Za-z0-9]{1,30}", text) is not None


def is_token(text: str) -> bool:
    """Tell whether it can be sent as a token: printable ASCII without spaces, 200 at most."""
    return re.fullmatch("[!-~]{1,200}", text) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The command line, settled. `root` is absolute; `port` 0 means any free one.

    An empty `token` or `plan` is settled once the database can tell which one was kept. `webapps`
    is how many an account may have, 0 for as many as its plan says. Without `programs` nothing of
    an account's ever runs: no site, no task, no console. `uwsgi` is the real one, with which an
    emperor reloads as `reload` says, `touch` or `restart`; without it both say nothing.
    `memory_limit` is in bytes, 0 for none.
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
    reload_seconds: tuple[float, float]
    stop_with_stdin: bool

    @property
    def state(self) -> Path:
        """The emulator's own folder under root: database, certificates, specs."""
        return self.root / ".emulator"
