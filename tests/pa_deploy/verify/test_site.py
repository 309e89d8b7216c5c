"""The site at a loopback address stands in for the one at its own address."""

from __future__ import annotations

import pytest

from pa_deploy.clock import Deadline
from pa_deploy.hosts import find_host
from pa_deploy.transport import Http
from pa_deploy.verify import Site
from tests.fake_clock import FakeClock
from tests.scripted_server import Reply, ScriptedServer

DOMAIN = "alice.pythonanywhere.com"


@pytest.fixture
def site(server: ScriptedServer) -> Site:
    deadline = Deadline(FakeClock(), 60)
    return Site(Http(deadline), find_host(server.url, server.url), "test/1")


@pytest.mark.parametrize(
    ("url", "location", "seen"),
    [
        (f"https://{DOMAIN}/", f"http://{DOMAIN}/a", f"https://{DOMAIN}/a"),
        (f"https://{DOMAIN}/", f"HTTP://{DOMAIN.upper()}/a", f"https://{DOMAIN.upper()}/a"),
        (f"https://{DOMAIN}/", f"https://{DOMAIN}/a", None),
        (f"https://{DOMAIN}/", "/a", "/a"),
        (f"https://{DOMAIN}/", "http://www.example.com/a", "http://www.example.com/a"),
        (f"http://{DOMAIN}/", f"https://{DOMAIN}/a", f"https://{DOMAIN}/a"),
        (f"http://{DOMAIN}/", f"http://{DOMAIN}/a", f"http://{DOMAIN}/a"),
    ],
)
def test_its_redirects_are_read_as_the_site_s(
    site: Site, server: ScriptedServer, url: str, location: str, seen: str | None
) -> None:
    server.answers(Reply(status=302, headers={"Location": location}))

    assert site.get(url).headers.get("location") == seen


@pytest.mark.parametrize("url", [f"https://{DOMAIN}/a?b=1", f"http://{DOMAIN}/a?b=1"])
def test_it_is_asked_by_the_site_s_name(site: Site, server: ScriptedServer, url: str) -> None:
    server.answers(Reply())
    site.get(url)

    (received,) = server.received
    assert (received.headers["host"], received.path) == (DOMAIN, "/a?b=1")


def test_the_api_s_own_address_is_asked_as_it_is(site: Site, server: ScriptedServer) -> None:
    server.answers(Reply(status=302, headers={"Location": f"{server.url}/b"}))

    assert site.get(f"{server.url}/a").headers["location"] == f"{server.url}/b"
