"""What a run has made, how each thing is undone, and so what the run may touch at all."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pa_emulator.verify.account import LISTS, is_marked, log_paths, wsgi_path
from pa_emulator.verify.cases import Request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pa_emulator.verify.account import Account
    from pa_emulator.verify.match import Reply
    from pa_emulator.verify.server import Target

_WITH_ID = ("consoles", "schedule", "always_on")
_SITES = ("webapps", "websites")


@dataclass(frozen=True, slots=True)
class Step:
    """Undoes one thing. `stays` until the end of the run, as what several cases share."""

    what: str
    request: Request
    stays: bool = False


def delete(path: str, api: str = "v0", query: Mapping[str, str] | None = None) -> Request:
    return Request(method="DELETE", path=path, api=api, query=query or {})


@dataclass(slots=True)
class Ledger:
    """`root` is the run's folder, `nowhere` a domain at which nothing is.

    A thing is written down before the request that makes it is sent: whatever happens then, it is
    undone. `paths` are its files outside of the folder. `_sites` are the kinds of sites that were
    made at the domain, `_tried` those whose making was not answered.
    """

    target: Target
    account: Account
    root: str
    nowhere: str
    nobody: str
    steps: list[Step] = field(default_factory=list)
    paths: set[str] = field(default_factory=set)
    _ids: set[tuple[str, str]] = field(default_factory=set)
    _made: set[str] = field(default_factory=set)
    _sites: set[str] = field(default_factory=set)
    _tried: set[str] = field(default_factory=set)

    def has(self, kind: str) -> bool:
        """Tell whether the run has made the site of its domain among `webapps` or `websites`."""
        return f"{kind}/{self.target.domain}/" in {step.request.path for step in self.steps}

    def before(self, request: Request) -> list[Step]:
        """Write down what the request may make; returns what is new."""
        new = [step for step in self._known_before(request) if step not in self.steps]
        self.steps += new
        self.paths |= _paths(new)
        if request.method == "POST" and len(request.parts) == 1:
            self._made.add(request.parts[0])
        if new and request.parts[0] in _SITES:
            self._tried.add(request.parts[0])
        return new

    def after(self, request: Request, reply: Reply, new: list[Step]) -> None:
        """Correct that by the answer."""
        parts = request.parts
        if new and parts[0] in _SITES:
            self._tried.discard(parts[0])
            self._sites |= {parts[0]} if is_done(reply) else set()
        if not is_done(reply):
            self.forget(new)
            self.paths -= _paths(new)
        if request.method == "DELETE" and is_done(reply):
            self.forget([step for step in self.steps if step.request.path == request.path])
        if request.method != "POST":
            return
        if len(parts) == 1 and parts[0] in _WITH_ID:
            self._note_id(parts[0], reply)
        elif len(parts) == 3 and parts[2] in {"static_files", "static_headers"} and _id(reply):
            self.steps.append(Step("row", delete(f"{'/'.join(parts)}/{_id(reply)}/")))

    def forget(self, done: list[Step]) -> None:
        self.steps = [step for step in self.steps if step not in done]

    def kinds(self) -> set[str]:
        """Return the lists in which the run may have left something."""
        return self._made & set(LISTS)

    def is_own(self, kind: str, item: Mapping[str, object]) -> bool:
        """Tell whether an item of a list was made by the run."""
        if kind in _SITES:
            is_here = str(item.get("domain_name")).lower() == self.target.domain
            return is_here and kind in self._sites | self._tried
        return (kind, str(item.get("id"))) in self._ids or is_marked(item, self.root)

    def _note_id(self, kind: str, reply: Reply) -> None:
        number = _id(reply)
        if number:
            self._ids.add((kind, number))
            self.steps.append(Step(f"{kind} {number}", delete(f"{kind}/{number}/")))

    def _known_before(self, request: Request) -> list[Step]:
        match request.method, *request.parts:
            case "POST", "webapps" if "domain_name" in request.fields:
                return self._site("web app", request, "v0")
            case "POST", "websites" if "domain_name" in request.fields:
                return self._site("website", request, "v1")
            case "POST", "webapps", name, "disable":
                return [Step("switch", Request(method="POST", path=f"webapps/{name}/enable/"))]
            case "POST", "files", "sharing" if "path" in request.fields:
                path = request.fields["path"]
                return [Step(f"share of {path}", delete("files/sharing/", query={"path": path}))]
            case "POST", "files", "path", path if self._is_inside(path):
                return [Step(f"folder {self.root}", delete(f"files/path{self.root}"), stays=True)]
        return []

    def _site(self, what: str, request: Request, api: str) -> list[Step]:
        """Return how to undo a site: itself, then what its deletion leaves behind."""
        domain = str(request.fields["domain_name"])
        stays = domain == self.target.domain
        paths = [path for path in log_paths(domain) if path not in self.account.logs]
        if api == "v0":
            paths.append(wsgi_path(domain))
        files = [Step(f"file {path}", delete(f"files/path{path}"), stays) for path in paths]
        path = f"{request.parts[0]}/{domain}/"
        return [*files, Step(f"{what} {domain}", delete(path, api), stays)]

    def may(self, request: Request) -> bool:
        """Tell whether a call touches nothing but what the run has made."""
        if request.api == "site" or request.method in {"GET", "HEAD", "OPTIONS"}:
            return True
        match request.parts:
            case "files", *rest:
                return self._may_file(rest, request)
            case (("webapps" | "websites" | "domains"), *rest):
                return self._may_site(rest, request)
            case ("consoles" | "schedule" | "always_on") as kind, *rest:
                return not rest or (kind, rest[0]) in self._ids
            case other:
                # Of a wrong method to `cpu/`, and a name that nobody has, nothing can come.
                return other in {("cpu",), ("students", self.nobody)}

    def _may_file(self, rest: list[str], request: Request) -> bool:
        domain = self.target.domain
        match rest:
            case ["path", path]:
                own = (wsgi_path(domain), *log_paths(domain)) if any(map(self.has, _SITES)) else ()
                return self._is_inside(path) or path in own
            case ["sharing"]:
                path = request.query.get("path") or request.fields.get("path") or self.root
                return self._is_inside(str(path))
        return False

    def _may_site(self, rest: list[str], request: Request) -> bool:
        domain = self.target.domain
        if not rest:
            return bool(request.fields.get("domain_name", domain) == domain)
        return rest[0] == self.nowhere or (rest[0] == domain and any(map(self.has, _SITES)))

    def _is_inside(self, path: str) -> bool:
        clean = posixpath.normpath(path)
        return clean == self.root or clean.startswith(self.root + "/")


def _paths(steps: list[Step]) -> set[str]:
    return {step.what.removeprefix("file ") for step in steps if step.what.startswith("file ")}


def is_done(reply: Reply) -> bool:
    """Tell whether an answer says that the thing was made."""
    data = reply.data
    has_failed = isinstance(data, dict) and data.get("status") == "ERROR"
    return reply.status < 400 and not has_failed


def _id(reply: Reply) -> str:
    data = reply.data
    return (
        str(data["id"]) if reply.status < 400 and isinstance(data, dict) and data.get("id") else ""
    )
