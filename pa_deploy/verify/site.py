"""Ask the hosted site, as a visitor does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from urllib.parse import urlsplit

from pa_deploy.hosts import Host
from pa_deploy.model import HealthCheck, PasswordProtection, Webapp
from pa_deploy.transport import READ_SECONDS, Answer, Http

NO_HEADERS: Mapping[str, str] = MappingProxyType({})


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
        is_stand_in = self._stands_in_for(url)
        if is_stand_in:
            parts = urlsplit(url)
            headers["Host"] = parts.netloc
            url = f"{self.host.origin}{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        answer = self.http.exchange(
            "GET",
            url,
            headers=headers,
            auth=login and (login.username.encode(), login.password.reveal().encode()),
            direct=self.host.loopback,
            stands_for=stands_for,
            read_seconds=read_seconds,
        )
        return self._as_of_site(answer, stands_for) if is_stand_in else answer

    def _stands_in_for(self, url: str) -> bool:
        """Whether the URL is asked for at the API's loopback address instead of its own."""
        return self.host.loopback and urlsplit(url).netloc != urlsplit(self.host.origin).netloc

    def _as_of_site(self, answer: Answer, url: str) -> Answer:
        """The answer as the site would give it, if it is asked without TLS for an https URL.

        It then redirects to http addresses of its own. One to https is where it ends: a loopback
        address without TLS cannot go there.
        """
        location = answer.headers.get("location")
        if location is None or not (url.startswith("https:") and _is_plain(self.host.origin)):
            return answer
        host = urlsplit(url).netloc.lower()
        headers = dict(answer.headers)
        if location.lower().startswith(f"http://{host}/"):
            headers["location"] = f"https{location[len('http') :]}"
        elif location.lower().startswith(f"https://{host}/"):
            del headers["location"]
        return replace(answer, headers=headers)


def _is_plain(url: str) -> bool:
    return url.startswith("http:")


def with_login(check: HealthCheck, webapp: Webapp | None) -> HealthCheck:
    """The check with the name and password that the web app's site asks for: see `login_at`."""
    if webapp is None or not webapp.password_protection.enabled:
        return check
    return replace(check, login=webapp.password_protection)


def login_at(check: HealthCheck, url: str) -> PasswordProtection | None:
    """The login for one URL. It goes nowhere but to the web app's own site, and never in clear."""
    return check.login if is_of_site(url, check.domain, ("https",)) else None


def is_of_site(url: str, domain: str, schemes: tuple[str, ...] = ("http", "https")) -> bool:
    """Whether the URL is of the web app's own site, at the usual port."""
    parts = urlsplit(url)
    return parts.scheme in schemes and parts.netloc.lower() == domain.lower()
