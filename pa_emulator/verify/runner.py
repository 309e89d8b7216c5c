"""Compares a server with the contract, case by case."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pa_emulator.verify.account import ANY_PLAN, LISTS, wsgi_path
from pa_emulator.verify.cases import Request, filled
from pa_emulator.verify.ledger import delete, is_done
from pa_emulator.verify.match import differences
from pa_emulator.verify.shape import found
from pa_emulator.verify.shield import undisturbed
from pa_emulator.verify.unanswered import Unanswered
from pa_emulator.verify.undo import carry_out

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pa_emulator.verify.account import Account
    from pa_emulator.verify.cases import Answer, Case
    from pa_emulator.verify.ledger import Ledger
    from pa_emulator.verify.match import Reply
    from pa_emulator.verify.server import Server, Target

HOLDS = "holds"
DIFFERS = "differs"
NOT_TRIED = "not tried"
CONSOLES = 2
"""A free account may have two consoles (help pages)."""
PYTHON = "python310"
SITES = {"webapp": ("webapps", "v0"), "website": ("websites", "v1")}
"""The name in `needs` -> path and version of the API."""
GLANCE_SECONDS = {"site": 0.5, "v0": 3.0, "v1": 3.0}
"""Seconds between two tries: of a visit, and of a call that the rate limit counts."""
NO_ROOM = re.compile("cannot create any more|maximum number|limit reached", re.IGNORECASE)
"""The answer has such words if a plan allows no more web apps, tasks or consoles."""
VALUE = re.compile(r"[A-Za-z0-9]{1,40}(\.[0-9]{1,9})*")
"""An id, or a version of Python."""
PATIENCE = 3
"""After so many cases without an answer, the run gives up."""


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a case; `why` says why it was not tried."""

    case: Case
    status: str
    found: str = ""
    differences: tuple[str, ...] = ()
    why: str = ""


class _NotTried(Exception):
    """Why a case cannot be tried."""


class Runner:
    """One run against a server; the ledger has what it makes."""

    def __init__(self, server: Server, ledger: Ledger, *, slow: bool) -> None:
        self._server = server
        self._ledger = ledger
        self._slow = slow
        self._unanswered = 0
        self.results: list[Result] = []

    def run(self, cases: Iterable[Case]) -> None:
        """Try all cases, and undo each. Web app, website and folder stay until the end.

        Raises Unanswered if the server no longer answers.
        """
        for service, group in itertools.groupby(cases, lambda case: case.service):
            self._try_all(service, list(group))

    def _try_all(self, service: str, cases: list[Case]) -> None:
        tried = sum(not self._why_not(case) for case in cases)
        self._server.pace.say(f"{service}: trying {tried} of {len(cases)} facts")
        for case in cases:
            self.results.append(self._tried(case))
            if self._unanswered >= PATIENCE:
                raise Unanswered(self.results[-1].why)

    def _why_not(self, case: Case) -> str:
        return why_not(case, self._server.target, self._ledger.account, slow=self._slow)

    def _tried(self, case: Case) -> Result:
        why = self._why_not(case)
        if why:
            return Result(case, NOT_TRIED, why=why)
        try:
            result = self._result(case)
        except _NotTried as error:
            return Result(case, NOT_TRIED, why=str(error))
        except Unanswered as error:
            self._unanswered += 1
            return Result(case, NOT_TRIED, why=f"no answer: {error}")
        except OSError:  # what the run makes cannot be recorded
            raise
        except Exception as error:
            why = f"an answer that this program does not understand ({type(error).__name__})"
            return Result(case, NOT_TRIED, why=why)
        else:
            self._unanswered = 0
            return result
        finally:
            self._undo_case()

    def _result(self, case: Case) -> Result:
        self._prepare(case.needs)
        values = self._values(case)
        for request in case.given:
            given = filled(request, values)
            reply = self._send(given)
            if not is_done(reply):
                raise _NotTried(f"cannot be set up: {_name(request)} answered {reply.status}")
            values |= _safe(_kept(request, reply), _name(request))
        request, wanted = filled(case.request, values), filled(case.answer, values)
        reply = self._awaited(request, wanted)
        if wanted.status < 400 <= reply.status and NO_ROOM.search(reply.text):
            raise _NotTried("the plan of the account does not allow one more")
        others = differences(filled(wanted, _kept(request, reply)), reply)
        status = DIFFERS if others else HOLDS
        return Result(case, status, found(wanted, reply), others)

    def _awaited(self, request: Request, wanted: Answer) -> Reply:
        """Return the answer. Repeat a request with `until` until its answer is right."""
        clock = self._server.pace.clock
        end = clock.now() + request.until
        reply = self._send(request)
        while differences(wanted, reply) and clock.now() < end:
            clock.sleep(GLANCE_SECONDS[request.api])
            reply = self._send(request)
        return reply

    def _prepare(self, needs: str) -> None:
        """Make sure that the domain has a web app, a website, or neither, as the case needs."""
        if not needs or (needs != "new webapp" and needs in self._here()):
            return
        domain = self._server.target.domain
        for kind in self._here():
            path, api = SITES[kind]
            self._need(delete(f"{path}/{domain}/", api))
        if needs == "website":
            webapp = {"command": f"sleep 1000; echo {self._ledger.root}"}
            form = {"domain_name": domain, "enabled": True, "webapp": webapp}
            self._need(Request(method="POST", path="websites/", api="v1", json=form))
        elif needs != "no webapp":
            form = {"domain_name": domain, "python_version": PYTHON}
            self._need(Request(method="POST", path="webapps/", form=form))

    def _here(self) -> list[str]:
        return [kind for kind, (path, _) in SITES.items() if self._ledger.has(path)]

    def _need(self, request: Request) -> None:
        reply = self._send(request)
        if not is_done(reply):
            raise _NotTried(f"cannot be set up: {_name(request)} answered {reply.status}")

    def _send(self, request: Request) -> Reply:
        target = self._server.target
        if not target.is_emulator and not self._ledger.may(request):
            raise _NotTried("it would change something that this run did not make")
        if request.method in {"GET", "HEAD", "OPTIONS"}:
            return self._server.send(request)
        with undisturbed():
            self._ledger.before(request)
            reply = self._server.send(request)
            self._ledger.after(request, reply)
            domain = str(request.fields.get("domain_name"))
            if request.parts == ("webapps",) and f"webapps/{domain}" in self._ledger.made.sure:
                self._mark(domain)
        return reply

    def _mark(self, domain: str) -> None:
        """Mark the web app as the run's, in case the run is killed."""
        path = f"webapps/{domain}/"
        form = {"source_directory": self._ledger.root}
        self._server.send(Request(method="PATCH", path=path, form=form))

    def _undo_case(self) -> None:
        steps = [step for step in self._ledger.steps if not step.stays]
        failed = carry_out(self._server, steps, lambda: False)
        self._ledger.forget([step for step in steps if step not in failed])

    def _values(self, case: Case) -> dict[str, str]:
        return {
            **values_of(self._server.target, self._ledger),
            "folder": f"{self._ledger.root}/{case.number}",
        }


