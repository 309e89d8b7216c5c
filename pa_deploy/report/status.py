"""The web app as it is, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pa_deploy.model import Actual, Health, Webapp
from pa_deploy.plan import login_text
from pa_deploy.report import words


def status_lines(webapp: Webapp, actual: Actual, health: Health) -> Iterator[str]:
    yield webapp.domain
    facts = {
        "python-version": webapp.python_version,
        "virtualenv": webapp.virtualenv or "none",
        "source-directory": webapp.source_directory or "none",
        "working-directory": webapp.working_directory or "none",
        "force-https": str(webapp.force_https).lower(),
        "password-protection": login_text(webapp.password_protection) or "none",
        "expires": str(webapp.expiry or "never"),
        "site": words.health_sentence(health),
    }
    for name, value in facts.items():
        yield f"  {name:<20} {value}"
    rows = actual.static_files or ()
    yield f"  {'static files':<20} {words.count(len(rows), 'mapping')}"
    for row in rows:
        yield f"    {row.url} = {row.path}"


def webapp_json(webapp: Webapp) -> dict[str, str | bool | None]:
    """The settings by the names of their inputs; dates as `YYYY-MM-DD` or null."""
    return {
        "domain": webapp.domain,
        "python-version": webapp.python_version,
        "virtualenv": webapp.virtualenv,
        "source-directory": webapp.source_directory,
        "working-directory": webapp.working_directory,
        "force-https": webapp.force_https,
        "password-protection": login_text(webapp.password_protection),
        "expires": webapp.expiry.isoformat() if webapp.expiry else None,
    }


def status_json(webapp: Webapp, actual: Actual, health: Health) -> dict[str, Any]:
    """Times in seconds."""
    return {
        **webapp_json(webapp),
        "static-files": [
            {"id": row.id, "url": row.url, "path": row.path} for row in actual.static_files or ()
        ],
        "site": {
            "url": health.url,
            "status": health.status,
            "healthy": health.healthy,
            "detail": health.detail,
            "seconds": round(health.seconds, 3),
        },
    }
