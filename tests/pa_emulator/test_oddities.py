"""Requests that no client should send still get an answer that says so."""

from __future__ import annotations

import http.client
import io
import socket
from typing import TYPE_CHECKING

import pytest
import requests

from pa_emulator.hosting.wire import BadBody, spooled
from tests.pa_emulator.client import DOMAIN, wsgi_saying
from tests.pa_emulator.raw import connected, send
from tests.soak import first_of

if TYPE_CHECKING:
    from tests.pa_emulator.client import Client

JSON = {"Content-Type": "application/json"}
LONG_IDS = [str(2**63 - 1), str(2**63), "9" * 5000]
DEEP = "[" * 100_000
# Notes the methods that reach it, in its working directory.
NOTING = """
def application(environ, start_response):
    open(environ['REQUEST_METHOD'], 'w').close()
    start_response('200 OK', [])
    return []
"""


@pytest.mark.parametrize("path", ["webapps/", "consoles/", "files/sharing/"])
def test_json_nested_too_deeply_is_400(alice: Client, path: str) -> None:
    answer = alice.post(path, data=DEEP, headers=JSON)
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("JSON parse error")


def test_json_nested_too_deeply_is_400_on_the_control_surface(alice: Client) -> None:
    url = alice.pa.url + "/_emulator/faults"
    assert requests.post(url, data=DEEP, headers=JSON, timeout=60).status_code == 400


@pytest.mark.parametrize("number", LONG_IDS, ids=len)
@pytest.mark.parametrize("path", ["consoles", f"webapps/{DOMAIN}/static_files"])
def test_an_id_of_any_length_is_404_in_json(alice: Client, path: str, number: str) -> None:
    alice.create()
    answer = alice.get(f"{path}/{number}/")
    assert (answer.status_code, answer.json()) == (404, {"detail": "Not found."})


def test_options_is_405(alice: Client) -> None:
    answer = alice("OPTIONS", "webapps/")
    assert answer.json() == {"detail": 'Method "OPTIONS" not allowed.'}
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, POST, HEAD")


def test_options_is_405_on_the_control_surface(alice: Client) -> None:
    answer = requests.options(alice.pa.url + "/_emulator/reset", timeout=60)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


@pytest.mark.parametrize("charset", ["idna", "punycode", "zip", "rot13", "undefined"])
def test_a_charset_that_is_none_is_ignored(alice: Client, charset: str) -> None:
    part = (
        b'--B\r\nContent-Disposition: form-data; name="executable"\r\n\r\n\xff..bash\r\n--B--\r\n'
    )
    kind = {"Content-Type": f"multipart/form-data; boundary=B; charset={charset}"}
    answer = alice.post("consoles/?a=%ff..", data=part, headers=kind)
    assert (answer.status_code, answer.json()["executable"]) == (201, "\ufffd..bash")


@pytest.mark.parametrize("body", [b"zz\r\nabc\r\n0\r\n\r\n", b"3\r\nabcdef\r\n", b"3\r\nab"])
@pytest.mark.parametrize(
    ("host", "path"), [("localhost", "/api/v0/user/alice/cpu/"), (DOMAIN, "/")]
)
def test_malformed_chunks_are_400(alice: Client, host: str, path: str, body: bytes) -> None:
    alice.host(wsgi_saying("hi"))
    lines = (f"POST {path} HTTP/1.1", f"Host: {host}", "Transfer-Encoding: chunked")
    with connected(alice.pa) as connection, connection.makefile("rb") as answer:
        connection.sendall("".join(f"{line}\r\n" for line in (*lines, "")).encode() + body)
        connection.shutdown(socket.SHUT_WR)
        assert answer.read().startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize(
    ("host", "path"),
    first_of([("localhost", f"/api/v0/user/alice/webapps/{DOMAIN}/"), (DOMAIN, "/")]),
)
def test_a_body_cut_short_is_400_and_not_acted_on(alice: Client, host: str, path: str) -> None:
    alice.host(NOTING)
    kind = "Content-Type: application/x-www-form-urlencoded"
    token = f"Authorization: Token {alice.pa.token}"
    lines = (f"PATCH {path} HTTP/1.1", f"Host: {host}", token, kind, "Content-Length: 40", "", "")
    with connected(alice.pa) as connection, connection.makefile("rb") as answer:
        connection.sendall("\r\n".join(lines).encode() + b"source_directory=/home/alice/my")
        connection.shutdown(socket.SHUT_WR)
        assert answer.read().startswith(b"HTTP/1.1 400 ")
    assert alice.get(f"webapps/{DOMAIN}/").json()["source_directory"] == "/var/www"
    assert not alice.pa.path("/home/alice/PATCH").exists()


def test_a_body_that_does_not_come_is_bad() -> None:
    with pytest.raises(BadBody):
        spooled(Stalled(), 5)


class Stalled(io.BytesIO):
    """What the server gives where a client sends no more."""

    def read(self, size: int | None = -1, /) -> bytes:
        raise TimeoutError(f"{size} bytes did not come")


def test_a_fault_leaves_the_connection_of_a_chunked_request_usable(alice: Client) -> None:
    alice.pa.add_fault(status=503)
    connection = http.client.HTTPConnection(alice.pa.url.removeprefix("http://"), timeout=60)
    token = {"Authorization": f"Token {alice.pa.token}"}
    path = "/api/v0/user/alice/cpu/"
    connection.request("POST", path, iter([b"abc"]), token, encode_chunked=True)
    assert connection.getresponse().read() == b""
    connection.auto_open = 0  # fail rather than connect again
    connection.request("GET", path, headers=token)
    assert connection.getresponse().status == 200
    connection.close()


@pytest.mark.parametrize("length", ["-1", "+5", "1_0"])
def test_a_length_that_is_no_number_is_400(alice: Client, length: str) -> None:
    lines = ("POST / HTTP/1.1", f"Host: {DOMAIN}", f"Content-Length: {length}")
    assert send(alice.pa, *lines, body=b"abcdeabcde").startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("uri", ["//[", "http://["])
def test_a_url_with_half_an_address_is_400(alice: Client, uri: str) -> None:
    answer = send(alice.pa, f"GET {uri} HTTP/1.1", "Host: localhost")
    assert answer.startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("uri", first_of(["//x/y?a", "http://other/x/y?a"]))
def test_a_url_with_an_address_reaches_the_site_of_the_host_header(alice: Client, uri: str) -> None:
    alice.host(
        "def application(environ, start_response):\n"
        "    start_response('200 OK', [])\n"
        "    parts = [environ[k] for k in ('wsgi.url_scheme', 'PATH_INFO', 'QUERY_STRING')]\n"
        "    return [' '.join(parts).encode()]\n"
    )
    answer = send(alice.pa, f"GET {uri} HTTP/1.1", f"Host: {DOMAIN}")
    assert b"https /x/y a" in answer


def test_connect_is_405(alice: Client) -> None:
    answer = send(alice.pa, "CONNECT localhost:80 HTTP/1.1", "Host: localhost:80")
    assert answer.startswith(b"HTTP/1.1 405 ")


def test_a_console_in_a_folder_of_too_long_a_name_starts_at_home(alice: Client) -> None:
    data = {"executable": "bash", "working_directory": "/home/alice/" + "x/" * 5000}
    number = alice.post("consoles/", json=data).json()["id"]
    alice.pa.open_console(number)
    assert alice.get(f"consoles/{number}/get_latest_output/").status_code == 200
