"""Redirects are followed, and pages are read, as a visitor does."""

from __future__ import annotations

import pytest

from pa_deploy.loader.visits import MOST_REDIRECTS, BadRedirect, Route, page_text

SITE = "https://alice.pythonanywhere.com"


@pytest.mark.parametrize(
    ("location", "aim"),
    [
        ("/login", f"{SITE}/login"),
        ("login?next=/x", f"{SITE}/a/login?next=/x"),
        ("?page=2", f"{SITE}/a/b?page=2"),
        ("//alice.pythonanywhere.com/x", f"{SITE}/x"),
        ("HTTPS://Alice.PythonAnywhere.COM/x", f"{SITE}/x"),
        (f"{SITE}:443/x", f"{SITE}/x"),
        (f"{SITE}/x#part", f"{SITE}/x"),
        ("https://me:secret@alice.pythonanywhere.com/x", f"{SITE}/x"),
        ("http://alice.pythonanywhere.com/x", "http://alice.pythonanywhere.com/x"),
        ("/a b", f"{SITE}/a%20b"),
        ("/caf\u00c3\u00a9", f"{SITE}/caf%C3%A9"),
        (" /x ", f"{SITE}/x"),
    ],
)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_within_the_site_is_followed(location: str, aim: str, status: int) -> None:
    route = Route(f"{SITE}/a/b")

    assert route.follow(status, location)
    assert route.url == aim


@pytest.mark.parametrize(
    ("status", "location"),
    [
        (302, None),
        (200, "/x"),
        (201, "/x"),
        (300, "/x"),
        (304, "/x"),
        (302, "https://www.example.com/"),
        (302, f"{SITE}:8443/x"),
        (302, f"{SITE}.example.com/x"),
        (302, "mailto:alice@example.com"),
    ],
)
def test_any_other_answer_is_the_last_one(status: int, location: str | None) -> None:
    route = Route(f"{SITE}/a")

    assert not route.follow(status, location)
    assert route.urls == [f"{SITE}/a"]


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("", "to nowhere"),
        ("http://[", "to nowhere"),
        ("https://alice.pythonanywhere.com:99999999/", "to nowhere"),
        ("/a", "to itself"),
        ("#part", "to itself"),
        ("/", "in a circle"),
    ],
)
def test_a_redirect_that_leads_nowhere(location: str, said: str) -> None:
    route = Route(SITE)
    route.follow(302, "/a")

    with pytest.raises(BadRedirect, match=said):
        route.follow(302, location)


def test_so_many_redirects_are_followed_and_no_more() -> None:
    route = Route(SITE)

    assert all(route.follow(302, f"/{n}") for n in range(MOST_REDIRECTS))
    with pytest.raises(BadRedirect, match="after 5 others"):
        route.follow(302, "/more")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("Grüße".encode(), "text/html"),
        ("Grüße".encode("latin-1"), "text/html; charset=ISO-8859-1"),
        ("Grüße".encode("utf-16"), 'text/plain; Charset="utf-16"'),
        (b'<meta charset="latin-1">Gr\xfc\xdfe', "text/html"),
        (b'<META http-equiv="x" content="text/html; charset=latin-1">Gr\xfc\xdfe', ""),
        ("Grüße".encode(), "text/html; charset=no-such-thing"),
        ("Grüße".encode(), "text/html; charset=base64"),
    ],
)
def test_a_page_is_read_in_its_own_encoding(body: bytes, content_type: str) -> None:
    assert "Grüße" in page_text(body, content_type)
