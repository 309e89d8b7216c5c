"""One visit of the site: redirects within it are followed, and each answer is judged."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from pa_deploy.clock import Deadline
from pa_deploy.loader.visits import REDIRECTS, BadRedirect, Route, page_text
from pa_deploy.model import Health, HealthCheck, Trouble
from pa_deploy.transport import READ_SECONDS, Answer, Fault
from pa_deploy.urls import shown_url
from pa_deploy.verify.pages import own_page
from pa_deploy.verify.site import NO_HEADERS, Site, is_of_site, login_at

LEAST_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is wrong with an answer, in words that follow its status; all empty if it is well."""

    trouble: Trouble = ""
    said: str = ""


WELL = Verdict()
ELSE = "perhaps a static file mapping of before answers in its place"


def ask_once(
    check: HealthCheck, site: Site, deadline: Deadline, read_seconds: float = READ_SECONDS
) -> Health:
    """One visit of the site, judged by `check`. All its answers have `read_seconds`."""
    clock = deadline.clock
    started = clock.now()
    route = Route(check.url)
    status, is_of_release = None, False
    while True:
        left = max(LEAST_SECONDS, read_seconds - (clock.now() - started))
        try:
            headers = {"Cookie": route.cookie} if route.cookie else NO_HEADERS
            answer = site.get(route.url, left, login_at(check, route.url), headers)
        except Fault as fault:
            status, is_of_release = None, False
            verdict, said = Verdict(trouble="no-answer"), f"no answer: {fault.reason}"
            break
        status = answer.status
        is_of_release = _is_of_release(check, answer)
        verdict, goes_on = judge(check, route, answer)
        said = f"answered {status}{verdict.said}"
        if not goes_on:
            break
    return Health(
        healthy=verdict == WELL,
        url=shown_url(check.url),
        detail=_after_redirects(route, said),
        status=status,
        seconds=clock.now() - started,
        attempts=1,
        trouble=verdict.trouble,
        is_of_release=is_of_release,
    )


def _after_redirects(route: Route, said: str) -> str:
    """What is said of the last answer, with the way to it."""
    if len(route.urls) == 1:
        return said
    first, last = urlsplit(route.urls[0]), urlsplit(route.url)
    where = shown_url(route.url)
    if first.scheme == last.scheme:
        where = where.removeprefix(f"{last.scheme}://{last.netloc}")
    return f"redirects to {where}, {'which ' if said.startswith('answered') else ''}{said}"


def judge(check: HealthCheck, route: Route, answer: Answer) -> tuple[Verdict, bool]:
    """The verdict on the answer to `route.url`, and whether the visit goes on, at `route.url`."""
    asked = route.url
    other = _of_other_release(check, answer)
    if other:
        return other, False
    try:
        if route.follow(answer.status, answer.headers.get("location"), answer.cookies):
            verdict = _without_release(check, asked, answer, route.url)
            return verdict, verdict == WELL
    except BadRedirect as bad:
        return Verdict(trouble="redirect", said=f", a redirect {bad}"), False
    return _judge_last(check, asked, answer), False


def _judge_last(check: HealthCheck, asked: str, answer: Answer) -> Verdict:
    text = page_text(answer.body, answer.headers.get("content-type", ""))
    page = own_page(answer, text)
    if page:
        return Verdict(trouble=page.trouble, said=f" with {page.name}")
    if not any(low <= answer.status <= high for low, high in check.statuses):
        return Verdict(trouble="status", said=f", not {_wanted(check)}")
    missing = _without_release(check, asked, answer)
    if missing != WELL:
        return missing
    if _is_from_cache(answer) and not _is_of_release(check, answer):
        said = f" from a cache, which has had it for {answer.headers['age']} s"
        return Verdict(trouble="cached", said=said)
    if check.text is not None and check.text not in text:
        return Verdict(trouble="text", said=f' without the text "{check.text}"')
    return WELL


def _wanted(check: HealthCheck) -> str:
    return ",".join(f"{low}-{high}" if high > low else f"{low}" for low, high in check.statuses)


def _is_of_release(check: HealthCheck, answer: Answer) -> bool:
    return check.release is not None and answer.headers.get("x-release") == check.release


def _of_other_release(check: HealthCheck, answer: Answer) -> Verdict | None:
    release = answer.headers.get("x-release", check.release)
    if check.release is None or release == check.release:
        return None
    return Verdict(trouble="release", said=f" by release {release}, not {check.release}")


def _without_release(check: HealthCheck, asked: str, answer: Answer, aim: str = "") -> Verdict:
    """The verdict on a missing X-Release: the loader puts one into each answer of the app.

    PythonAnywhere itself redirects from http to https, asks for the login of its password
    protection, and serves the files of mappings.
    """
    if check.release is None or check.mapped is None or "x-release" in answer.headers:
        return WELL
    if not is_of_site(asked, check.domain) or aim == asked.replace("http:", "https:", 1) != asked:
        return WELL
    asks_for_login = answer.status == 401 and check.login is not None
    # See `Site`: a loopback address without TLS.
    wants_tls = answer.status in REDIRECTS and "location" not in answer.headers
    if asks_for_login or wants_tls or unquote(urlsplit(asked).path).startswith(check.mapped):
        return WELL
    said = f" without X-Release, so it is not from release {check.release}: {ELSE}"
    return Verdict(trouble="release", said=said)


def _is_from_cache(answer: Answer) -> bool:
    age = answer.headers.get("age", "").strip()
    return age.isdecimal() and int(age) > 0
