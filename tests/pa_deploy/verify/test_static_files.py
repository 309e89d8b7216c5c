"""What is asked of the site for one file of a mapping, and what is said of the answer."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from pa_deploy.model import HealthCheck, StaticFile
from pa_deploy.transport import Answer
from pa_deploy.verify import Expected, wait_for_file
from tests.pa_deploy.verify.scripted import DOMAIN, SITE, World, answer, check, world

CSS = "body { color: teal }"
ROW = StaticFile("/static/", "/home/alice/static")
FILE = Expected(ROW, "a.css", hashlib.sha256(CSS.encode()).hexdigest(), "static")
BAD = 'but the mapping "/static/ = static" has the file a.css'


def ask(there: World, expected: Expected = FILE, asked: HealthCheck | None = None) -> str:
    """What was said of the last answer; "" if it was right."""
    received = wait_for_file(expected, asked or check(), there.site, there.deadline, "7")
    return "" if received.health.healthy else received.health.detail


@pytest.mark.parametrize(
    ("url", "path", "asked"),
    [
        ("/static/", "a.css", "/static/a.css"),
        ("/static", "a.css", "/static/a.css"),
        ("/", "a.css", "/a.css"),
        ("/favicon.ico", "", "/favicon.ico"),
        ("/caf\u00e9/", "a b%?#.css", "/caf%C3%A9/a%20b%25%3F%23.css"),
        ("/x/", "\udcff.css", "/x/%FF.css"),
    ],
)
def test_the_url_of_a_file(url: str, path: str, asked: str) -> None:
    there = world({asked: [answer(200, CSS)]})

    assert ask(there, replace(FILE, row=StaticFile(url, "/x"), path=path)) == ""
    assert there.site.asked == [f"{SITE}{asked}?pa-deploy=7"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (answer(404), f"answered 404, {BAD}"),
        (answer(403), f"answered 403, {BAD}"),
        (answer(302, location="/login"), f"answered 302, {BAD}"),
        (answer(200, "other"), f"answered 200 with other bytes, {BAD}"),
        (answer(200, ""), f"answered 200 with other bytes, {BAD}"),
    ],
)
def test_a_wrong_answer_is_told_with_the_mapping(wrong: Answer, said: str) -> None:
    there = world({"/static/a.css": [wrong]})

    assert ask(there) == said
    assert len(there.site.asked) == 3


def test_an_answer_that_becomes_right_is_waited_for() -> None:
    assert ask(world({"/static/a.css": [answer(404), answer(404), answer(200, CSS)]})) == ""


@pytest.mark.parametrize(
    ("earlier", "said"),
    [
        (("/", "public"), '; the earlier mapping "/ = public" hides it'),
        (("/static/a.css", "b.css"), '; the earlier mapping "/static/a.css = b.css" hides it'),
        (("/stat", "x.txt"), '; the earlier mapping "/stat = x.txt" hides it'),
        (("/media/", "media"), ""),
        (("/static/b", "b"), ""),
    ],
)
def test_an_earlier_mapping_that_fits_is_named(earlier: tuple[str, str], said: str) -> None:
    hidden = replace(FILE, earlier=(StaticFile("/other/", "x"), StaticFile(*earlier)))

    assert ask(world({"/static/a.css": [answer(404)]}), hidden) == f"answered 404, {BAD}{said}"


@pytest.mark.parametrize("given", [{}, {"content_encoding": "gzip"}])
def test_bytes_that_are_not_known_or_encoded_are_not_compared(given: dict[str, str]) -> None:
    there = world({"/static/a.css": [answer(200, "x", **given)]})

    assert ask(there, FILE if given else replace(FILE, sha256=None)) == ""


def test_a_site_without_a_certificate_is_asked_without_tls() -> None:
    plain = f"http://{DOMAIN}"
    there = world({f"{plain}/static/a.css": [answer(200, CSS)]})

    assert ask(there, asked=replace(check(), url=f"{plain}/")) == ""


def test_a_redirect_to_https_is_followed() -> None:
    plain = f"http://{DOMAIN}/static/a.css"
    to_https = answer(301, location=f"{SITE}/static/a.css?pa-deploy=7")
    there = world({plain: [to_https], "/static/a.css": [answer(200, CSS)]})

    assert ask(there, asked=replace(check(), url=f"http://{DOMAIN}/")) == ""
