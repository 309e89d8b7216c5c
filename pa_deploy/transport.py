"""The one place that speaks HTTP.

`Http` makes single exchanges and tells faults apart; `Transport` adds the token, the retries and
the rate limit for the API. No redirect is followed, so the token goes to one host only.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Literal
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import NewConnectionError

from pa_deploy.clock import Deadline
from pa_deploy.errors import Refused, Unclear, Unreachable
from pa_deploy.hosts import Host
from pa_deploy.model import Secret

CONNECT_SECONDS = 10.0
READ_SECONDS = 30.0
LARGEST_BODY_BYTES = 64 * 1024 * 1024
BACKOFF_SECONDS = (1.0, 2.0, 4.0, 8.0)
PASSING_STATUSES = (502, 503, 504)
THROTTLE_SECONDS = 15.0
"""The wait after a 429 that does not say how long to wait; doubled each time, up to 60 s."""

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole HTTP answer. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def is_json(self) -> bool:
        """Some endpoints answer `text/json` (observed by clients), so a substring decides."""
        return "json" in self.headers.get("content-type", "")

    def json(self) -> Any:  # noqa: ANN401 - whatever the server sent
        """The decoded body; ValueError if it is not JSON."""
        return json.loads(self.body)

    def text(self) -> str:
        return self.body.decode("utf-8", errors="replace")


class Fault(Exception):
    """No answer. `sent`: the server may have got the request; `lasting`: trying again is vain."""

    def __init__(self, reason: str, *, sent: bool, lasting: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.sent = sent
        self.lasting = lasting


class Http:
    """One exchange at a time over kept-alive connections; safe to use from several threads."""

    def __init__(self, deadline: Deadline) -> None:
        self.deadline = deadline
        self._session = requests.Session()
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=8, max_retries=0))

    def exchange(
        self,
        method: Method,
        url: str,
        *,
        read_seconds: float = READ_SECONDS,
        direct: bool = False,
        **request: Any,  # noqa: ANN401 - passed on to requests as they are
    ) -> Answer:
        """Send and read to the end, or raise Fault. `direct` goes past any configured proxy."""
        remaining = max(self.deadline.remaining(), 0.001)
        hostname = urlsplit(url).hostname
        try:
            with self._session.request(
                method,
                url,
                timeout=(min(CONNECT_SECONDS, remaining), min(read_seconds, remaining)),
                allow_redirects=False,
                stream=True,
                proxies={"no_proxy": str(hostname)} if direct else None,
                **request,
            ) as response:
                body = b"".join(self._chunks(response))
        except requests.RequestException as error:
            raise _fault(error) from None
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(status=response.status_code, headers=headers, body=body)

    def _chunks(self, response: requests.Response) -> Iterator[bytes]:
        """The body, unless it trickles in past the deadline or never ends."""
        size = 0
        for chunk in response.iter_content(64 * 1024):
            size += len(chunk)
            if size > LARGEST_BODY_BYTES:
                raise Fault("the answer is larger than 64 MiB", sent=True, lasting=True)
            if self.deadline.remaining() <= 0:
                raise Fault("the answer did not end in time", sent=True)
            yield chunk


def _fault(error: requests.RequestException) -> Fault:
    """What went wrong, and whether the request can have reached the server."""
    inner = error.args[0] if error.args else error
    reason = getattr(inner, "reason", inner)
    match error:
        case requests.exceptions.SSLError():
            said = f"TLS failed ({_plain(reason)})"
            return Fault(said, sent=False, lasting=True)
        case requests.exceptions.ConnectTimeout():
            return Fault(f"no connection within {CONNECT_SECONDS:g} s", sent=False)
        case requests.exceptions.ProxyError():
            return Fault(f"the proxy refused ({_plain(reason)})", sent=False)
        case requests.Timeout():
            return Fault("no answer in time", sent=True)
        case requests.ConnectionError() | requests.exceptions.ChunkedEncodingError():
            if isinstance(reason, NewConnectionError):
                return Fault(_plain(reason), sent=False)
            return Fault("the connection broke before the answer was whole", sent=True)
        case _:
            return Fault(_plain(error), sent=True, lasting=True)


def _plain(error: object) -> str:
    """The end of a nested message of urllib3, which is the part that people can read."""
    text = re.sub(r"\[Errno -?\d+\] |\s*\(_ssl\.c:\d+\)", "", str(error))
    last = text.rsplit(": ", 1)[-1].strip(" '\"")
    return last.rstrip(")") if last.count(")") > last.count("(") else last or type(error).__name__


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
    whose body is not JSON was not whole.
    """

    method: Method
    path: str
    what: str
    repeatable: bool = True
    wants_json: bool = True
    params: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None
    content: bytes | None = None
    read_seconds: float = READ_SECONDS


