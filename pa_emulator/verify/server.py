"""The server to check: its address, and the calls to it."""

from __future__ import annotations

import base64
import os
import threading
import time
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import requests

from pa_emulator.verify.hosts import is_loopback
from pa_emulator.verify.match import Reply
from pa_emulator.verify.pace import pause_asked_for
from pa_emulator.verify.shield import disturbed, is_wanted, undisturbed
from pa_emulator.verify.unanswered import Unanswered, unanswered

if TYPE_CHECKING:
    from collections.abc import Callable

    from pa_emulator.verify.cases import Request
    from pa_emulator.verify.pace import Pace

TIMEOUT = (20, 90)
"""A reload may take 20 s, plus its visit of the site."""
GRACE_SECONDS = 30
"""The longest wait for a call after somebody stops the run; the time between two looks at it."""
GLANCE_SECONDS = 0.1
ATTEMPTS = 4
LONGEST_PAUSE = 120
STRANGER = "0" * 40


@dataclass(frozen=True, slots=True)
class Target:
    """`url` has no slash at its end. `is_emulator` means that no real account can be harmed."""

    url: str
    username: str
    token: str
    domain: str
    is_emulator: bool

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def is_local(self) -> bool:
        return is_loopback(self.host)

    @property
    def home(self) -> str:
        return f"/home/{self.username}"

    def address(self, request: Request) -> str:
        """Return the URL of a request. Raises ValueError if a client would change its path."""
        if {".", ".."} & set(request.path.split("/")):
            raise ValueError("a path with dots")
        if request.api != "site":
            return f"{self.url}/api/{request.api}/user/{self.username}/{quote(request.path)}"
        if self.is_local:
            return self.url + request.path
        return f"{request.scheme}://{self.domain}{request.path}"


class _Nothing(requests.auth.AuthBase):
    """Keeps `requests` from using a password of a .netrc file."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


class _Call:
    """One request, in a thread: only so can a slowly dripping answer be given up."""

    def __init__(self, make: Callable[[], requests.Response]) -> None:
        self._make = make
        self._answer: requests.Response | None = None
        self._error: Exception | None = None
        self._done = threading.Event()

    @property
    def is_done(self) -> bool:
        return self._done.is_set()

    def start(self) -> None:
        threading.Thread(target=self._run, daemon=True).start()

    def wait(self, seconds: float) -> None:
        self._done.wait(seconds)

    def reply(self) -> Reply:
        if not self.is_done:
            raise Unanswered("no answer in time")
        if self._answer is None:
            raise _no_answer(self._error) from self._error
        headers = {name.lower(): value for name, value in self._answer.headers.items()}
        kind = headers.get("content-type", "")
        return Reply(self._answer.status_code, kind, self._answer.content, headers)

    def _run(self) -> None:
        with undisturbed():  # signals are for the program's own thread
            try:
                self._answer = self._make()
            except Exception as error:
                self._error = error
            self._done.set()


class Server:
    """Calls a target, no faster than it allows. An answer may take `longest` seconds."""

    longest = 120.0

    def __init__(self, target: Target, pace: Pace) -> None:
        self.target = target
        self.pace = pace
        self.calls = 0
        # Tells whether to stop waiting.
        self.is_over: Callable[[], bool] = lambda: False
        self._session = self._new_session()

    def _new_session(self) -> requests.Session:
        session = requests.Session()
        session.auth = _Nothing()
        if self.target.is_local:  # a proxy does not lead to this machine
            session.trust_env = False
            session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or True
        # A cookie could log in as somebody in place of the token.
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        session.headers["User-Agent"] = "pa-emulator verify"
        return session

    def send(self, request: Request) -> Reply:
        """Return the answer. A throttled call is repeated when the limit allows it.

        Raises Unanswered.
        """
        if request.api == "site":
            return self._once(request)
        for _ in range(ATTEMPTS):
            with disturbed():
                self.pace.wait(request)
            reply = self._once(request)
            pause = pause_asked_for(reply)
            if pause is None:
                return reply
            with disturbed():
                self._pause(pause)
        raise Unanswered(f"it answered 429 (too many calls) {ATTEMPTS} times")

    def has_control_surface(self) -> bool:
        """Tell whether an emulator answers: only an emulator has a control surface."""
        try:
            answer = self._session.get(
                f"{self.target.url}/_emulator/requests", timeout=TIMEOUT, allow_redirects=False
            )
        except OSError as error:  # as all of `requests` are, and a missing file of certificates
            raise unanswered(error) from error
        return answer.status_code == 200

    def _pause(self, seconds: float) -> None:
        """Wait until the rate limit allows more; an emulator forgets the calls so far."""
        if self.target.is_emulator:
            self._session.delete(
                f"{self.target.url}/_emulator/rate-limit", timeout=TIMEOUT, allow_redirects=False
            )
        else:
            self.pace.rest(min(seconds + 1, LONGEST_PAUSE))

    def close(self) -> None:
        self._session.close()

    def _once(self, request: Request) -> Reply:
        self.calls += 1
        address = self.target.address(request)
        files = None if request.content is None else {"content": request.content.encode()}
        call = _Call(
            lambda: self._session.request(
                request.method,
                address,
                params=request.query or None,
                data=request.form,
                json=request.json,
                files=files,
                headers=self._headers(request),
                timeout=TIMEOUT,
                allow_redirects=False,
            )
        )
        try:
            self._wait(call)
        finally:
            if not call.is_done:
                self._session = self._new_session()
        return call.reply()

    def _wait(self, call: _Call) -> None:
        """Wait for an answer; less long if somebody wants to stop."""
        call.start()
        began = time.monotonic()
        longest = self.longest
        while not call.is_done and time.monotonic() < began + longest and not self.is_over():
            if is_wanted():
                longest = min(longest, GRACE_SECONDS)
            call.wait(GLANCE_SECONDS)

    def _headers(self, request: Request) -> dict[str, str]:
        """Return the headers. Only the API gets the token."""
        if request.api == "site":
            host = {"Host": self.target.domain} if self.target.is_local else {}
            return {**host, **(_basic(request.login) if request.login else {})}
        if request.as_ == "nobody":
            return {}
        token = STRANGER if request.as_ == "stranger" else self.target.token
        return {"Authorization": f"Token {token}"}


def _basic(login: str) -> dict[str, str]:
    """`name:password` as a header."""
    return {"Authorization": "Basic " + base64.b64encode(login.encode()).decode()}


def _no_answer(error: Exception | None) -> Unanswered:
    if isinstance(error, OSError):  # as all of `requests` are, and a missing file of certificates
        return unanswered(error)
    return Unanswered(f"a broken answer ({type(error).__name__})")
