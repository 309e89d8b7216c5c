"""What one visit of the site says: redirects are followed, and each answer is judged."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pa_deploy.model import HealthCheck, PasswordProtection, Secret
from pa_deploy.transport import Answer
from pa_deploy.verify.visit import ELSE
from pa_emulator.hosting import pages
from pa_emulator.webapps.hello import hello_world
from tests.pa_deploy.verify.scripted import (
    DOMAIN,
    NEW,
    OLD,
    SITE,
    answer,
    check,
    check_release,
    of_release,
    world,
)

LOGIN = PasswordProtection(enabled=True, username="carol", password=Secret("s3cret"))


def told(answers: dict[str, list[Answer]], asked: HealthCheck) -> tuple[bool, str]:
    health = world(answers).visit(asked)
    return health.healthy, health.detail


@pytest.mark.parametrize(
    ("last", "said"),
    [
        (answer(), (True, "redirects to /login, which answered 200")),
        (answer(500), (False, "redirects to /login, which answered 500, not 200-399")),
        (answer(404), (False, "redirects to /login, which answered 404, not 200-399")),
        (
            answer(302, location="/login"),
            (False, "redirects to /login, which answered 302, a redirect to itself"),
        ),
        (
            answer(302, location="/"),
            (False, "redirects to /login, which answered 302, a redirect in a circle"),
        ),
        (
            answer(302, location="https://id.example/"),
            (True, "redirects to /login, which answered 302"),
        ),
    ],
)
def test_the_last_answer_is_judged(last: Answer, said: tuple[bool, str]) -> None:
    assert told({"/": [answer(302, location="/login")], "/login": [last]}, check()) == said


def test_the_text_is_looked_for_in_the_last_answer() -> None:
    answers = {"/": [answer(302, "hello", location="/a")], "/a": [answer(200, "welcome")]}

    assert told(answers, check(text="welcome"))[0]
    assert not told(answers, check(text="hello"))[0]


def test_a_query_on_the_way_is_not_shown() -> None:
    answers = {"/": [answer(302, location="/a?key=abc")], "/a": [answer()]}

    assert told(answers, check()) == (True, "redirects to /a?***, which answered 200")


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (answer(200, hello_world("alice", DOMAIN)), "200 with PythonAnywhere's default page"),
        (answer(404, "Page not found."), "404 with PythonAnywhere's default page"),
        (answer(200, pages.coming_soon("x")), '200 with PythonAnywhere\'s page "Coming Soon!"'),
        (answer(500, pages.something_wrong("x")), "500 with PythonAnywhere's error page"),
    ],
)
def test_a_page_of_pythonanywhere_is_never_healthy(page: Answer, said: str) -> None:
    allowed = check(statuses=((200, 599),))

    assert told({"/": [page]}, allowed) == (False, f"answered {said}")


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (of_release(OLD), f"answered 200 by release {OLD}, not {NEW}"),
        (of_release(OLD, 500), f"answered 500 by release {OLD}, not {NEW}"),
        (answer(), f"answered 200 without X-Release, so it is not from release {NEW}: {ELSE}"),
        (
            answer(302, location="/a"),
            f"answered 302 without X-Release, so it is not from release {NEW}: {ELSE}",
        ),
        (
            answer(302, location="https://id.example/"),
            f"answered 302 without X-Release, so it is not from release {NEW}: {ELSE}",
        ),
        (answer(502), "answered 502, not 200-399"),
    ],
)
def test_an_answer_that_is_not_of_the_release(page: Answer, said: str) -> None:
    found = told({"/": [page], "/a": [of_release()]}, check_release())

    assert found[0] is False
    assert found[1].endswith(said)


def test_each_answer_on_the_way_must_be_of_the_release() -> None:
    way = {"/": [of_release(status=302, location="/a")], "/a": [of_release(OLD)]}

    assert not told(way, check_release())[0]
    assert told({**way, "/a": [of_release()]}, check_release())[0]


@pytest.mark.parametrize(
    ("asked", "answers"),
    [
        (check_release("/static/a", mapped=("/static/",)), {"/static/a": [answer()]}),
        (check_release("/caf%C3%A9/a", mapped=("/café",)), {"/caf%C3%A9/a": [answer()]}),
        (check_release(mapped=None), {"/": [answer()]}),
        (check_release(), {"/": [answer(302)]}),
        (check_release(login=LOGIN, statuses=((401, 401),)), {"/": [answer(401)]}),
        (check(), {"/": [of_release(OLD)]}),
    ],
)
def test_an_answer_that_need_not_name_a_release(
    asked: HealthCheck, answers: dict[str, list[Answer]]
) -> None:
    assert told(answers, asked)[0]


def test_a_mapped_path_that_the_app_answers_names_its_release() -> None:
    asked = check_release("/static/a", mapped=("/static/",))

    assert not told({"/static/a": [of_release(OLD)]}, asked)[0]


@pytest.mark.parametrize(
    ("page", "is_healthy"),
    [
        (answer(age="7"), False),
        (answer(age="0"), True),
        (answer(age="soon"), True),
        (of_release(age="7"), True),
    ],
)
def test_an_answer_from_a_cache_tells_nothing(page: Answer, *, is_healthy: bool) -> None:
    asked = check_release(mapped=None) if "x-release" in page.headers else check()

    assert told({"/": [page]}, asked)[0] is is_healthy


@pytest.mark.parametrize(
    ("location", "logins"),
    [
        ("/a", [f"{SITE}/", f"{SITE}/a"]),
        (f"http://{DOMAIN}/a", [f"{SITE}/"]),
        ("https://www.example.com/a", [f"{SITE}/"]),
        (f"{SITE}:8443/a", [f"{SITE}/"]),
    ],
)
def test_the_login_goes_to_the_web_app_s_own_https_site_alone(
    location: str, logins: list[str]
) -> None:
    plain = {f"http://{DOMAIN}/a": [answer()]}
    there = world({"/": [answer(302, location=location)], "/a": [answer()], **plain})

    there.visit(check(login=LOGIN))

    assert there.site.logins == logins


def test_a_redirect_from_http_to_https_needs_no_release_but_the_site_does() -> None:
    plain = f"http://{DOMAIN}/"
    way = {plain: [answer(301, location=f"{SITE}/")], "/": [of_release()]}
    asked = replace(check_release(login=LOGIN), url=plain)
    there = world(way)

    assert there.visit(asked).healthy
    assert there.site.logins == [f"{SITE}/"]
    assert not told({**way, "/": [answer()]}, asked)[0]
