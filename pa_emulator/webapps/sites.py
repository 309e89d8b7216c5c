"""Which domain is served, and how: the front's questions to the table of web apps."""

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
    """Reload the site if the path is its WSGI file, as a new date of that file does."""
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
    """Return why a domain without a deployment is not served, in one or two sentences."""
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
    """Return the deployment even if the web app has expired: a reload needs it."""
    webapp = Webapp.objects.filter(domain_name=domain, enabled=True, live__isnull=False).first()
    return None if webapp is None else Deployment.from_data(webapp.live)
