"""Which domain is served, and how: what the front asks of the web apps' table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pa_emulator.hosting.deployment import Deployment
from pa_emulator.paths import wsgi_path
from pa_emulator.webapps.models import Webapp

if TYPE_CHECKING:
    from datetime import date

    from pa_emulator.hosting.park import Park


def is_known(domain: str) -> bool:
    return bool(Webapp.objects.filter(domain_name=domain).exists())


def reload_touched(park: Park, path: str, today: date) -> None:
    """Reload the site whose WSGI file has just been written, as its new date would."""
    for webapp in Webapp.objects.filter(live__isnull=False):
        if wsgi_path(webapp.domain_name) == path and webapp.is_served(today):
            park.touched(webapp.domain_name)


def deployed(domain: str, today: date) -> Deployment | None:
    """Return the site as its last reload froze it; None if it is not served."""
    webapp = Webapp.objects.filter(domain_name=domain).first()
    if webapp is None or not webapp.is_served(today):
        return None
    return Deployment.from_data(webapp.live)


def why_not_served(domain: str, today: date) -> str:
    """Return in one or two sentences what keeps a domain without a deployment from being served."""
    webapp = Webapp.objects.filter(domain_name=domain).first()
    if webapp is None:
        return (
            f"There is no web app at {domain}. If this is your site, create it on the Web tab, "
            "then reload it."
        )
    if not webapp.enabled:
        return f"The web app at {domain} is disabled. Enable it on the Web tab."
    if webapp.live is None:
        return (
            f"The web app at {domain} has not been reloaded since it was created. Reload it on "
            "the Web tab."
        )
    return f"The web app at {domain} expired after {webapp.expiry}; today is {today}."


def live(domain: str) -> Deployment | None:
    """Return the same whether or not it has expired, as a reload asks."""
    webapp = Webapp.objects.filter(domain_name=domain, enabled=True, live__isnull=False).first()
    return None if webapp is None else Deployment.from_data(webapp.live)
