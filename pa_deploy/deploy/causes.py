"""Why a site is not healthy, as far as its answer and its error log tell, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from pa_deploy.model import Health, HealthCheck, Trouble
from pa_deploy.transport import BROKEN, LATE

LEAST_OFFER_SECONDS = 120.0
REFUSED_HOST = ("ALLOWED_HOSTS", "Invalid HTTP_HOST header")
"""What Django logs of a request to a host that it does not know, which it answers with 400."""
CAUSES: Mapping[Trouble, str] = {
    "default-page": "The web app has no code yet: its WSGI file is PythonAnywhere's own. To deploy "
    "your code, set `source` and `app`, or `wsgi-file`. If your code comes in another way, set "
    "`health-check: none`.",
    "coming-soon": "PythonAnywhere serves no web app for this domain: it may be disabled, expired "
    "or deleted. Look at it on the Web tab.",
    "cached": "A cache in front of the site answers, so the site itself was not asked. Point "
    "`health-check` at a page that is not cached.",
    "text": "The page does not have the text of `health-text`. Correct the app, or that input.",
}


def likely_cause(
    health: Health, check: HealthCheck, waited_seconds: float, app: str | None = None
) -> str:
    """Why the site is not healthy, after it was asked for `waited_seconds`, and what to do.

    `app` is that of the release, "" if it has none, None if the code is not a release.
    """
    match health.trouble:
        case "no-answer":
            return _why_no_answer(health, check, waited_seconds)
        case "static":
            return _why_no_file(health)
        case "redirect":
            return _why_no_way(health)
        case "release":
            return _why_another_release(check)
        case "error-page":
            return _why_it_fails(health, app)
        case "" | "status":
            return _why_that_status(health, check, app)
        case "default-page" | "coming-soon" | "cached" | "text":
            return CAUSES[health.trouble]


def _why_that_status(health: Health, check: HealthCheck, app: str | None) -> str:
    status = health.status or 0
    if status == 400:
        return _why_400(health, check)
    if status == 401:
        return (
            "The site asks for a login. The health check sends the login of `password-protection` "
            "only over https and only to the web app's own domain. If the app has its own login, "
            "point `health-check` at a public page."
        )
    if status == 403:
        return (
            "The app does not let visitors without a login see this page. Point `health-check` at "
            "a public page."
        )
    if status == 404:
        return _why_404(check, app)
    if status >= 500:
        return _why_it_fails(health, app)
    return (
        "The answer does not fit `health-check` or `health-status`. Correct the app or these "
        "inputs."
    )


def _why_400(health: Health, check: HealthCheck) -> str:
    host = urlsplit(check.url).hostname or ""
    if any(word in line for word in REFUSED_HOST for line in health.log_tail):
        return f"The app refuses its own address. Add '{host}' to ALLOWED_HOSTS."
    return f"The app may refuse its own address. With Django, add '{host}' to ALLOWED_HOSTS."


def _why_404(check: HealthCheck, app: str | None) -> str:
    path = urlsplit(check.url).path or "/"
    if app == "":
        return (
            f"The release has no `app`, and no static file mapping has a file for {path}. Map a "
            "folder with an index.html to `/` in `static-files`, or point `health-check` at a file "
            "that exists."
        )
    return (
        f"The app is running but has no page at {path}. Point `health-check` at a page that exists."
    )


def _why_it_fails(health: Health, app: str | None) -> str:
    """By the exception that the error log has, if it has one."""
    from pa_deploy.release.hints import hints  # noqa: PLC0415 - as in `prepare`

    # Most hints name inputs that only releases have.
    told = [
        hint for hint in hints("\n".join(health.log_tail)) if app is not None or "`" not in hint
    ]
    if _has_exception(health):
        said = health.log_tail[0].rstrip(".")
        return " ".join((f"The app fails with {said}.", *told))
    if told:
        return " ".join(told)
    if health.status in (502, 503, 504):
        return (
            "The web app does not start, or all its workers are busy. A WSGI file that calls "
            "`app.run()` never ends, for example."
        )
    return "The app fails. Common causes: an import error, a missing package or a wrong path."


def _has_exception(health: Health) -> bool:
    return len(health.log_tail) > 1 and health.log_tail[1].startswith(("Traceback", "  File"))


def _why_no_way(health: Health) -> str:
    if "to itself" in health.detail:
        return (
            "This is normal while the web app starts. If it does not stop, the app redirects the "
            "page to itself. Point `health-check` at a page that does not redirect."
        )
    return (
        "A visitor would never see a page. Correct the redirects of the app, or point "
        "`health-check` at a page that does not redirect."
    )


def _why_another_release(check: HealthCheck) -> str:
    return (
        f"An old worker still answers, or {check.domain} leads to another server, or somebody has "
        "changed the WSGI file. Compare the WSGI file and the CNAME on the Web tab, and run again."
    )


def _why_no_file(health: Health) -> str:
    if "earlier mapping" in health.detail:
        return (
            "PythonAnywhere takes the first mapping that has a file. Change their order or URLs. "
            "If the earlier one is not in `static-files`, remove it: `pa-deploy static-files list` "
            "shows its id."
        )
    if health.detail.startswith("no answer"):
        return "The file may be very large, or the connection is slow."
    return (
        "The mapping does not serve the folder. Check its URL and its path in `static-files`. If "
        "the app changes these files all the time, set `static-check: false`."
    )


def _why_no_answer(health: Health, check: HealthCheck, waited_seconds: float) -> str:
    if LATE in health.detail:
        longer = max(LEAST_OFFER_SECONDS, 2 * check.timeout_seconds)
        return (
            f"The site was too slow: no answer within {waited_seconds:.0f} s. Give it longer: "
            f"`health-timeout: {longer:g}`."
        )
    if BROKEN in health.detail:
        return "The site closed the connection. The app may crash, or need too much memory."
    return "The domain does not point to PythonAnywhere yet, or its certificate is missing."
