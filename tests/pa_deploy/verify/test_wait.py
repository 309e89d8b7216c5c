"""When the wait for a healthy site ends, and how often it was asked until then."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pa_deploy.transport import Answer
from pa_emulator.hosting import pages
from pa_emulator.webapps.hello import hello_world
from tests.pa_deploy.verify.scripted import (
    DOMAIN,
    NEW,
    OLD,
    answer,
    check,
    check_release,
    of_release,
    world,
)

GOOD = of_release()


def test_a_healthy_site_is_asked_once_and_in_three_rounds_of_three_without_a_pause() -> None:
    there = world({"/": [GOOD]})

    assert there.wait(check_release()).healthy
    assert (len(there.site.asked), there.clock.slept) == (10, [])


def test_one_good_answer_is_enough_if_nothing_was_changed() -> None:
    there = world({"/": [answer()]})

    assert there.wait(check(), thorough=False).healthy
    assert len(there.site.asked) == 1


def test_a_site_that_was_unhealthy_is_asked_thoroughly_all_the_same() -> None:
    there = world({"/": [answer(500), answer()]})

    assert there.wait(check(), thorough=False).healthy
    assert len(there.site.asked) == 11


@pytest.mark.parametrize("bad", range(1, 10))
def test_one_bad_answer_of_a_round_is_not_healthy_yet(bad: int) -> None:
    answers = [GOOD] * 11
    answers[bad] = of_release(status=500)
    there = world({"/": answers})

    assert there.wait(check_release()).healthy
    assert len(there.clock.slept) == 1


def test_an_app_that_limits_its_visitors_is_asked_no_more() -> None:
    there = world({"/": [*[GOOD] * 5, of_release(status=429)]})

    assert there.wait(check_release()).healthy
    assert len(there.site.asked) == 7


def test_a_page_that_is_always_limited_is_not_healthy() -> None:
    assert not world({"/": [of_release(status=429)]}).wait(check_release()).healthy


def test_a_site_that_flaps_is_told_so() -> None:
    there = world({"/": [GOOD, of_release(status=500)] * 50})

    health = there.wait(check_release())

    assert not health.healthy
    assert health.detail == "answered 500, not 200-399, but other answers were healthy"


@pytest.mark.parametrize(
    "wrong", [of_release(status=500), of_release(status=404), of_release(body="no")]
)
def test_a_steady_wrong_answer_of_the_new_release_ends_the_wait(wrong: Answer) -> None:
    there = world({"/": [wrong]})

    health = there.wait(check_release(text="page"))

    assert (health.healthy, len(there.site.asked)) == (False, 3)
    assert there.clock.slept == [2.0, 2.0]


@pytest.mark.parametrize(
    "wrong",
    [
        of_release(OLD),
        of_release(OLD, 500),
        answer(502),
        answer(503),
        answer(200),
        answer(302, location="/"),
        answer(200, hello_world("alice", DOMAIN)),
    ],
)
def test_other_wrong_answers_are_waited_out(wrong: Answer) -> None:
    there = world({"/": [*[wrong] * 20, GOOD]})

    assert there.wait(check_release()).healthy


def test_without_a_release_a_wrong_answer_may_be_the_old_site_s() -> None:
    assert world({"/": [*[answer(500)] * 20, answer()]}).wait(check()).healthy


def test_a_wrong_answer_that_changes_is_not_steady() -> None:
    wrong = [of_release(status=status) for status in (500, 500, 404, 500, 500)]

    assert world({"/": [*wrong, GOOD]}).wait(check_release()).healthy


def test_exceptions_of_the_new_release_end_the_wait_too() -> None:
    """PythonAnywhere's error page names no release: the first ones may be an old worker's."""
    page = answer(500, pages.something_wrong("Unhandled Exception"))
    lasting, passing = world({"/": [page]}), world({"/": [*[page] * 5, GOOD]})

    assert not lasting.wait(check_release()).healthy
    assert len(lasting.site.asked) == 6
    assert passing.wait(check_release()).healthy


@pytest.mark.parametrize(("status", "release"), [(502, NEW), (500, None)])
def test_other_error_pages_are_waited_out(status: int, release: str | None) -> None:
    page = answer(status, pages.something_wrong("x"))

    assert world({"/": [*[page] * 9, GOOD]}).wait(check_release(release=release)).healthy


def test_the_default_page_alone_is_not_waited_out() -> None:
    there = world({"/": [answer(200, hello_world("alice", DOMAIN))]})

    assert not there.wait(check()).healthy
    assert len(there.site.asked) == 3


def test_the_wait_ends_with_health_timeout() -> None:
    there = world({"/": [answer(502)]})

    assert not there.wait(check(timeout_seconds=10)).healthy
    assert sum(there.clock.slept) <= 10


def test_what_is_wrong_is_announced_once() -> None:
    there = world({"/": [answer(502), answer(502), answer(503), GOOD]})
    there.wait(check_release())

    assert [NEW in line for line in there.said] == [False, False]
    assert "answered 502" in there.said[0]
    assert "answered 503" in there.said[1]


@pytest.mark.parametrize(
    ("wrong", "mapped", "visits"),
    [
        (answer(), ("/",), 6),
        (answer(404), ("/",), 6),
        (answer(), ("/static/", "/"), 6),
        (answer(503), ("/",), 50),
        (answer(), ("/static/",), 50),
    ],
)
def test_a_steady_wrong_file_of_a_mapping_ends_the_wait_later(
    wrong: Answer, mapped: tuple[str, ...], visits: int
) -> None:
    there = world({"/": [wrong]})

    asked = replace(check_release(), mapped=mapped, text="never there", timeout_seconds=100)
    health = there.wait(asked)

    assert (health.healthy, health.attempts) == (False, visits)
