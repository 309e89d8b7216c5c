"""Ask the site whether it is healthy, and read the end of its error log if it is not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from urllib.parse import urljoin, urlsplit

from pa_deploy.api import Api
from pa_deploy.ci import LINE_END
from pa_deploy.clock import Deadline
from pa_deploy.errors import DeployError
from pa_deploy.hosts import Host
from pa_deploy.model import Health, HealthCheck, PasswordProtection, Webapp
from pa_deploy.transport import READ_SECONDS, Answer, Fault, Http

NO_HEADERS: Mapping[str, str] = MappingProxyType({})
PAUSE_SECONDS = 2.0
STEADY = 3
"""How many good answers in a row prove that a site has recovered."""
LOGS = ("error", "server", "access")
LOG_LINES = 20


@dataclass(frozen=True, slots=True)
class Site:
    """The hosted site, asked without the token. `host` is where its API is."""

    http: Http
    host: Host
    user_agent: str

    def get(
        self,
        url: str,
        read_seconds: float = READ_SECONDS,
        login: PasswordProtection | None = None,
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> Answer:
        """One GET without following redirects; raises Fault.

        If the API is on a loopback address, so is the site: it is asked there by its name.
        """
        stands_for = url
        headers = {"User-Agent": self.user_agent, "Cache-Control": "no-cache", **headers}
        if self._stands_in_for(url):
            parts = urlsplit(url)
            headers["Host"] = parts.netloc
            url = f"{self.host.origin}{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        return self.http.exchange(
            "GET",
            url,
            headers=headers,
            auth=login and (login.username.encode(), login.password.reveal().encode()),
            direct=self.host.loopback,
            stands_for=stands_for,
            read_seconds=read_seconds,
        )

    def as_asked(self, url: str) -> str:
        """The URL with the scheme that it is really asked with."""
        if not self._stands_in_for(url):
            return url
        return urlsplit(url)._replace(scheme=urlsplit(self.host.origin).scheme).geturl()

    def _stands_in_for(self, url: str) -> bool:
        """Whether the URL is asked for at the API's loopback address instead of its own."""
        return self.host.loopback and urlsplit(url).netloc != urlsplit(self.host.origin).netloc


def with_login(check: HealthCheck, webapp: Webapp | None) -> HealthCheck:
    """The check with the name and password that the web app's site asks for.

    They go nowhere but to that site, and never unencrypted.
    """
    if webapp is None or not webapp.password_protection.enabled:
        return check
    url = urlsplit(check.url)
    is_site = url.scheme == "https" and url.netloc.lower() == webapp.domain.lower()
    return replace(check, login=webapp.password_protection) if is_site else check


def ask_once(
    check: HealthCheck, site: Site, deadline: Deadline, read_seconds: float = READ_SECONDS
) -> Health:
    """One request to the site, judged by `check`."""
    started = deadline.clock.now()
    status = None
    try:
        answer = site.get(check.url, read_seconds, check.login)
    except Fault as fault:
        healthy, detail = False, f"no answer: {fault.reason}"
    else:
        status = answer.status
        healthy, detail = judge(check, answer, site.as_asked(check.url))
    seconds = deadline.clock.now() - started
    return Health(
        healthy=healthy,
        url=_shown(check.url),
        detail=detail,
        status=status,
        seconds=seconds,
        attempts=1,
    )


def _shown(url: str) -> str:
    """The URL for messages, without the query, which may be a key."""
    parts = urlsplit(url)
    query = "?***" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc}{parts.path}{query}"


def judge(check: HealthCheck, answer: Answer, asked: str) -> tuple[bool, str]:
    """Whether the answer to the URL `asked` is healthy, and why, in words that follow the URL."""
    if not any(low <= answer.status <= high for low, high in check.statuses):
        wanted = ",".join(
            f"{low}-{high}" if high > low else f"{low}" for low, high in check.statuses
        )
        return False, f"answered {answer.status}, healthy is {wanted}"
    location = answer.headers.get("location")
    if location is not None and (aim := _bad_aim(asked, location, answer.status)):
        return False, f"answered {answer.status}, a redirect to {aim}"
    release = answer.headers.get("x-release", check.release)
    if check.release is not None and release != check.release:
        return False, f"answered {answer.status} by release {release}, not {check.release}"
    if check.text is not None and check.text not in answer.text():
        return False, f'answered {answer.status} without the text "{check.text}"'
    return True, f"answered {answer.status}"


def _bad_aim(asked: str, location: str, status: int) -> str:
    """The aim of a redirect that leads nowhere, or ""."""
    try:
        # PythonAnywhere redirects to the same place while the workers start (seen by clients).
        return "itself" if urljoin(asked, location) == asked else ""
    except ValueError:
        return "nowhere" if 300 <= status < 400 else ""


def wait_until_healthy(
    check: HealthCheck,
    site: Site,
    deadline: Deadline,
    announce: Callable[[str], None],
    reserve_seconds: float = 0.0,
    early: Health | None = None,
) -> Health:
    """Ask until the site is healthy or `timeout_seconds` are over; the last answer either way.

    `early` is the first answer, if the site was asked already.

    A site that was seen to be unhealthy must answer well STEADY times in a row: one that flaps is
    not healthy, and of several workers one may be. The answers after the first in that row are
    waited for even if the time is over, but never beyond what `deadline` allows, less
    `reserve_seconds`.
    """
    clock = deadline.clock
    last = clock.now() + max(0.0, deadline.remaining() - reserve_seconds)
    end = min(clock.now() + check.timeout_seconds, last)
    attempts = row = 0
    needed = 1
    told = ""
    while True:
        attempts += 1
        patience = min(READ_SECONDS, max(1.0, end - clock.now()))
        health = early or ask_once(check, site, deadline, patience)
        health, early = replace(health, attempts=attempts), None
        row = row + 1 if health.healthy else 0
        if row == needed:
            return health
        needed = STEADY
        left = (last if row else end) - clock.now()
        if left <= PAUSE_SECONDS:
            return _not_steady(health) if row else health
        if health.detail != told:
            told = health.detail
            announce(f"{health.url} {told}; asking again for up to {max(left, 0):.0f} s")
        clock.sleep(PAUSE_SECONDS)


def _not_steady(health: Health) -> Health:
    detail = f"{health.detail}, but not {STEADY} times in a row"
    return replace(health, healthy=False, detail=detail)


def log_path(domain: str, log: str) -> str:
    return f"/var/log/{domain.lower()}.{log}.log"


def read_log_tail(api: Api, domain: str) -> tuple[str, ...]:
    """The last lines of the error log; a log that cannot be read never hides the real failure."""
    try:
        content = api.files.read(log_path(domain, "error"))
    except DeployError as error:
        return (f"(the error log could not be read: {error.what})",)
    return tail(content or b"", LOG_LINES)


def tail(content: bytes, count: int) -> tuple[str, ...]:
    """The last lines of a log. Newlines within one message are written as #012 (seen in them).

    A line ends here wherever a terminal or a CI would end it.
    """
    text = content.decode("utf-8", errors="replace").replace("#012", "\n")
    lines = [line for line in LINE_END.split(text) if line.strip()]
    return tuple(lines[-count:])
