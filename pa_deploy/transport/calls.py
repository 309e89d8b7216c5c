"""Calls to the API: the token, the retries and the rate limit."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import requests

from pa_deploy.clock import Deadline
from pa_deploy.errors import DeployError, Refused, Unclear, Unreachable
from pa_deploy.hosts import Host
from pa_deploy.model import Secret
from pa_deploy.transport.answer import Answer, Fault, Hint, Method
from pa_deploy.transport.form import Content, FileForm
from pa_deploy.transport.http import CONNECT_SECONDS, READ_SECONDS, Http
from pa_deploy.transport.throttling import http_date, throttle_seconds
from pa_deploy.urls import shown_url

BACKOFF_SECONDS = (1.0, 2.0, 4.0, 8.0)
PASSING_STATUSES = (502, 503, 504)
THROTTLE_SECONDS = 15.0
"""The wait after a 429 that does not say how long to wait; doubled each time, up to 60 s."""
SERVER = Hint(
    "PythonAnywhere or the network is down or busy, or `host` is wrong.",
    "Check `host` and PythonAnywhere's status page, then run again.",
)


class _TokenAuth(requests.auth.AuthBase):
    """An auth object rather than a header, because a ~/.netrc would replace a header."""

    def __init__(self, token: Secret) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Token {self._token.reveal()}"
        return request


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request to the API. `what` says in plain words what it is for.

    `repeatable`: sending it twice has the effect of sending it once. `wants_json`: a success
    whose body is not JSON was not whole. `clear_500`: a 500 tells that it was not done.
    """

    method: Method
    path: str
    what: str
    repeatable: bool = True
    wants_json: bool = True
    clear_500: bool = False
    params: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None
    content: Content | None = None
    read_seconds: float = READ_SECONDS


