"""Ask the site for files of its static file mappings, and compare them byte by byte."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from urllib.parse import quote

from pa_deploy.clock import Deadline
from pa_deploy.loader.visits import REDIRECTS
from pa_deploy.model import Health, HealthCheck, StaticFile
from pa_deploy.transport import READ_SECONDS, Answer, Fault
from pa_deploy.verify.site import Site, is_of_site, login_at
from pa_deploy.verify.wait import PAUSE_SECONDS, STEADY

HEADERS = {"Accept-Encoding": "identity"}
FRESH = "pa-deploy"
"""In the query, so that a cache in front of the site has no answer."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What the site should answer for one file of a static file mapping.

    `path` is the file's below the mapped path, "" if that is a file itself. `sha256` is None if the
    bytes are not known. Messages say `shown` for the mapped path. `earlier` are the mappings that
    PythonAnywhere tries before this one, with paths for messages.
    """

    row: StaticFile
    path: str
    sha256: str | None
    shown: str
    earlier: tuple[StaticFile, ...] = ()

    @property
    def file(self) -> str:
        """The absolute path of the file on PythonAnywhere."""
        return f"{self.row.path.rstrip('/')}/{self.path}" if self.path else self.row.path

    @property
    def address(self) -> str:
        """The path that a visitor asks for, before anything is quoted."""
        return f"{self.row.url.rstrip('/')}/{self.path}" if self.path else self.row.url

    @property
    def hiding(self) -> StaticFile | None:
        """The earlier mapping that most likely answers in its place."""
        fit = (row for row in self.earlier if self.address.startswith(row.url))
        return max(fit, key=lambda row: len(row.url), default=None)

    def __str__(self) -> str:
        """The mapping, the file, and who may answer in its place."""
        file = f" has the file {self.path}" if self.path else " is a file"
        said = f'but the mapping "{self.row.url} = {self.shown}"{file}'
        hiding = self.hiding
        if hiding is None:
            return said
        return f'{said}; the earlier mapping "{hiding.url} = {hiding.path}" hides it'


@dataclass(frozen=True, slots=True)
class Received:
    """How a request for a file went, and the bytes, if a file was answered."""

    health: Health
    body: bytes = b""


def wait_for_file(
    expected: Expected, check: HealthCheck, site: Site, deadline: Deadline, nonce: str
) -> Received:
    """Ask for a file until it is answered, or the same wrong answer came STEADY times."""
    end = deadline.clock.now() + check.timeout_seconds
    former, equal = "", 0
    while True:
        received = _ask_for_file(expected, check, site, deadline, nonce)
        said = received.health.detail
        equal = equal + 1 if said == former else 1
        left = min(end - deadline.clock.now(), deadline.remaining())
        if received.health.healthy or equal == STEADY or left <= PAUSE_SECONDS:
            return received
        former = said
        deadline.clock.sleep(PAUSE_SECONDS)


def _ask_for_file(
    expected: Expected, check: HealthCheck, site: Site, deadline: Deadline, nonce: str
) -> Received:
    """One request for a file. A redirect is not followed, but from http to https: a mapping answers
    with none.
    """
    clock = deadline.clock
    started = clock.now()
    # Without a certificate, a site is asked as its health check asks it.
    is_plain = is_of_site(check.url, check.domain, ("http",))
    address = f"{check.domain}{quote(_as_bytes(expected.address))}"
    address = f"{'http' if is_plain else 'https'}://{address}"
    status, body = None, b""
    try:
        answer = _get(f"{address}?{FRESH}={nonce}", check, site)
    except Fault as fault:
        said = f"no answer: {fault.reason}"
    else:
        status, body = answer.status, answer.body
        said = _complaint(expected, answer, site)
    health = Health(
        healthy=not said,
        url=address,
        detail=f"{said}, {expected}" if said else f"answered {status}",
        status=status,
        seconds=clock.now() - started,
        attempts=1,
        trouble="static" if said else "",
    )
    return Received(health, b"" if said else body)


def _get(url: str, check: HealthCheck, site: Site) -> Answer:
    answer = site.get(url, READ_SECONDS, login_at(check, url), HEADERS)
    secure = url.replace("http:", "https:", 1)
    if secure != url and answer.headers.get("location") == secure:
        return site.get(secure, READ_SECONDS, login_at(check, secure), HEADERS)
    return answer


def _complaint(expected: Expected, answer: Answer, site: Site) -> str:
    """What is wrong with the answer; "" if it is the file."""
    if answer.status in REDIRECTS and "location" not in answer.headers and site.host.loopback:
        return ""  # to https, which is not there: see `Site`
    if answer.status != 200:
        return f"answered {answer.status}"
    is_encoded = answer.headers.get("content-encoding", "identity") != "identity"
    if expected.sha256 is None or is_encoded:  # such as *.svgz
        return ""
    is_same = hashlib.sha256(answer.body).hexdigest() == expected.sha256
    return "" if is_same else "answered 200 with other bytes"


def _as_bytes(path: str) -> bytes:
    """A name that is not UTF-8 came as lone surrogates."""
    return path.encode("utf-8", "surrogateescape")
