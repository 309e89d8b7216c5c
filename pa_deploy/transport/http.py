"""Single HTTP exchanges, and what went wrong with them, told apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError, NewConnectionError, ReadTimeoutError

from pa_deploy.clock import Deadline
from pa_deploy.transport.answer import Answer, Fault, Hint, Method
from pa_deploy.transport.exchange import Exchange, Observe
from pa_deploy.transport.flight import Flight, GivenUp, WatchedAdapter
from pa_deploy.transport.form import FileForm
from pa_deploy.urls import without_credentials

CONNECT_SECONDS = 10.0
READ_SECONDS = 30.0
LATE = "answer in time"
BROKEN = "the connection broke before the answer was whole"
LARGEST_BODY_BYTES = 64 * 1024 * 1024
CERTIFICATE = Hint(
    "The certificate is not valid for this host, or this machine does not know its issuer (for "
    "example, a proxy that inspects TLS).",
    "Check `host`. If you use such a proxy, set REQUESTS_CA_BUNDLE to the PEM file of its "
    "certificate authority.",
)
PROXY = Hint(
    "The environment sets a proxy: HTTPS_PROXY or ALL_PROXY, in capitals or small letters.",
    "Correct that variable, or name the host in NO_PROXY.",
)
BUNDLE = Hint(
    "REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names a file that does not exist.",
    "Correct that variable. In a container, the file must be inside the container.",
)


class _Session(requests.Session):
    """For a redirect that is not followed, requests looks where it leads all the same, and reads
    its body to the end for that, however long it is.
    """

    def get_redirect_target(self, resp: requests.Response) -> None:  # noqa: ARG002
        return None


class Http:
    """One exchange at a time over kept-alive connections; safe to use from several threads.

    `redact` takes the secrets out of a text, before it is cut. Each observer is told of each
    exchange once it is over, in the thread that asked.
    """

    def __init__(
        self,
        deadline: Deadline,
        redact: Callable[[str], str] = str,
        observers: Sequence[Observe] = (),
    ) -> None:
        self.deadline = deadline
        self._redact = redact
        self._observers = observers
        self._session = _Session()
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, WatchedAdapter(pool_maxsize=8, max_retries=0))

    def exchange(
        self,
        method: Method,
        url: str,
        *,
        read_seconds: float = READ_SECONDS,
        direct: bool = False,
        stands_for: str = "",
        params: Mapping[str, str] = {},
        data: Mapping[str, str] | FileForm | None = None,
        **request: Any,  # noqa: ANN401 - passed on to requests as they are
    ) -> Answer:
        """Send and read to the end, or raise Fault. `direct` goes past any configured proxy.
        `stands_for` is the address that observers are told, if `url` is another one.

        `read_seconds` is for the whole answer, however slowly it trickles in; connecting has
        CONNECT_SECONDS of its own; and all of it ends when the run has to.
        """
        request |= {"params": params, "data": data, "auth": request.get("auth") or _no_auth}
        if direct:
            request["proxies"] = {"no_proxy": str(urlsplit(url).hostname)}
        started = self.deadline.clock.now()
        answer: Answer | None = None
        fault: Fault | None = None
        try:
            answer = self._land(method, url, read_seconds, request)
        except Fault as error:
            fault = error
            raise
        finally:
            exchange = Exchange(
                method=method,
                url=stands_for or url,
                params=params,
                form=None if isinstance(data, FileForm) else data,
                content=data.content if isinstance(data, FileForm) else None,
                seconds=self.deadline.clock.now() - started,
                answer=answer,
                fault=fault,
            )
            for observe in self._observers:
                observe(exchange)
        return answer

    def _land(
        self, method: Method, url: str, read_seconds: float, request: dict[str, Any]
    ) -> Answer:
        remaining = max(self.deadline.remaining(), 0.001)
        timeout = (min(CONNECT_SECONDS, remaining), min(read_seconds, remaining))
        flight = Flight(lambda: self._exchange(method, url, timeout, request))
        try:
            return flight.land(CONNECT_SECONDS, read_seconds, remaining)
        except GivenUp as late:
            raise Fault(f"no whole {LATE}", sent=late.sent) from None

    def _exchange(
        self, method: Method, url: str, timeout: tuple[float, float], request: dict[str, Any]
    ) -> Answer:
        try:
            with self._session.request(
                method, url, timeout=timeout, allow_redirects=False, stream=True, **request
            ) as response:
                body = b"".join(_chunks(response))
        except requests.RequestException as error:
            raise _fault(error, self._redact) from None
        except (HTTPError, UnicodeError, ValueError) as error:
            # A host name that cannot be one: refused before anything is sent.
            raise Fault(_plain(error, self._redact), sent=False, lasting=True) from None
        except OSError as error:
            raise Fault(str(error), sent=True, lasting=True, hint=BUNDLE) from None
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(
            status=response.status_code,
            headers=headers,
            body=body,
            cookies=tuple(response.raw.headers.getlist("set-cookie")),
            redact=self._redact,
        )


def _chunks(response: requests.Response) -> Iterator[bytes]:
    """The body, unless it never ends."""
    size = 0
    for chunk in response.iter_content(64 * 1024):
        size += len(chunk)
        if size > LARGEST_BODY_BYTES:
            raise Fault("the answer is larger than 64 MiB", sent=True, lasting=True)
        yield chunk


def _no_auth(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Without an auth of its own, a request would get that of a ~/.netrc."""
    return request