class Transport:
    """Calls to one host with one token; every retry and every wait is announced.

    `doubts` counts the writes that were sent and not clearly answered: each of them may still be
    under way, and only a look at the state tells what came of it. `guard` is called before each
    try of a write, and each wait for one, with the seconds that it may take; what it raises keeps
    the write from being sent.
    """

    def __init__(
        self,
        host: Host,
        token: Secret,
        http: Http,
        *,
        announce: Callable[[str], None],
        user_agent: str,
    ) -> None:
        self._host = host
        self._auth = _TokenAuth(token)
        self._http = http
        self._announce = announce
        self._headers = {"User-Agent": user_agent, "Accept": "application/json"}
        self._lock = threading.Lock()
        self._ahead: float | None = None
        self.requests = 0
        self.doubts = 0
        self.guard: Callable[[float], None] = no_guard

    @property
    def deadline(self) -> Deadline:
        return self._http.deadline

    def server_time(self) -> float:
        """Seconds since the epoch by the server's clock, as its last `Date` showed it."""
        clock = self.deadline.clock
        return clock.time() if self._ahead is None else clock.now() + self._ahead

    def send(self, call: Call) -> Answer:
        """The server's answer, whatever its status but 429 and, after the retries, 502-504.

        Raises Unreachable, or Unclear for a call that must not be repeated and may have worked.
        """
        doubts = self.doubts
        try:
            return self._send(call)
        except DeployError as error:
            error.unsent = call.method != "GET" and self.doubts == doubts
            raise

    def _send(self, call: Call) -> Answer:
        backoff = iter(BACKOFF_SECONDS)
        unsaid_wait = THROTTLE_SECONDS
        while True:
            self.deadline.check(call.what)
            if call.method != "GET":
                self.guard(CONNECT_SECONDS + call.read_seconds)
            try:
                answer = self._exchange(call)
            except Fault as fault:
                trouble = fault
            else:
                if answer.status == 429:
                    self._wait_for_rate_limit(call, answer, unsaid_wait)
                    unsaid_wait = min(60.0, 2 * unsaid_wait)
                    continue
                found = self._trouble(call, answer)
                if found is None:
                    return answer
                trouble = found
            if trouble.sent and call.method != "GET":
                self.doubts += 1
            self._wait_or_give_up(call, trouble, next(backoff, None))

    def _exchange(self, call: Call) -> Answer:
        with self._lock:
            self.requests += 1
        body: Mapping[str, str] | FileForm | None = call.form
        headers = self._headers
        if call.content is not None:
            body = FileForm(call.content)
            headers = {**headers, "Content-Type": body.content_type}
        answer = self._http.exchange(
            call.method,
            self._host.origin + call.path,
            read_seconds=call.read_seconds,
            direct=self._host.loopback,
            headers=headers,
            auth=self._auth,
            params=call.params,
            data=body,
        )
        self._set_time(answer)
        return answer

    def _set_time(self, answer: Answer) -> None:
        date = http_date(answer.headers.get("date", ""))
        if date is not None:
            self._ahead = date - self.deadline.clock.now()

    def _trouble(self, call: Call, answer: Answer) -> Fault | None:
        """An answer that says nothing about the request itself, as a Fault."""
        if 300 <= answer.status < 400:
            place = shown_url(answer.headers.get("location", "nowhere"))
            raise Refused(
                f"{self._host.hostname} answered {call.what} with a redirect to {place}.",
                cause="The API never redirects. This came from a proxy or a wrong `host`.",
                advice="Check `host`. pa-deploy did not follow the redirect, so the token went "
                "nowhere else.",
            )
        unclear_500 = answer.status >= 500 and not call.repeatable and not call.clear_500
        if answer.status in PASSING_STATUSES or unclear_500:
            return Fault(f"the server answered {answer.status}", sent=True)
        is_page = answer.is_page or (call.method != "GET" and answer.body.lstrip()[:1] == b"<")
        if answer.ok and is_page:
            # Files come as octet-stream, whatever they hold (official client's tests).
            return Fault(f"a web page ({answer.status}) came instead of an answer", sent=True)
        if answer.ok and call.wants_json and not _decodes(answer):
            return Fault(f"the answer ({answer.status}) is not valid JSON", sent=True)
        return None

    def _wait_or_give_up(self, call: Call, fault: Fault, wait: float | None) -> None:
        if fault.sent and not call.repeatable:
            raise Unclear(
                f"No clear answer to {call.what}: {fault.reason}.",
                cause="It may or may not have happened.",
                advice="Run again: the state is read first, so nothing is done twice.",
            )
        if fault.lasting or wait is None:
            raise self._unreachable(call, fault)
        self._wait(
            wait,
            f"{self._name(call)}: {fault.reason}; trying again in {wait:g} s",
            f"{call.what} ({fault.reason})",
            call,
        )

    def _unreachable(self, call: Call, fault: Fault) -> Unreachable:
        tries = "" if fault.lasting else f" It was tried {len(BACKOFF_SECONDS) + 1} times."
        hint = fault.hint or SERVER
        return Unreachable(
            f"{self._host.hostname} gave no usable answer to {call.what}: {fault.reason}.{tries}",
            cause=hint.cause,
            advice=hint.advice,
        )

    def _wait_for_rate_limit(self, call: Call, answer: Answer, unsaid_wait: float) -> None:
        wait = throttle_seconds(answer, self.server_time()) or unsaid_wait
        self._wait(
            wait,
            f"Waiting {wait:g} s for PythonAnywhere's rate limit (then: {call.what})",
            f"the rate limit ({wait:g} s) before {call.what}",
            call,
        )

    def _wait(self, seconds: float, announcement: str, doing: str, call: Call) -> None:
        """Announce and sleep, or raise OutOfTime at once if that would not end in time."""
        self.deadline.check(doing, seconds)
        self._announce(announcement)
        if call.method != "GET":
            self.guard(seconds + CONNECT_SECONDS + call.read_seconds)
        self.deadline.clock.sleep(seconds)

    def _name(self, call: Call) -> str:
        return call.what[:1].upper() + call.what[1:]


def no_guard(_seconds: float) -> None:
    """Let every write pass."""


def _decodes(answer: Answer) -> bool:
    try:
        answer.json()
    except ValueError:
        return False
    return True
