"""A plan's changes as JSON, and the digest that stands for them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

from pa_deploy.model import (
    Change,
    Create,
    Delete,
    Exact,
    NewWebapp,
    PasswordProtection,
    Plan,
    Release,
    Resource,
    Setting,
    SharedFile,
    StaticFile,
    StaticHeader,
    Update,
    WsgiFile,
)
from pa_deploy.plan.order import in_common_order

VERSION = 1
"""Of the shape of the plan as JSON; it counts up when a reader would have to change."""


def plan_json(plan: Plan) -> dict[str, Any]:
    return {
        "version": VERSION,
        "domain": plan.domain,
        "digest": plan.digest,
        "changes": [change_json(change) for change in plan.changes],
        "unchanged": [{"kind": kind(each), **_resource_json(each)} for each in plan.unchanged],
        "notes": list(plan.notes),
        "reload": plan.reload,
    }


def digest(domain: str, changes: Iterable[Change]) -> Exact:
    """SHA-256 (hex) of the changes, in an order that does not depend on one without a meaning.

    Row ids do not count, as they say nothing wanted; nor do passwords, because whoever has the
    digest could guess them.
    """
    canonical = json.dumps(
        [domain, [change_json(change) for change in _in_common_order(tuple(changes))]],
        sort_keys=True,
        separators=(",", ":"),
    )
    return Exact(hashlib.sha256(canonical.encode()).hexdigest())


def _in_common_order(changes: tuple[Change, ...]) -> Iterator[Change]:
    """Headers, shared files and mappings that do not overlap are created in any order."""
    created = [change.after for change in changes if isinstance(change, Create)]
    files = iter(in_common_order([row for row in created if isinstance(row, StaticFile)]))
    headers = iter(sorted((row for row in created if isinstance(row, StaticHeader)), key=_key))
    shared = iter(sorted((row for row in created if isinstance(row, SharedFile)), key=_key))
    for change in changes:
        match change:
            case Create(StaticFile()):
                yield Create(next(files))
            case Create(StaticHeader()):
                yield Create(next(headers))
            case Create(SharedFile()):
                yield Create(next(shared))
            case Create() | Update() | Delete():
                yield change


def combined_digest(digests: Iterable[str]) -> Exact:
    """SHA-256 (hex) of the digests of several plans, a line each; their order counts."""
    return Exact(hashlib.sha256("\n".join(digests).encode()).hexdigest())


def target(change: Change) -> tuple[str, ...]:
    """What a change leads to: the same whether it is created or updated to that."""
    match change:
        case Delete(before):
            return ("delete", kind(before), _key(before))
        case Create(after) | Update(_, after):
            return (kind(after), _key(after))


def writes(change: Change, what: type[Resource]) -> bool:
    """Whether it makes something of that type, or makes it something else."""
    return isinstance(change, Create | Update) and isinstance(change.after, what)


def sets_virtualenv(change: Change) -> bool:
    if isinstance(change, Delete):
        return False
    return isinstance(change.after, Setting) and change.after.name == "virtualenv"


def _key(resource: Resource) -> str:
    match resource:
        case NewWebapp(domain):
            return domain
        case Setting(name):
            return name
        case StaticFile(url, path):
            return f"{url} {path}"
        case StaticHeader(url, name, value):
            return f"{url} {name} {value}"
        case WsgiFile(path=path) | SharedFile(path):
            return path
        case Release(id):
            return id


def change_json(change: Change) -> dict[str, Any]:
    """A change as JSON: `action`, `kind`, and `before` and `after` if it has them."""
    match change:
        case Create(after):
            return {"action": "create", "kind": kind(after), "after": _resource_json(after)}
        case Update(before, after):
            return {
                "action": "update",
                "kind": kind(after),
                "before": _resource_json(before),
                "after": _resource_json(after),
            }
        case Delete(before):
            return {"action": "delete", "kind": kind(before), "before": _resource_json(before)}


def kind(resource: Resource) -> str:
    match resource:
        case NewWebapp():
            return "webapp"
        case Setting():
            return "setting"
        case StaticFile():
            return "static-file"
        case StaticHeader():
            return "static-header"
        case WsgiFile():
            return "wsgi-file"
        case Release():
            return "release"
        case SharedFile():
            return "shared-file"


def _resource_json(resource: Resource) -> dict[str, Any]:
    match resource:
        case NewWebapp(domain, python_version):
            return {"domain": domain, "python_version": python_version}
        case Setting(name, PasswordProtection() as protection):
            return {"name": name.replace("_", "-"), "value": login_text(protection)}
        case Setting(name, value):
            return {"name": name.replace("_", "-"), "value": value}
        case StaticFile(url, path):
            return {"url": url, "path": path}
        case StaticHeader(url, name, value):
            return {"url": url, "name": name, "value": value}
        case WsgiFile(path=path, content=content):
            return {
                "path": path,
                "sha256": None if content is None else Exact(hashlib.sha256(content).hexdigest()),
                "bytes": None if content is None else len(content),
            }
        case SharedFile(path):
            return {"path": path}
        case Release(id):
            return {"id": id}


def login_text(protection: PasswordProtection) -> str:
    """Who may see the site, for everybody to read: `alice:***`, or "" if it is open."""
    return f"{protection.username}:***" if protection.enabled else ""
