"""What becomes of `//` and `..` in a visitor's path, before the app and before static files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pa_emulator import Emulator
from pa_emulator.hosting.normal import MalformedPath, normal
from tests.pa_emulator.client import DOMAIN, WSGI, Client
from tests.pa_emulator.raw import send
from tests.pa_emulator.websites.test_websites import ECHO

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def _asked(client: Client, path: str) -> bytes:
    return send(client.pa, f"GET {path} HTTP/1.1", f"Host: {DOMAIN}")


def _host(client: Client) -> None:
    client.upload("/home/alice/static/a.css", "styles")
    client.upload("/home/alice/static.env", "secret")
    client.create()
    client.post(
        f"webapps/{DOMAIN}/static_files/", json={"url": "/s/", "path": "/home/alice/static/"}
    )
    client.upload(WSGI, SHOWING)
    client.reload()


@pytest.mark.parametrize("path", ["/a//%2e%2e/b", "/a/..//b"])
def test_an_app_gets_the_normal_path_and_the_address_as_it_came(alice: Client, path: str) -> None:
    _host(alice)
    assert _asked(alice, path).count(f"\n/b of {path}\r".encode()) == 1


@pytest.mark.parametrize("path", ["/s//a.css", "/x/../s/a.css", "/s/%2e/a.css", "//s/a.css"])
def test_a_mapping_gets_the_normal_path(alice: Client, path: str) -> None:
    _host(alice)
    assert _asked(alice, path).endswith(b"styles")


@pytest.mark.parametrize("path", ["/..", "/%2e%2e/static.env", "/s/../../static.env"])
def test_a_visit_that_leads_out_is_400(alice: Client, path: str) -> None:
    _host(alice)
    assert _asked(alice, path).startswith(b"HTTP/1.1 400 ")


def _host_website(client: Client) -> None:
    body = {"domain_name": DOMAIN, "webapp": {"command": ECHO}}
    assert client.post("../../../v1/user/alice/websites/", json=body).status_code == 201


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
def test_a_website_gets_the_normal_path(alice: Client, sent: str, target: str) -> None:
    _host_website(alice)
    assert f"\nGET {target} HTTP/1.1\r".encode() in _asked(alice, sent)


@pytest.mark.parametrize("path", ["/", "/%61%2fb", "/a%20b/?q=a//b", "/%C3%BC~'()"])
def test_a_website_gets_a_path_as_it_came_if_nothing_is_to_resolve(
    alice: Client, path: str
) -> None:
    _host_website(alice)
    assert f"\nGET {path} HTTP/1.1\r".encode() in _asked(alice, path)


@pytest.mark.parametrize("target", [f"http://{DOMAIN}?x=1", f"http://{DOMAIN}/?x=1"])
def test_a_website_gets_the_query_of_a_whole_address(alice: Client, target: str) -> None:
    _host_website(alice)
    assert b"\nGET /?x=1 HTTP/1.1\r" in _asked(alice, target)


@pytest.mark.parametrize("header", ["Accept: */*", "Upgrade: websocket"])
@pytest.mark.parametrize("path", ["/..", "/../../z", "/%2e%2e/z", "/a/../../z"])
def test_a_visit_of_a_website_that_leads_out_is_400(alice: Client, path: str, header: str) -> None:
    _host_website(alice)
    answer = send(alice.pa, f"GET {path} HTTP/1.1", f"Host: {DOMAIN}", header)
    assert answer.startswith(b"HTTP/1.1 400 ")


@pytest.fixture(scope="module")
def raw() -> Iterator[Client]:
    """An account whose sites get paths as they came."""
    with Emulator(raw_paths=True) as running:
        client = Client(running)
        _host(client)
        yield client
        client.session.close()


@pytest.mark.parametrize("path", ["/a//b", "/a/../b", "/a/./b"])
def test_with_raw_paths_the_app_gets_the_path_as_it_came(raw: Client, path: str) -> None:
    assert _asked(raw, path).count(f"\n{path} of {path}\r".encode()) == 1


@pytest.mark.parametrize("path", ["/a//b", "/a/../b", "/../../z"])
def test_with_raw_paths_a_website_gets_the_path_as_it_came(raw: Client, path: str) -> None:
    raw.delete(f"webapps/{DOMAIN}/")
    try:
        _host_website(raw)
        assert f"\nGET {path} HTTP/1.1\r".encode() in _asked(raw, path)
    finally:
        raw.delete(f"../../../v1/user/alice/websites/{DOMAIN}/")
        _host(raw)