def _fault(error: requests.RequestException, redact: Callable[[str], str]) -> Fault:
    """What went wrong, and whether the request can have reached the server."""
    inner = error.args[0] if error.args else error
    reason = getattr(inner, "reason", inner)
    match error:
        case requests.exceptions.SSLError():
            return _tls_fault(reason, redact)
        case requests.exceptions.ConnectTimeout():
            return Fault(f"no connection within {CONNECT_SECONDS:g} s", sent=False)
        case requests.exceptions.ProxyError():
            return Fault(f"the proxy refused ({_plain(reason, redact)})", sent=False, hint=PROXY)
        case requests.Timeout():
            return Fault(f"no {LATE}", sent=True)
        case requests.ConnectionError() | requests.exceptions.ChunkedEncodingError():
            return _connection_fault(reason, redact)
        case requests.exceptions.InvalidURL() | requests.exceptions.InvalidSchema():
            # The URL of the API is one, so it is that of a proxy.
            return Fault(_plain(error, redact), sent=False, lasting=True, hint=PROXY)
        case _:
            return Fault(_plain(error, redact), sent=True, lasting=True)


def _tls_fault(reason: object, redact: Callable[[str], str]) -> Fault:
    said = f"TLS failed ({_plain(reason, redact)})"
    if "CERTIFICATE" in str(reason).upper():
        return Fault(said, sent=False, lasting=True, hint=CERTIFICATE)
    speaks_no_tls = "VERSION" in str(reason).upper()
    return Fault(said, sent=not speaks_no_tls, lasting=speaks_no_tls)


def _connection_fault(reason: object, redact: Callable[[str], str]) -> Fault:
    if isinstance(reason, NewConnectionError):
        return Fault(_plain(reason, redact), sent=False)
    if isinstance(reason, ReadTimeoutError):
        # requests knows it as a time-out only before the body begins.
        return Fault(f"no {LATE}", sent=True)
    return Fault(BROKEN, sent=True)


def _plain(error: object, redact: Callable[[str], str]) -> str:
    """The end of a nested message of urllib3, which is the part that people can read."""
    text = re.sub(
        r"\[Errno -?\d+\] |\s*\(_ssl\.c:\d+\)", "", without_credentials(redact(str(error)))
    )
    last = text.rsplit(": ", 1)[-1].strip(" '\".")
    while last.endswith(")") and last.count(")") > last.count("("):
        last = last[:-1].rstrip(" '\"")
    return last or type(error).__name__
