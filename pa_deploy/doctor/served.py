"""What the site serves: its release, the disk that this needs, its answer, and its errors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from pa_deploy.deploy import Tools, Warnings
from pa_deploy.deploy.reach import make_destination
from pa_deploy.deploy.room import FREE_BYTES, KEPT_FOR_ROLLBACK
from pa_deploy.doctor.line import Line, tried, unknown
from pa_deploy.errors import DeployError, Unhealthy
from pa_deploy.model import HealthCheck, ReleaseStatus, Webapp
from pa_deploy.release import Destination, check_to_ask, live_row, read_status, see_to_disk
from pa_deploy.report import health_sentence
from pa_deploy.settings import StatusSettings
from pa_deploy.sizes import shown_size
from pa_deploy.verify import ask_once, errors_since, with_login

NEARLY_FULL = 0.8
DAY_SECONDS = 86_400


def lines(
    found: Webapp, settings: StatusSettings, tools: Tools, *, is_free: bool
) -> Iterator[Line]:
    destination = make_destination(settings.target, tools, Warnings(tools.ci))
    if found.password_protection.enabled:
        destination = replace(destination, logins=(found.password_protection,))
    status = ReleaseStatus()
    try:
        status = read_status(destination, has_run=True)
    except DeployError as error:
        yield unknown("release", error)
    else:
        yield from _release(status)
    if status.live:
        yield from tried("disk", partial(_disk, destination, status, is_free=is_free))
        yield from tried("lock", partial(_lock, destination))
    row = live_row(status)
    check = check_to_ask(settings, row.check if row else None)
    if check is None:
        yield Line("site", "note", "It is not asked, because `health-check` is `none`.")
    else:
        yield _site(check, found, tools)
    yield from tried("errors", partial(_errors, found.domain, tools))


def _release(status: ReleaseStatus) -> Iterator[Line]:
    row = live_row(status)
    if not status.live:
        yield Line("release", "ok", "pa-deploy has shipped no release to this web app.")
    elif row and row.is_target:
        yield Line("release", "ok", f"{status.live} is live, and was seen healthy.")
    else:
        said = f"{status.live} is live, and no run has seen it healthy."
        yield Line("release", "note", said, "Deploy again. The deploy asks the site.")
    if status.state == "refused":
        step = f" at `{status.step}`" if status.step else ""
        said = f"The last release, {status.id}, was refused{step}: {status.error}"
        yield Line("release", "note", said, "The log of that deploy says what to do.")


def _disk(destination: Destination, status: ReleaseStatus, *, is_free: bool) -> Iterator[Line]:
    space = see_to_disk(destination, status, "usage", KEPT_FOR_ROLLBACK)
    if space is None or space.error or not space.ended:
        yield Line("disk", "note", "It was not measured: the site did not answer pa-deploy.")
        return
    least = "" if space.is_all else "at least "
    said = f"{least}{shown_size(space.used)} of the account's disk are used"
    said += f", {shown_size(space.own)} of that by the releases of this web app."
    said = f"{said[0].upper()}{said[1:]}"
    is_near = is_free and space.used > NEARLY_FULL * FREE_BYTES
    advice = f"`pa-deploy releases prune` would free {shown_size(space.frees)}." if is_near else ""
    yield Line("disk", "note" if is_near else "ok", said, advice)


def _lock(destination: Destination) -> Iterator[Line]:
    tickets = destination.api.files.entries(destination.layout.lock) or {}
    if tickets:
        said = "A run has the lock, or was killed while it had it."
        yield Line("lock", "note", said, "If it was killed, the lock ends by itself in 3 minutes.")
    else:
        yield Line("lock", "ok", "No run has it.")


def _site(check: HealthCheck, found: Webapp, tools: Tools) -> Line:
    health = ask_once(with_login(check, found), tools.site, tools.deadline)
    said = f"{health_sentence(health)}."
    if health.healthy:
        return Line("site", "ok", said)
    advice = "See the errors below. To go back to the former release: pa-deploy rollback"
    return Line("site", "wrong", said, advice, Unhealthy.exit_code)


def _errors(domain: str, tools: Tools) -> Iterator[Line]:
    since = tools.deadline.clock.time() - DAY_SECONDS
    found = errors_since(tools.api, domain, since, tools.ci.redact)
    if found:
        said = f"The newest of the last 24 hours: {found[0].strip()}"
        yield Line("errors", "note", said, "To see all: pa-deploy logs error")
    else:
        yield Line("errors", "ok", "The error log has no error of the last 24 hours.")
