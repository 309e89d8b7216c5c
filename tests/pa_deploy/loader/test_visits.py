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


def follow(route: Route, location: str, *cookies: str) -> str:
    """The `Cookie` header of the next request."""
    assert route.follow(302, location, cookies)
    return route.cookie


class TestCookies:
    """They are kept within one visit, as a browser does."""

    @pytest.mark.parametrize(
        ("location", "cookies", "sent"),
        [
            ("/", ["a=1"], "a=1"),
            ("/", ["a=1; Path=/; HttpOnly; SameSite=Lax", "b=2;secure"], "a=1; b=2"),
            ("/", ['a="x y"; Expires=Wed, 21 Oct 2099 07:28:00 GMT'], 'a="x y"'),
            ("/x/y", ["a=1; path=/x"], "a=1"),
            ("/xy", ["a=1; Path=/x"], ""),
            ("/", ["a=1; Domain=alice.pythonanywhere.com"], "a=1"),
            ("/", ["a=1; Domain=.pythonanywhere.com"], ""),
            ("/", ["a=1; Domain=www.example.com"], ""),
            ("http://alice.pythonanywhere.com/", ["a=1; Secure", "b=2"], "b=2"),
            ("/?x", ["nonsense", "=1", "a=" + "x" * 5000], ""),
        ],
    )
    def test_what_goes_with_the_next_request(
        self, location: str, cookies: list[str], sent: str
    ) -> None:
        route = Route(f"{SITE}/begin")

        assert follow(route, location, *cookies) == sent

    @pytest.mark.parametrize(
        "end",
        [
            "a=; Max-Age=0",
            "a=x; max-age=-1; path=/",
            "a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
            "a=; expires=Thu, 01-Jan-1970 00:00:00 GMT; Path=/",
        ],
    )
    def test_one_that_is_deleted_is_not_sent(self, end: str) -> None:
        route = Route(SITE)
        follow(route, "/a", "a=1; Path=/")

        assert follow(route, "/b", end) == ""

    @pytest.mark.parametrize("location", ["/", "/?", SITE, "#part"])
    def test_a_page_may_set_a_cookie_and_redirect_to_itself(self, location: str) -> None:
        route = Route(f"{SITE}/")

        assert follow(route, location, "seen=1") == "seen=1"
        with pytest.raises(BadRedirect, match="to itself"):
            route.follow(302, location, ["seen=1"])

    def test_a_circle_ends_where_no_cookie_changes(self) -> None:
        route = Route(f"{SITE}/")
        follow(route, "/login")
        follow(route, "/", "session=1")
        follow(route, "/login")

        with pytest.raises(BadRedirect, match="in a circle"):
            route.follow(302, "/", ["session=1"])

    def test_one_that_changes_each_time_ends_after_five(self) -> None:
        route = Route(f"{SITE}/")
        for number in range(MOST_REDIRECTS):
            follow(route, "/", f"n={number}")

        with pytest.raises(BadRedirect, match="after 5 others"):
            route.follow(302, "/", ["n=more"])
