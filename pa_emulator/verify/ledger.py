"""What a run has made, how to undo it, and so what the run may change at all."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pa_emulator.verify.account import LISTS, log_paths, wsgi_path
from pa_emulator.verify.cases import Request
from pa_emulator.verify.made import SITES, is_id, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pa_emulator.verify.account import Account
    from pa_emulator.verify.made import Made
    from pa_emulator.verify.match import Reply
    from pa_emulator.verify.server import Target

ROW = re.compile("[1-9][0-9]{0,17}")
"""The id of a row of a web app that the run has made."""


@dataclass(frozen=True, slots=True)
class Step:
    """Undoes one thing. `stays` means until the end of the run: several cases share it."""

    what: str
    request: Request
    stays: bool = False


def delete(path: str, api: str = "v0", query: Mapping[str, str] | None = None) -> Request:
    return Request(method="DELETE", path=path, api=api, query=query or {})


def _not_kept() -> None:
    """Do nothing: a rehearsal makes nothing that has to be found later."""


@dataclass(slots=True)
class Ledger:
    """`nowhere` is a domain without a web app, `nobody` a user that does not exist.

    Each thing is recorded, and kept by `save`, before the request that makes it is sent. `steps`
    undo the things that were surely made. Other things are only in `made`: at the end, the run
    looks for them on the account.
    """

    target: Target
    account: Account
    made: Made
    nowhere: str
    nobody: str
    save: Callable[[], None] = _not_kept
    steps: list[Step] = field(default_factory=list)

    @property
    def root(self) -> str:
        return self.made.root

    def has(self, kind: str) -> bool:
        """Tell whether the run has made the site of its domain among `webapps` or `websites`."""
        return f"{kind}/{self.target.domain}/" in {step.request.path for step in self.steps}

    def before(self, request: Request) -> list[Step]:
        """Record what the request may make; return the new steps."""
        new = [step for step in self._known_before(request) if step not in self.steps]
        self.steps += new
        if self._notes(request):
            self.save()
        return new

    def after(self, request: Request, reply: Reply) -> None:
        """Add the things that the answer proves."""
        kind, *rest = request.parts or ("",)
        if request.method == "DELETE" and is_done(reply):
            self.forget([step for step in self.steps if step.request.path == request.path])
            self.made.sure.discard("/".join(request.parts))
        if request.method != "POST":
            return
        if not rest and kind in SITES and is_made(reply) and "domain_name" in request.fields:
            self._note_site(kind, str(request.fields["domain_name"]))
        elif not rest and kind in LISTS and is_made(reply):
            self._note_id(kind, request, reply)
        elif rest[1:] in (["static_files"], ["static_headers"]) and is_made(reply):
            number = str(reply.data.get("id"))
            if ROW.fullmatch(number):
                row = delete(f"{'/'.join(request.parts)}/{number}/")
                self.steps.append(Step(f"row {number}", row))

    def forget(self, done: list[Step]) -> None:
        self.steps = [step for step in self.steps if step not in done]

    def site(self, kind: str, domain: str) -> list[Step]:
        """Return how to undo a site, with the files that its deletion leaves behind."""
        return site_steps(kind, domain, self.made.sites[f"{kind}/{domain}"])

    def _notes(self, request: Request) -> bool:
        """Record in `made` what the request may make; tell whether that is new."""
        before = self.made.as_json()
        match request.method, *request.parts:
            case "POST", kind if kind in LISTS:
                # A web app gets its text only in the call after its creation.
                text = self.root if kind == "webapps" else text_of(kind, request.fields)
                self.made.may_hold(kind, text)
                if kind in SITES and "domain_name" in request.fields:
                    self._note_files(kind, str(request.fields["domain_name"]))
            case "PATCH", kind, number if kind in LISTS and kind not in SITES:
                ids = self.made.ids.get(kind, {})
                text = text_of(kind, request.fields)
                if number.isdecimal() and int(number) in ids and text is not None:
                    ids[int(number)].add(text)
            case "POST", "files", "sharing" if self._is_inside(str(request.fields.get("path"))):
                self.made.shares.add(str(request.fields["path"]))
            case "POST", "files", "path", path if self._is_inside(path):
                self.made.has_folder = True
            case _:
                pass
        return self.made.as_json() != before

    def _note_files(self, kind: str, domain: str) -> None:
        """Record the files that come with a site, except those that existed before."""
        logs = self.account.logs
        paths = [path for path in log_paths(domain) if logs is not None and path not in logs]
        if kind == "webapps" and self.account.has_wsgi is False:
            paths.append(wsgi_path(domain))
        self.made.sites[f"{kind}/{domain}"] = paths

    def _note_site(self, kind: str, domain: str) -> None:
        if domain == self.target.domain and self.account.has_site(kind, domain) is not False:
            return
        self.made.sure.add(f"{kind}/{domain}")
        self.made.files |= set(self.made.sites[f"{kind}/{domain}"])
        steps = self.site(kind, domain)
        if domain == self.target.domain:
            steps = [replace(step, stays=True) for step in steps]
        self.steps += [step for step in steps if step not in self.steps]

    def _note_id(self, kind: str, request: Request, reply: Reply) -> None:
        """Believe an id if it is new and the answer does not show a text of others."""
        number, text = reply.data.get("id"), text_of(kind, reply.data)
        wanted = text_of(kind, request.fields)
        if not is_id(number) or self.account.has_id(kind, number) or text not in {None, wanted}:
            return
        self.made.ids.setdefault(kind, {})[number] = {wanted} if wanted else set()
        self.steps.append(Step(f"{kind} {number}", delete(f"{kind}/{number}/")))
        self.save()

    def _known_before(self, request: Request) -> list[Step]:
        match request.method, *request.parts:
            case "POST", "webapps", name, "disable":
                return [Step("switch", Request(method="POST", path=f"webapps/{name}/enable/"))]
            case "POST", "files", "sharing" if self._is_inside(str(request.fields.get("path"))):
                return [share_step(str(request.fields["path"]))]
            case "POST", "files", "path", path if self._is_inside(path):
                return [folder_step(self.root)]
            case _:
                return []

    def may(self, request: Request) -> bool:
        """Tell whether a call changes only what the run has made."""
        if request.api == "site" or request.method in {"GET", "HEAD", "OPTIONS"}:
            return True
        match request.parts:
            case "files", *rest:
                return self._may_file(rest, request)
            case (("webapps" | "websites" | "domains"), *rest):
                return self._may_site(request.parts[0], rest, request)
            case ("consoles" | "schedule" | "always_on") as kind, *rest:
                ids = map(str, self.made.ids.get(kind, ()))
                return not rest or rest[0] in ids
            case other:
                # A wrong method of `cpu/` and a name that no user has change nothing.
                return other in {("cpu",), ("students", self.nobody)}

    def _may_file(self, rest: list[str], request: Request) -> bool:
        match rest:
            case ["path", path]:
                return self._is_inside(path) or path in self.made.files
            case ["sharing"]:
                path = request.query.get("path") or request.fields.get("path") or self.root
                return self._is_inside(str(path))
            case _:
                return False

    def _may_site(self, kind: str, rest: list[str], request: Request) -> bool:
        domain = self.target.domain
        if not rest:
            return bool(request.fields.get("domain_name", domain) == domain)
        kinds = (kind,) if kind in SITES else SITES
        return rest[0] == self.nowhere or (rest[0] == domain and any(map(self.has, kinds)))

    def _is_inside(self, path: str) -> bool:
        clean = posixpath.normpath(path)
        return clean == self.root or clean.startswith(self.root + "/")


def folder_step(path: str) -> Step:
    return Step(f"folder {path}", delete(f"files/path{path}"), stays=True)


def share_step(path: str) -> Step:
    return Step(f"share of {path}", delete("files/sharing/", query={"path": path}))


def file_step(path: str) -> Step:
    return Step(f"file {path}", delete(f"files/path{path}"))


def site_steps(kind: str, domain: str, files: list[str]) -> list[Step]:
    """Return how to undo a site. The site comes last, because steps run backwards."""
    what, api = {"webapps": ("web app", "v0"), "websites": ("website", "v1")}[kind]
    site = Step(f"{what} {domain}", delete(f"{kind}/{domain}/", api))
    return [*map(file_step, files), site]


def is_done(reply: Reply) -> bool:
    """Tell whether an answer reports success."""
    data = reply.data
    has_failed = isinstance(data, dict) and data.get("status") == "ERROR"
    return reply.status < 400 and not has_failed


def is_made(reply: Reply) -> bool:
    """Tell whether an answer proves that the thing was made; a page or a redirect does not."""
    return reply.status in {200, 201} and isinstance(reply.data, dict) and is_done(reply)
