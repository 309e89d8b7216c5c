"""What a reload does, and what makes one."""

from __future__ import annotations

import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from tests.emulator.client import DOMAIN, WSGI, Client, wsgi_saying
from tests.emulator.processes import children_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import requests

ERROR_LOG = f"/var/log/{DOMAIN}.error.log"
WAITING = """
import os, sys, time
def application(environ, start_response):
    print('in ' + environ['PATH_INFO'], file=sys.stderr)
    while not os.path.exists('/home/alice/go'):
        time.sleep(0.01)
    start_response('200 OK', [('Content-Type', 'text/plain')])
    return [b'went']
"""
WAITING_AT_SLOW = WAITING.replace("while not", "while environ['PATH_INFO'] == '/slow' and not")


def test_a_new_app_says_hello_after_reload(alice: Client) -> None:
    alice.create()
    assert alice.reload().json() == {"status": "OK"}
    assert "Hello, World!" in alice.visit().text
    assert (alice.visit("/x").status_code, alice.visit("/x").text) == (404, "Page not found.")


def test_before_the_first_reload_it_is_coming_soon(alice: Client) -> None:
    alice.create()
    assert "Coming Soon!" in alice.visit().text


@pytest.mark.parametrize(
    "source", ["def application(:\n", "", "raise RuntimeError\n", "\x00", "# -*- coding: no -*-"]
)
def test_no_wsgi_file_takes_the_site_down_for_good(alice: Client, source: str) -> None:
    alice.host(source)
    assert alice.visit().status_code == 500
    alice.upload(WSGI, wsgi_saying("back"))
    alice.reload()
    assert alice.visit().text == "back"


def test_code_changes_show_after_reload_only(alice: Client) -> None:
    alice.upload("/home/alice/code.py", "TEXT = 'old'\n")
    alice.host(
        "import sys\nsys.path.insert(0, '/home/alice')\nfrom code import TEXT\n"
        + wsgi_saying("x").replace("'x'.encode()", "TEXT.encode()")
    )
    alice.upload("/home/alice/code.py", "TEXT = 'new'\n")
    assert alice.visit().text == "old"
    alice.reload()
    assert alice.visit().text == "new"


def test_uploading_the_wsgi_file_reloads(alice: Client) -> None:
    alice.host(wsgi_saying("old"))
    assert alice.visit().text == "old"
    alice.upload(WSGI, wsgi_saying("new"))
    assert _visited(alice).text == "new"


def test_an_upload_of_the_wsgi_file_waits_for_no_visitor(alice: Client) -> None:
    alice.host(WAITING_AT_SLOW)
    visitor, slow = _visiting_slowly(alice)
    assert alice.upload(WSGI, wsgi_saying("new")).status_code == 200
    assert visitor.is_alive()
    alice.pa.path("/home/alice/go").touch()
    visitor.join()
    assert slow == ["went"]
    assert _visited(alice).text == "new"


def _reset(client: Client) -> None:
    client.pa.reset()


def _delete(client: Client) -> None:
    assert client.delete(f"webapps/{DOMAIN}/").status_code == 204


def _disable(client: Client) -> None:
    assert client.post(f"webapps/{DOMAIN}/disable/").status_code == 200


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("stop", [_reset, _delete, _disable])
def test_what_stops_a_site_ends_the_instances_before_a_reload_too(
    alice: Client, stop: Callable[[Client], None]
) -> None:
    alice.host(WAITING_AT_SLOW)
    visitor, _ = _visiting_slowly(alice)
    alice.reload()
    stop(alice)
    visitor.join()
    assert children_of(alice.pa._process.pid) == []


def test_a_custom_domain_is_reloaded_and_409(alice: Client) -> None:
    alice.create("www.example.com")
    answer = alice.reload("www.example.com")
    assert answer.status_code == 409
    assert answer.json() == {"status": "error", "error": "cname_error"}
    assert "Hello, World!" in alice.visit(domain="www.example.com").text


def test_a_slow_first_hit_fails_the_reload_but_the_app_lives(alice: Client) -> None:
    alice.create()
    alice.upload(WSGI, WAITING)
    answers: list[int] = []
    reload = threading.Thread(target=lambda: answers.append(Client(alice.pa).reload().status_code))
    reload.start()
    while reload.is_alive():
        alice.pa.advance(20)
    assert answers == [500]
    alice.upload("/home/alice/go", "")
    assert alice.visit().text == "went"


def test_a_reload_lets_a_request_finish_beside_the_new_instance(alice: Client) -> None:
    alice.host(WAITING_AT_SLOW.replace("b'went'", "b'went in the old one'"))
    visitor, slow = _visiting_slowly(alice)
    alice.upload(WSGI, WAITING_AT_SLOW.replace("b'went'", "b'went in the new one'"))
    alice.reload()
    assert alice.visit("/fast").text == "went in the new one"
    alice.pa.path("/home/alice/go").touch()
    visitor.join()
    assert slow == ["went in the old one"]


def test_force_https_redirects_after_reload(alice: Client) -> None:
    alice.host(wsgi_saying("hi"))
    _configure(alice, force_https=True)
    assert alice.visit("/a?b").status_code == 200
    alice.reload()
    answer = alice.visit("/a?b")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"https://{DOMAIN}/a?b")


def test_an_upload_of_the_wsgi_file_loads_it_without_a_visit(alice: Client) -> None:
    alice.host(wsgi_saying("old"))
    alice.upload(WSGI, "open('/home/alice/loaded', 'w').close()\n")
    deadline = time.monotonic() + 30
    while not alice.pa.path("/home/alice/loaded").exists():
        assert time.monotonic() < deadline


def test_touching_the_wsgi_file_reloads(alice: Client) -> None:
    alice.host(wsgi_saying("old"))
    alice.pa.path(WSGI).write_text(wsgi_saying("newer"))
    assert alice.visit().text == "newer"


def _visited(client: Client) -> requests.Response:
    """Visit, again while a reload sends round."""
    answer = client.visit()
    while answer.status_code == 302:
        answer = client.visit()
    return answer


def _visiting_slowly(client: Client) -> tuple[threading.Thread, list[str]]:
    """Return a thread whose visit the site is busy with, and what it has got when it ends."""
    got: list[str] = []
    visitor = threading.Thread(target=lambda: got.append(client.visit("/slow").text))
    visitor.start()
    _await_line(client, "in /slow")
    return visitor, got


def _await_line(client: Client, text: str) -> None:
    """Wait for a line in the error log."""
    deadline = time.monotonic() + 30
    while text not in client.pa.path(ERROR_LOG).read_text():
        assert time.monotonic() < deadline


def _configure(client: Client, **fields: object) -> None:
    assert client.patch(f"webapps/{DOMAIN}/", json=fields).status_code == 200
