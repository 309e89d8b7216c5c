"""How the run that deployed a release has asked the site: a rollback to it asks the same."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urljoin

from pa_deploy.model import HealthCheck, PageCheck, ReleaseRow, ReleaseStatus
from pa_deploy.settings import StatusSettings


def page_check(check: HealthCheck | None) -> PageCheck:
    """What is kept of a health check; None: the site is not asked."""
    if check is None:
        return PageCheck("")
    site = f"https://{check.domain}"
    path = check.url.removeprefix(site)
    return PageCheck(path if path.startswith("/") else check.url, check.statuses, check.text)


def _as_kept(check: HealthCheck, kept: PageCheck | None) -> HealthCheck | None:
    """The health check for a release of which this was kept; None if the site is not to be asked.

    If nothing was kept, it is as it is.
    """
    if kept is None:
        return check
    if not kept.url:
        return None
    url = urljoin(f"https://{check.domain}/", kept.url)
    return replace(check, url=url, statuses=kept.statuses or check.statuses, text=kept.text)


def check_to_ask(settings: StatusSettings, kept: PageCheck | None) -> HealthCheck | None:
    """How to ask the site: as the inputs say, else as its release was asked before."""
    check = settings.health_check
    return check if check is None or settings.has_check else _as_kept(check, kept)


def check_of_release(
    check: HealthCheck | None, status: ReleaseStatus, release: str
) -> HealthCheck | None:
    """How to ask for a release that is on PythonAnywhere: as it was asked before."""
    row = next((row for row in status.releases if row.id == release), ReleaseRow(release, ""))
    return check and _as_kept(check, row.check)