class Transport:
    """Calls to one host with one token; every retry and every wait is announced."""

    def __init__(
        self,
        host: Host,
        token: Secret,
        http: Http,
        announce: Callable[[str], None],
        user_agent: str,
    ) -> None:
        self._host = host
        self._auth = _TokenAuth(token)
        self._http = http
        self._announce = announce
        self._headers = {"User-Agent": user_agent, "Accept": "application/json"}
        self._lock = threading.Lock()
        self.requests = 0

    def send(self, call: Call) -> Answer:
        """The server's answer, whatever its status but 429 and, after the retries, 502-504.

        Raises Unreachable, or Unclear for a call that must not be repeated and may have worked.
        """
        backoff = iter(BACKOFF_SECONDS)
        unsaid_wait = THROTTLE_SECONDS
        while True:
            self._http.deadline.check(call.what)
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
            self._wait_or_give_up(call, trouble, next(backoff, None))

    def _exchange(self, call: Call) -> Answer:
        with self._lock:
            self.requests += 1
        files = None if call.content is None else {"content": ("content", call.content)}
        return self._http.exchange(
            call.method,
            self._host.origin + call.path,
            read_seconds=call.read_seconds,
            direct=self._host.loopback,
            headers=self._headers,
            auth=self._auth,
            params=call.params,
            data=call.form,
            files=files,
        )

    def _trouble(self, call: Call, answer: Answer) -> Fault | None:
        """An answer that says nothing about the request itself, as a Fault."""
        if 300 <= answer.status < 400:
            place = answer.headers.get("location", "nowhere")
            raise Refused(
                f"{self._host.hostname} answered {call.what} with a redirect to {place}.",
                cause="The API does not redirect; a proxy or a wrong `host` does.",
                advice="It was not followed, so the token went nowhere else. Check `host`.",
            )
        if answer.status in PASSING_STATUSES or (answer.status >= 500 and not call.repeatable):
            return Fault(f"the server answered {answer.status}", sent=True)
        if answer.ok and call.wants_json and not _decodes(answer):
            return Fault(f"the answer ({answer.status}) is not the JSON it should be", sent=True)
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
        self._announce(f"{self._name(call)}: {fault.reason}; trying again in {wait:g} s")
        self._http.deadline.wait(wait, f"{call.what} ({fault.reason})")

    def _unreachable(self, call: Call, fault: Fault) -> Unreachable:
        tries = "" if fault.lasting else f" It was tried {len(BACKOFF_SECONDS) + 1} times."
        return Unreachable(
            f"{self._host.hostname} gave no usable answer to {call.what}: {fault.reason}.{tries}",
            cause="PythonAnywhere is down or busy, the network is, or `host` is wrong.",
            advice="Check `host` and PythonAnywhere's status page, then run again.",
        )

    def _wait_for_rate_limit(self, call: Call, answer: Answer, unsaid_wait: float) -> None:
        wait = throttle_seconds(answer) or unsaid_wait
        self._announce(f"{self._name(call)}: PythonAnywhere's rate limit; waiting {wait:g} s")
        self._http.deadline.wait(wait, f"the rate limit ({wait:g} s) before {call.what}")

    def _name(self, call: Call) -> str:
        return call.what[:1].upper() + call.what[1:]


def _decodes(answer: Answer) -> bool:
    try:
        answer.json()
    except ValueError:
        return False
    return True


def throttle_seconds(answer: Answer) -> float | None:
    """How long a 429 asks to wait: its `Retry-After`, else the number in its text."""
    header = answer.headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,6}", header):
        return max(1.0, float(header))
    match = re.search(r"available in (\d{1,6}) second", answer.text())
    return max(1.0, float(match[1])) if match else None
