"""One port for all: the Host header tells a site's visitors from the API's clients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from pa_emulator import gate
from pa_emulator.choices import COMING_SOON_STATUS
from pa_emulator.config import OWN_NAMES
from pa_emulator.hosting import pages
from pa_emulator.hosting.answers import page
from pa_emulator.machine import MACHINE
from pa_emulator.paths import one_slash
from pa_emulator.webapps.sites import deployed, is_known, why_not_served
from pa_emulator.websites.sites import is_enabled, is_website

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from pa_emulator.hosting.front import Front
    from pa_emulator.machine import Machine
    from pa_emulator.websites.front import WebsiteFront


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatcher:
    """The WSGI application of the emulator's server."""

    machine: Machine
    api: WSGIApplication
    front: Front
    websites: WebsiteFront

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ[MACHINE] = self.machine
        _decode_path(environ)
        domain = site_domain(environ.get("HTTP_HOST", ""), one_slash(environ["PATH_INFO"]))
        if domain is not None:
            return self._site(environ, start_response, domain)
        environ["PATH_INFO"] = one_slash(environ["PATH_INFO"])
        if environ["PATH_INFO"].startswith("/api/"):
            answered: Iterable[bytes] = gate.answer(self.machine, self.api, environ, start_response)
            return answered
        plain: Iterable[bytes] = self.api(environ, start_response)
        return plain

    def _site(
        self, environ: WSGIEnvironment, start_response: StartResponse, domain: str
    ) -> Iterable[bytes]:
        deployment = deployed(domain, self.machine.clock.now().date())
        if deployment is not None:
            return self.front.serve(environ, start_response, deployment)
        if is_enabled(domain):
            return self.websites.serve(environ, start_response, domain)
        reason = self._why_not_served(domain)
        answer = page(COMING_SOON_STATUS, pages.coming_soon(reason))
        start_response(f"{answer.status} {answer.reason}", answer.headers)
        return answer.chunks

    def _why_not_served(self, domain: str) -> str:
        if is_website(domain):
            return f"The website at {domain} is disabled. To serve it, set `enabled` to true."
        return why_not_served(domain, self.machine.clock.now().date())


def site_domain(host: str, path: str) -> str | None:
    """Return the site that a request is for; None if it is for the API.

    `.localhost` may follow a domain, because browsers take such names to this machine.
    """
    name = host.rpartition(":")[0] if _has_port(host) else host
    name = name.lower().rstrip(".")
    if name in OWN_NAMES or "." not in name:
        return None
    name = name.removesuffix(".localhost")
    if name.endswith(".pythonanywhere.com") or is_known(name) or is_website(name):
        return name if name not in OWN_NAMES else None
    # If another site makes its name lead here (DNS rebinding), its pages reach only the API, which
    # wants a token. They reach neither the Web tab nor the control surface.
    return None if path.startswith("/api/") else name


def _has_port(host: str) -> bool:
    return host.rpartition(":")[2].isdigit()


def _decode_path(environ: WSGIEnvironment) -> None:
    """PATH_INFO with every escape decoded; the server leaves `%2F` alone."""
    path = environ["REQUEST_URI"].partition("?")[0]
    if not path.startswith("/"):  # the absolute form, as sent to proxies
        path = "/" + path.partition("://")[2].partition("/")[2]
    environ["PATH_INFO"] = unquote_to_bytes(path.encode("latin-1")).decode("latin-1")
