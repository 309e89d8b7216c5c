"""What an account has before a run. A run changes nothing of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pa_emulator.verify.cases import Request
from pa_emulator.verify.made import MARK, NAME, SITES, is_id

if TYPE_CHECKING:
    from pa_emulator.verify.match import Reply
    from pa_emulator.verify.server import Server

LOGS = ("access", "error", "server")
ANY_PLAN = "any"
"""The plan of an account that suits all cases."""
FREE_CPU_SECONDS = 100
Items = list[dict[str, Any]]
HINTS = {500: ", as it does for a user that does not exist"}
LISTS = {
    kind: Request(method="GET", path=f"{kind}/", api="v1" if kind == "websites" else "v0")
    for kind in ("webapps", "websites", "consoles", "schedule", "always_on")
}
"""The lists of an account, by the key that a run uses for them."""


class TokenRefused(Exception):
    """The server does not accept the token for this account."""


def wsgi_path(domain: str) -> str:
    return f"/var/www/{domain.lower().replace('.', '_')}_wsgi.py"


def log_paths(domain: str) -> tuple[str, ...]:
    return tuple(f"/var/log/{domain.lower()}.{kind}.log" for kind in LOGS)


def get(path: str) -> Request:
    return Request(method="GET", path=path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """`plan` is empty if it is unknown. None means that something could not be read.

    `home` are the names in the home directory, `has_wsgi` tells whether the domain has a WSGI file,
    and `logs` are the domain's logs.
    """

    plan: str
    lists: dict[str, Items | None]
    home: frozenset[str] | None
    has_wsgi: bool | None
    logs: frozenset[str] | None

    @property
    def marked(self) -> list[str]:
        """The folders in the home directory that have a name like a run's."""
        return sorted(
            name
            for name in self.home or ()
            if name.startswith(MARK) and NAME.fullmatch(name.removeprefix(MARK))
        )

    def has_site(self, kind: str, domain: str) -> bool | None:
        """Tell whether the domain has a web app or website; None if unknown."""
        found = self.lists[kind]
        if found is None:
            return None
        return any(item["domain_name"].lower() == domain.lower() for item in found)

    def has_id(self, kind: str, number: object) -> bool:
        """Tell whether the item may have been there before: yes, if the list could not be read."""
        found = self.lists[kind]
        return found is None or any(item["id"] == number for item in found)


def look(server: Server, plan: str = "") -> Account:
    """Look at the account, and at its plan if not given. Raises TokenRefused, Unanswered."""
    target = server.target
    cpu = server.send(get("cpu/"))
    if cpu.status != 200:
        raise TokenRefused(f"answered {cpu.status} to the token{HINTS.get(cpu.status, '')}")
    return Account(
        plan=plan or _plan(cpu),
        lists={kind: items(kind, server.send(request)) for kind, request in LISTS.items()},
        home=names(server.send(get(f"files/path{target.home}/"))),
        has_wsgi=exists(server.send(get(f"files/path{wsgi_path(target.domain)}"))),
        logs=_logs(server),
    )


def exists(reply: Reply) -> bool | None:
    """Tell whether the thing exists; None if the answer does not show it."""
    return {200: True, 404: False}.get(reply.status)


def items(kind: str, reply: Reply) -> Items | None:
    """Return a list's items; None if the answer is not a list of such items."""
    data = reply.data
    if reply.status != 200 or not isinstance(data, list):
        return None
    return data if all(_is_item(kind, item) for item in data) else None


def _is_item(kind: str, item: object) -> bool:
    if not isinstance(item, dict):
        return False
    return isinstance(item.get("domain_name"), str) if kind in SITES else is_id(item.get("id"))


def names(reply: Reply) -> frozenset[str] | None:
    """Return the names in a folder; None if the answer does not show a folder."""
    data = reply.data
    return frozenset(data) if reply.status == 200 and isinstance(data, dict) else None


def _plan(cpu: Reply) -> str:
    """Free accounts have 100 CPU seconds a day (help pages)."""
    limit = cpu.data.get("daily_cpu_limit_seconds") if isinstance(cpu.data, dict) else None
    if not re.fullmatch("[0-9]{1,9}", str(limit)):
        return ""
    return "free" if int(str(limit)) <= FREE_CPU_SECONDS else "paid"


def _logs(server: Server) -> frozenset[str] | None:
    """Return the existing logs of the domain; None if that cannot be read."""
    paths = frozenset(log_paths(server.target.domain))
    tree = Request(method="GET", path="files/tree/", query={"path": "/var/log"})
    reply = server.send(tree)
    found = reply.data
    if reply.status != 200 or not isinstance(found, list):
        return None
    return paths & frozenset(found) if all(isinstance(path, str) for path in found) else None
