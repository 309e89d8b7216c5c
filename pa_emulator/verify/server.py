"""The server that is checked: where it is, and how it is called."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import requests

from pa_emulator.verify.hosts import is_loopback
from pa_emulator.verify.match import Reply
from pa_emulator.verify.pace import pause_asked_for
from pa_emulator.verify.unanswered import NoAnswerError, unanswered

if TYPE_CHECKING:
    from pa_emulator.verify.cases import Request
    from pa_emulator.verify.pace import Pace

# A reload may take 20 s and its visit of the site.
_TIMEOUT = (20, 90)
_ATTEMPTS = 4
_LONGEST_PAUSE = 120
_STRANGER = "0" * 40


@dataclass(frozen=True, slots=True)
class Target:
    """`url` has no slash at its end. `is_emulator`: there is nothing that could be harmed."""

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
        if request.api != "site":
            return f"{self.url}/api/{request.api}/user/{self.username}/{request.path}"
        if self.is_local:
            return self.url + request.path
        return f"{request.scheme}://{self.domain}{request.path}"


class _Nothing(requests.auth.AuthBase):
    """Keeps `requests` from taking a password out of a .netrc file."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


class Server:
    """Calls a target, no faster than it allows."""

    def __init__(self, target: Target, pace: Pace) -> None:
        self.target = target
        self.pace = pace
        self.calls = 0
        self._session = requests.Session()
        self._session.auth = _Nothing()
        if target.is_local:  # a proxy does not lead to this machine
            self._session.trust_env = False
            self._session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or True
        # A cookie could log in as somebody in place of the token.
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.headers["User-Agent"] = "pa-emulator verify"

    def send(self, request: Request) -> Reply:
        """Return the answer; a throttled call is repeated when it may be.

        Raises NoAnswerError.
        """
        if request.api == "site":
            return self._once(request)
        for _ in range(_ATTEMPTS):
            self.pace.wait(request)
            reply = self._once(request)
            pause = pause_asked_for(reply)
            if pause is None:
                return reply
            self._pause(pause)
        raise NoAnswerError(f"it answered 429 (too many calls) {_ATTEMPTS} times")

    def has_control_surface(self) -> bool:
        """Tell whether an emulator answers: only it can be controlled."""
        try:
            answer = self._session.get(
                f"{self.target.url}/_emulator/requests", timeout=_TIMEOUT, allow_redirects=False
            )
        except OSError as error:  # as all of `requests` are, and a missing file of certificates
            raise unanswered(error) from error
        return answer.status_code == 200

    def _pause(self, seconds: float) -> None:
        """Wait until the rate limit allows more; an emulator forgets the calls so far."""
        if self.target.is_emulator:
            self._session.delete(
                f"{self.target.url}/_emulator/rate-limit", timeout=_TIMEOUT, allow_redirects=False
            )
        else:
            self.pace.rest(min(seconds + 1, _LONGEST_PAUSE))

    def close(self) -> None:
        self._session.close()

    def _once(self, request: Request) -> Reply:
        self.calls += 1
        files = None if request.content is None else {"content": request.content.encode()}
        try:
            answer = self._session.request(
                request.method,
                self.target.address(request),
                params=request.query or None,
                data=request.form,
                json=request.json,
                files=files,
                headers=self._headers(request),
                timeout=_TIMEOUT,
                allow_redirects=False,
            )
        except OSError as error:  # as all of `requests` are, and a missing file of certificates
            raise unanswered(error) from error
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Reply(answer.status_code, headers.get("content-type", ""), answer.content, headers)

    def _headers(self, request: Request) -> dict[str, str]:
        """The token goes to the API alone."""
        if request.api == "site":
            host = {"Host": self.target.domain} if self.target.is_local else {}
            return {**host, **(_basic(request.login) if request.login else {})}
        if request.as_ == "nobody":
            return {}
        token = _STRANGER if request.as_ == "stranger" else self.target.token
        return {"Authorization": f"Token {token}"}


def _basic(login: str) -> dict[str, str]:
    """`name:password` as a header."""
    return {"Authorization": "Basic " + base64.b64encode(login.encode()).decode()}
