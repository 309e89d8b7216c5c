"""What an account has before a run. A run touches nothing of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pa_emulator.verify.cases import Request

if TYPE_CHECKING:
    from pa_emulator.verify.match import Reply
    from pa_emulator.verify.server import Server

# What a run makes has this in its name or its text, so that the next run knows it.
MARK = "pa-emulator-verify-"
LOGS = ("access", "error", "server")
# An account that all cases fit.
ANY_PLAN = "any"
_FREE_CPU_SECONDS = 100
Items = list[dict[str, Any]]
_HINTS = {500: ", as it does for a user that does not exist"}
# What lists have, by the key under which a run remembers it.
LISTS = {
    kind: Request(method="GET", path=f"{kind}/", api="v1" if kind == "websites" else "v0")
    for kind in ("webapps", "websites", "consoles", "schedule", "always_on")
}


class RefusedError(Exception):
    """The server does not accept the token for this account."""


def wsgi_path(domain: str) -> str:
    return f"/var/www/{domain.lower().replace('.', '_')}_wsgi.py"


def log_paths(domain: str) -> tuple[str, ...]:
    return tuple(f"/var/log/{domain.lower()}.{kind}.log" for kind in LOGS)


def get(path: str) -> Request:
    return Request(method="GET", path=path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """`plan` is empty if the account does not say. A list is None if it could not be read.

    `has_wsgi`: there is a WSGI file for the domain that is not of an earlier run.
    """

    plan: str
    lists: dict[str, Items | None]
    folders: tuple[str, ...]
    has_wsgi: bool
    logs: frozenset[str]

    def has_site(self, kind: str, domain: str) -> bool | None:
        """Tell whether a web app or website is at the domain; None if that is not known."""
        found = self.lists[kind]
        if found is None:
            return None
        return any(str(item.get("domain_name", "")).lower() == domain.lower() for item in found)


def look(server: Server, plan: str = "") -> Account:
    """Ask what there is; the plan, too, if it is not given. Raises RefusedError, NoAnswerError."""
    target = server.target
    cpu = server.send(get("cpu/"))
    if cpu.status != 200:
        raise RefusedError(f"answered {cpu.status} to the token{_HINTS.get(cpu.status, '')}")
    home = server.send(get(f"files/path{target.home}/")).data
    wsgi = server.send(get(f"files/path{wsgi_path(target.domain)}"))
    return Account(
        plan=plan or _plan(cpu),
        lists={kind: items(server.send(request)) for kind, request in LISTS.items()},
        folders=tuple(name for name in home if name.startswith(MARK))
        if isinstance(home, dict)
        else (),
        has_wsgi=wsgi.status == 200 and MARK not in wsgi.text,
        logs=_logs(server),
    )


def items(reply: Reply) -> Items | None:
    """Return a list's items; None if it is no list, as for what the account may not have."""
    data = reply.data
    if reply.status != 200 or not isinstance(data, list):
        return None
    return [item for item in data if isinstance(item, dict)]


def _plan(cpu: Reply) -> str:
    """Free accounts have 100 CPU seconds a day (help pages)."""
    limit = cpu.data.get("daily_cpu_limit_seconds") if isinstance(cpu.data, dict) else None
    if not re.fullmatch("[0-9]+", str(limit)):
        return ""
    return "free" if int(str(limit)) <= _FREE_CPU_SECONDS else "paid"


def is_marked(item: object, mark: str = MARK) -> bool:
    """Tell whether a run made it: one of its texts has the mark."""
    if isinstance(item, dict):
        return any(is_marked(value, mark) for value in item.values())
    return isinstance(item, str) and mark in item


def _logs(server: Server) -> frozenset[str]:
    """Return the domain's logs that there are; all of them if that cannot be read."""
    paths = frozenset(log_paths(server.target.domain))
    tree = Request(method="GET", path="files/tree/", query={"path": "/var/log"})
    found = server.send(tree).data
    return paths & frozenset(found) if isinstance(found, list) else paths
