"""The web app as it is, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pa_deploy.model import SETTINGS, Actual, Health, LiveRelease, Setting, Webapp
from pa_deploy.plan import describe
from pa_deploy.report import words

SHORT_COMMIT = 12


def status_lines(
    webapp: Webapp, actual: Actual, health: Health | None, live: LiveRelease | None
) -> Iterator[str]:
    """`health` None: the site was not asked. `live` None: the web app serves no release."""
    yield webapp.domain
    for each in (Setting(name, getattr(webapp, name)) for name in SETTINGS):
        yield f"  {describe.name(each):<20} {describe.value(each)}"
    yield f"  {'expires':<20} {webapp.expiry or 'never'}"
    if live:
        yield f"  {'release':<20} {_release_words(live)}"
    yield f"  {'site':<20} {_site_words(health)}"
    rows = actual.static_files or ()
    yield f"  {'static files':<20} {describe.count(len(rows), 'mapping')}"
    for row in rows:
        yield f"    {row.url} = {row.path}"


def _site_words(health: Health | None) -> str:
    if health is None:
        return "not asked"
    return f"{'healthy' if health.healthy else 'unhealthy'}: {words.health_sentence(health)}"


def _release_words(live: LiveRelease) -> str:
    parts = (
        f"commit {live.commit[:SHORT_COMMIT]}" if live.commit else "",
        f"created {live.created}" if live.created else "",
    )
    about = ", ".join(part for part in parts if part)
    return f"{live.id} ({about})" if about else live.id


def webapp_json(webapp: Webapp) -> dict[str, str | bool | None]:
    """The settings by the names that the API has for them, without the password; dates as
    `YYYY-MM-DD` or null.
    """
    protection = webapp.password_protection
    return {
        "domain_name": webapp.domain,
        "python_version": webapp.python_version,
        "virtualenv_path": webapp.virtualenv,
        "source_directory": webapp.source_directory,
        "working_directory": webapp.working_directory,
        "force_https": webapp.force_https,
        "password_protection_enabled": protection.enabled,
        "password_protection_username": protection.username,
        "expiry": webapp.expiry.isoformat() if webapp.expiry else None,
    }


def status_json(
    webapp: Webapp, actual: Actual, health: Health | None, live: LiveRelease | None
) -> dict[str, Any]:
    """Times in seconds; `site` is null if it was not asked, `release` if none is served."""
    return {
        **webapp_json(webapp),
        "static_files": [
            {"id": row.id, "url": row.url, "path": row.path} for row in actual.static_files or ()
        ],
        "release": live
        and {"id": live.id, "created": live.created or None, "commit": live.commit or None},
        "site": health
        and {
            "url": health.url,
            "status": health.status,
            "healthy": health.healthy,
            "detail": health.detail,
            "seconds": round(health.seconds, 3),
        },
    }
