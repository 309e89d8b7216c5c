"""The web server in front of a web app: password, https, the wait for a reload."""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from pa_emulator.choices import HTTPS_STATUS, RELOAD_HOLD_SECONDS, SITE_QUEUE
from pa_emulator.hosting import pages, wire
from pa_emulator.hosting.answers import Answer, page, redirect
from pa_emulator.hosting.logs import access_line, hit_of, write_access
from pa_emulator.hosting.normal import resolve
from pa_emulator.hosting.password import admits
from pa_emulator.hosting.place import APP_MARK, VISIT
from pa_emulator.hosting.static import leads_out
from pa_emulator.hosting.variables import body, variables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from wsgiref.types import StartResponse, WSGIEnvironment

    from pa_emulator.clock import Clock
    from pa_emulator.hosting.deployment import Deployment
    from pa_emulator.hosting.site import Site

INTERNAL = {"connection", "keep-alive", "transfer-encoding", "upgrade", APP_MARK.lower()}
NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
VALUE = re.compile(r"[\t\x20-\x7e\xa0-\xff]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """The web server in front of the web apps; it also writes their access logs."""

    root: Path
    clock: Clock
    is_hosting: bool
    raw_paths: bool
    servable: Callable[[str, Path], Path | None]
    ready: Callable[[str], Site]

    def serve(
        self, environ: WSGIEnvironment, start_response: StartResponse, deployment: Deployment
    ) -> Iterator[bytes]:
        """Answer one request to a site, and log it."""
        started = time.perf_counter()
        answer = self.answer(environ, deployment)
        start_response(f"{answer.status} {answer.reason}", answer.headers)

        def log(sent: int) -> None:
            seconds = time.perf_counter() - started
            self.log(environ, deployment, answer.status, sent, seconds)

        return answer.send(log)

    def log(
        self,
        environ: WSGIEnvironment,
        deployment: Deployment,
        status: int,
        sent: int,
        seconds: float,
    ) -> None:
        """Write the line of a request into the access log."""
        hit = hit_of(environ, status, sent, seconds)
        write_access(self.root, deployment.domain, access_line(hit, self.clock.now()))

    def answer(self, environ: WSGIEnvironment, deployment: Deployment) -> Answer:
        """Return the answer to a request, which is not logged yet."""
        scheme = environ["wsgi.url_scheme"]
        refusal = None if self.raw_paths else resolve(environ)
        if refusal is not None:
            return refusal
        if deployment.force_https and scheme == "http":
            return redirect(HTTPS_STATUS, f"https://{deployment.domain}{environ['REQUEST_URI']}")
        if deployment.password and not admits(environ, deployment.password):
            challenge = [("WWW-Authenticate", 'Basic realm="Restricted"')]
            return page(401, pages.unauthorized(), challenge)
        if not self.is_hosting:
            return page(503, pages.no_hosting())
        if leads_out(environ["PATH_INFO"], deployment, self.root, self.servable):
            return page(404, pages.not_found())
        site = self.ready(deployment.domain)
        if site.serving(RELOAD_HOLD_SECONDS) is None:
            return _sent_round(environ)
        return self._passed_on(environ, deployment, site)

    def _passed_on(self, environ: WSGIEnvironment, deployment: Deployment, site: Site) -> Answer:
        """Return the site's answer; if there is none, the web server's own."""
        try:
            sent = body(environ)
        except wire.BadBody:
            environ["pa.request"].close_connection = True
            return page(400, pages.malformed_body())
        if not site.enter(SITE_QUEUE + deployment.workers):
            return page(502, pages.something_wrong("502-backend"))
        try:
            return _ask(environ, sent, deployment, site, self.clock)
        except wire.Dropped:
            answer = _sent_round(environ)
        except wire.HeadersTooLarge:
            answer = page(400, pages.headers_too_large())
        except wire.NoAnswer:
            answer = page(504, pages.no_answer())
        except OSError:
            answer = page(502, pages.something_wrong("502-backend"))
        site.leave()
        return answer


def _sent_round(environ: WSGIEnvironment) -> Answer:
    """Return a redirect to the same address, as sent during a reload (help pages)."""
    address = f"{environ['wsgi.url_scheme']}://{environ['HTTP_HOST']}{environ['REQUEST_URI']}"
    return redirect(302, address)


def _ask(
    environ: WSGIEnvironment,
    sent: tuple[IO[bytes], int],
    deployment: Deployment,
    site: Site,
    clock: Clock,
) -> Answer:
    """Pass the request on to the site's uWSGI. The visitor leaves when the answer is closed."""
    stream, length = sent
    uwsgi = site.serving(RELOAD_HOLD_SECONDS)
    if uwsgi is None:
        raise wire.Dropped
    visit = os.urandom(8).hex()
    known = {**variables(environ, deployment.domain, length), VISIT: visit}
    try:
        response = wire.ask(uwsgi, known, stream, clock)
    except OSError as error:
        if uwsgi is not site.uwsgi and not uwsgi.reports.has_begun(visit):
            raise wire.Dropped from error
        raise
    except wire.NoAnswer:
        # uWSGI does this too, but with the machine's clock.
        uwsgi.reports.end_worker(visit)
        raise

    def close() -> None:
        response.close()
        site.leave()

    headers = [(name, value) for name, value in response.headers if name.lower() not in INTERNAL]
    if not any(name == APP_MARK for name, _ in response.headers):
        headers += _static_headers(deployment, environ["PATH_INFO"])
    return Answer(response.status, response.reason, headers, response, close)


def _static_headers(deployment: Deployment, path: str) -> list[tuple[str, str]]:
    """Return the headers whose URL the path begins with, except those that HTTP cannot send."""
    return [
        (row.name, row.value)
        for row in deployment.headers
        if path.startswith(row.url) and NAME.fullmatch(row.name) and VALUE.fullmatch(row.value)
    ]