def values_of(target: Target, ledger: Ledger) -> dict[str, str]:
    """Return the values of the names in `<…>`, except for the folder of each case."""
    return {
        "user": target.username,
        "home": target.home,
        "domain": target.domain,
        "wsgi": wsgi_path(target.domain),
        "root": ledger.root,
        "nowhere": ledger.nowhere,
        "nobody": ledger.nobody,
    }


def why_not(case: Case, target: Target, account: Account, *, slow: bool) -> str:
    """Return why a case cannot be tried on this account; empty if it can."""
    if not case.safe and not target.is_emulator:
        return f"not safe: {case.why}"
    if case.slow and not slow:
        return f"takes {case.slow:.0f} s; pass --slow"
    if case.plan and not account.plan:
        return "the plan of the account is unknown"
    if case.plan and account.plan not in {case.plan, ANY_PLAN}:
        return f"needs a {case.plan} account"
    if case.request.scheme == "http" and target.is_local and target.url.startswith("https:"):
        return "this server does not answer over http"
    return _taken(case, target, account)


def _taken(case: Case, target: Target, account: Account) -> str:
    unread = _unread(case, account)
    if unread:
        return f"{unread} could not be read, so this run could not tell its own items from others"
    domain = target.domain
    used = len(account.lists["consoles"] or ())
    if _makes(case, "consoles") and account.plan == "free" and used >= CONSOLES:
        return "both consoles of the account are in use"
    if not _needs_site(case):
        return ""
    for kind, what in (("webapps", "web app"), ("websites", "website")):
        if account.has_site(kind, domain):
            advice = "; pass another --domain" if account.plan == "paid" else ""
            return f"{domain} already has a {what}{advice}"
    if account.has_wsgi and case.service != "websites":
        return f"the WSGI file of an earlier web app at {domain} would be overwritten"
    return ""


def _unread(case: Case, account: Account) -> str:
    """Name something that the case needs to know but the first look did not show."""
    kinds = [kind for kind in LISTS if _makes(case, kind)]
    if _needs_site(case):
        kinds = ["webapps", "websites", *kinds]
        if account.logs is None:
            return "the names of the logs"
        if account.has_wsgi is None and case.service != "websites":
            return "the WSGI file"
    for kind in kinds:
        if account.lists[kind] is None:
            return f"the list of {kind}"
    writes = any(each.method == "POST" and each.parts[:1] == ("files",) for each in case.requests)
    return "the home directory" if writes and account.home is None else ""


def _needs_site(case: Case) -> bool:
    return bool(case.needs) or _makes(case, "webapps") or _makes(case, "websites")


def _makes(case: Case, kind: str) -> bool:
    return any(each.method == "POST" and each.parts == (kind,) for each in case.requests)


def _kept(request: Request, reply: Reply) -> dict[str, str]:
    data = reply.data if isinstance(reply.data, dict) else {}
    return {name: str(data.get(key, "")) for name, key in request.keep.items()}


def _safe(values: dict[str, str], name: str) -> dict[str, str]:
    """Refuse values of an answer that would change the path of a later request."""
    if not all(VALUE.fullmatch(value) for value in values.values()):
        raise _NotTried(f"cannot be set up: {name} answered with an id that is not a number")
    return values


def _name(request: Request) -> str:
    return f"{request.method} {request.parts[0] if request.parts else '/'}"


def chosen(cases: Iterable[Case], services: tuple[str, ...]) -> tuple[Case, ...]:
    """Return the cases of the named services; all if none is named."""
    return tuple(case for case in cases if not services or case.service in services)
