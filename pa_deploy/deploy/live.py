"""Make what is configured live, and how its site is asked then."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pa_deploy.deploy.reloading import reload_webapp
from pa_deploy.deploy.tools import Tools
from pa_deploy.errors import ReloadDoubtful, ReloadFailed
from pa_deploy.layout import FOLDER
from pa_deploy.model import Actual, HealthCheck, StaticFile
from pa_deploy.settings import Settings
from pa_deploy.verify import with_login

if TYPE_CHECKING:
    from pa_deploy.deploy.course import Made
    from pa_deploy.deploy.delivery import Delivery

NOT_LOADED = "The configuration is written, but not loaded: run again with `reload: always`."
DOUBTFUL = (
    "The site may still have the former configuration. Run again with `reload: always`, or reload "
    "on the Web tab."
)


def make_live(
    made: Made, delivery: Delivery | None, check: HealthCheck | None, tools: Tools
) -> str | None:
    """Reload, and have a release put in place if one was shipped; the text of a warning.

    Raises ReloadFailed, ReleaseRefused. How it went with the release decides, not the answer to the
    reload, which may well take too long.
    """
    try:
        if delivery and made.shipped:
            delivery.activate()
            return None
        return reload_webapp(made.plan.domain, tools, check)
    except ReloadFailed as error:
        error.until_undone = DOUBTFUL if isinstance(error, ReloadDoubtful) else NOT_LOADED
        raise


def check_of(settings: Settings, actual: Actual) -> HealthCheck | None:
    """How to ask the site: with its login, and for the release that is to be live."""
    check = settings.health_check
    if check is None:
        return None
    check = with_login(check, actual.webapp)
    if actual.release is None:
        return check
    rows = actual.static_files
    mapped = None if rows is None else tuple(row.url for row in rows if _counts(row, settings))
    return replace(check, release=actual.release.id, mapped=mapped)


def _counts(row: StaticFile, settings: Settings) -> bool:
    """Whether the page may be a file of a mapping. If there is an app, one that somebody has left,
    which neither the inputs nor the release has, must not answer in the place of the app.
    """
    if not settings.release or not settings.release.app:
        return True
    wanted = (each.url for each in settings.wanted.static_files or ())
    return row.url in wanted or f"/{FOLDER}/" in row.path
