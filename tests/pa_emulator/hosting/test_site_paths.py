"""What becomes of `//` and `..` in a visitor's path, before the app and before static files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pa_emulator import Emulator
from pa_emulator.hosting.normal import MalformedPath, normal
from tests.pa_emulator.client import DOMAIN, WSGI, Client
from tests.pa_emulator.raw import send
from tests.pa_emulator.websites.test_websites import ECHO
from tests.soak import first_of

if TYPE_CHECKING:
    from collections.abc import Iterator

WEBSITE = "www.example.com"
SHOWING = """
def application(environ, start_response):
    start_response('200 OK', [])
    return [f"{environ['PATH_INFO']} of {environ['REQUEST_URI']}".encode()]
"""


@pytest.mark.parametrize(
    ("sent", "path"),
    [
        ("/", "/"),
        ("/a/", "/a/"),
        ("/a//b", "/a/b"),
        ("//a", "/a"),
        ("///", "/"),
        ("/a/./b", "/a/b"),
        ("/a/.", "/a/"),
        ("/a/b/../c", "/a/c"),
        ("/a/b/..", "/a/"),
        ("/a/..", "/"),
        ("/..a/b..", "/..a/b.."),
    ],
)
def test_a_path_is_made_normal(sent: str, path: str) -> None:
    assert normal(sent) == path


@pytest.mark.parametrize("sent", ["/..", "/a/../..", "/../a", "/a/../../a", "/a\0b"])
def test_a_path_that_leads_out_is_refused(sent: str) -> None:
    with pytest.raises(MalformedPath):
        normal(sent)


def _asked(client: Client, path: str, domain: str = DOMAIN) -> bytes:
    return send(client.pa, f"GET {path} HTTP/1.1", f"Host: {domain}")


@pytest.fixture(scope="module")
def sites() -> Iterator[Client]:
    """An account with a web app and a website, which no test changes."""
    with Emulator() as running:
        yield from _hosted(running)


@pytest.fixture(scope="module")
def raw() -> Iterator[Client]:
    """Another one, whose sites get paths as they came."""
    with Emulator(raw_paths=True) as running:
        yield from _hosted(running)


def _hosted(running: Emulator) -> Iterator[Client]:
    client = Client(running)
    _host(client)
    body = {"domain_name": WEBSITE, "webapp": {"command": ECHO}}
    assert client.post("../../../v1/user/alice/websites/", json=body).status_code == 201
    yield client
    client.session.close()


def _host(client: Client) -> None:
    client.upload("/home/alice/static/a.css", "styles")
    client.upload("/home/alice/static.env", "secret")
    client.create()
    client.post(
        f"webapps/{DOMAIN}/static_files/", json={"url": "/s/", "path": "/home/alice/static/"}
    )
    client.upload(WSGI, SHOWING)
    client.reload()


@pytest.mark.parametrize("path", first_of(["/a//%2e%2e/b", "/a/..//b"]))
def test_an_app_gets_the_normal_path_and_the_address_as_it_came(sites: Client, path: str) -> None:
    assert _asked(sites, path).count(f"\n/b of {path}\r".encode()) == 1


@pytest.mark.parametrize("path", ["/s//a.css", "/x/../s/a.css", "/s/%2e/a.css", "//s/a.css"])
def test_a_mapping_gets_the_normal_path(sites: Client, path: str) -> None:
    assert _asked(sites, path).endswith(b"styles")


@pytest.mark.parametrize("path", ["/..", "/%2e%2e/static.env", "/s/../../static.env"])
def test_a_visit_that_leads_out_is_400(sites: Client, path: str) -> None:
    assert _asked(sites, path).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize(
    ("sent", "target"),
    [
        ("/a//b", "/a/b"),
        ("/a/./b?x=//..&y=%2e%2e", "/a/b?x=//..&y=%2e%2e"),
        ("/a/%2e%2e/b", "/b"),
        ("/a/../%C3%BC%20/%25", "/%C3%BC%20/%25"),
        ("/a/..//b?", "/b?"),
    ],
)
def test_a_website_gets_the_normal_path(sites: Client, sent: str, target: str) -> None:
    assert f"\nGET {target} HTTP/1.1\r".encode() in _asked(sites, sent, WEBSITE)


@pytest.mark.parametrize("path", ["/", "/%61%2fb", "/a%20b/?q=a//b", "/%C3%BC~'()"])
def test_a_website_gets_a_path_as_it_came_if_nothing_is_to_resolve(
    sites: Client, path: str
) -> None:
    assert f"\nGET {path} HTTP/1.1\r".encode() in _asked(sites, path, WEBSITE)


@pytest.mark.parametrize("target", [f"http://{WEBSITE}?x=1", f"http://{WEBSITE}/?x=1"])
def test_a_website_gets_the_query_of_a_whole_address(sites: Client, target: str) -> None:
    assert b"\nGET /?x=1 HTTP/1.1\r" in _asked(sites, target, WEBSITE)


@pytest.mark.parametrize("header", ["Accept: */*", "Upgrade: websocket"])
@pytest.mark.parametrize("path", ["/..", "/../../z", "/%2e%2e/z", "/a/../../z"])
def test_a_visit_of_a_website_that_leads_out_is_400(sites: Client, path: str, header: str) -> None:
    answer = send(sites.pa, f"GET {path} HTTP/1.1", f"Host: {WEBSITE}", header)
    assert answer.startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("path", first_of(["/a//b", "/a/../b", "/a/./b"]))
def test_with_raw_paths_the_app_gets_the_path_as_it_came(raw: Client, path: str) -> None:
    assert _asked(raw, path).count(f"\n{path} of {path}\r".encode()) == 1


@pytest.mark.parametrize("path", first_of(["/a//b", "/a/../b", "/../../z"]))
def test_with_raw_paths_a_website_gets_the_path_as_it_came(raw: Client, path: str) -> None:
    assert f"\nGET {path} HTTP/1.1\r".encode() in _asked(raw, path, WEBSITE)
