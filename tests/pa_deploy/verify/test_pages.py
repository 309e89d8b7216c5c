"""PythonAnywhere's own pages are known, and others are not taken for them."""

from __future__ import annotations

import pytest

from pa_deploy.transport import Answer
from pa_deploy.verify.pages import own_page
from pa_emulator.hosting import pages
from pa_emulator.webapps.hello import hello_world


def found(body: str, **headers: str) -> str:
    answer = Answer(status=200, headers=headers, body=body.encode())
    page = own_page(answer, body)
    return page.trouble if page else ""


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        (hello_world("alice", "alice.pythonanywhere.com"), "default-page"),
        ("Hello from Flask!", "default-page"),
        ("Page not found.", "default-page"),
        (pages.coming_soon("x"), "coming-soon"),
        (pages.something_wrong("x"), "error-page"),
        ("<TITLE >\n Something went wrong :-(  </TITLE>", "error-page"),
    ],
)
def test_a_page_of_pythonanywhere_is_known(body: str, trouble: str) -> None:
    assert found(body) == trouble


@pytest.mark.parametrize(
    "body",
    [
        "",
        "Hello",
        "<title>Coming Soon</title>My shop opens in May",
        "<title>How I host on PythonAnywhere</title>a PythonAnywhere hosted web application",
        "<title>Hello from Flask!</title>",
        "<title>My shop</title>Something went wrong :-(",
    ],
)
def test_a_page_of_somebody_is_not(body: str) -> None:
    assert found(body) == ""


def test_a_short_answer_of_a_release_is_the_app_s() -> None:
    assert found("Hello from Flask!", **{"x-release": "0123456789abcdef"}) == ""
