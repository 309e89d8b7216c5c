"""`pa-deploy init --from-account`: the web app that is on PythonAnywhere already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack

from pa_deploy.cli.context import Context
from pa_deploy.cli.session import Session, open_session
from pa_deploy.cli.talk import Talk
from pa_deploy.detect.project import Detected
from pa_deploy.errors import InputError, NotFound, Problem
from pa_deploy.init import from_account
from pa_deploy.model import Actual, WantedWebapp, Webapp, WsgiFile
from pa_deploy.reconcile import observe
from pa_deploy.settings import SITE_INPUTS, wsgi_path


def read_account(
    context: Context, said: Mapping[str, str], talk: Talk, *, as_json: bool
) -> tuple[Detected, str]:
    """The web app as a config would have it, and its domain.

    `said` are the inputs of the account, its token too. Raises InputError, NotFound, and what the
    API raises. It costs five requests.
    """
    with ExitStack() as afterwards, context.interrupts.raised():
        session = open_session(context, said, SITE_INPUTS, afterwards, as_json=as_json)
        webapps = session.tools.api.webapps.list()
        domain = _chosen(webapps, said.get("domain", ""), session.domain, talk)
        actual = _look(session, domain)
    if actual.webapp is None:
        raise _none(domain, webapps)
    return from_account(actual.webapp, actual), domain


def _look(session: Session, domain: str) -> Actual:
    """All of a web app that a config can say."""
    file = WsgiFile(path=wsgi_path(domain), content=None)
    everything = WantedWebapp(domain=domain, static_files=(), static_headers=(), wsgi_file=file)
    return observe(session.tools.api, everything, session.tools.deadline.clock)


def _chosen(webapps: Sequence[Webapp], given: str, own: str, talk: Talk) -> str:
    """The domain that is given, else the account's own one, else the one that the user takes."""
    domains = [each.domain.lower() for each in webapps]
    if given or own in domains:
        return given.lower() or own
    if len(domains) > 1 and talk.can_ask:
        return domains[talk.choose("The account has several web apps:", domains)]
    if len(domains) > 1:
        raise InputError(tuple(_choice(domain) for domain in domains))
    if not domains:
        raise _none(own, webapps)
    return domains[0]


def _choice(domain: str) -> Problem:
    said = f"{domain} is one of several web apps of the account."
    advice = f"To take it: pa-deploy init --from-account --domain {domain}"
    return Problem("domain", said, advice=advice)


def _none(domain: str, webapps: Sequence[Webapp]) -> NotFound:
    others = ", ".join(each.domain for each in webapps)
    has = f"It has {others}." if others else "It has none."
    return NotFound(
        f"There is no web app {domain} on the account. {has}",
        advice="Check `domain`, `username` and `host`. For a new site: pa-deploy init",
    )
