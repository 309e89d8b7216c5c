"""What a reload does, and what makes one."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pa_emulator import Emulator
from tests.pa_emulator.client import DOMAIN, WSGI, Client, wsgi_saying
from tests.pa_emulator.processes import children_of
from tests.pa_emulator.waiting import eventually
from tests.soak import first_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import requests

ERROR_LOG = f"/var/log/{DOMAIN}.error.log"
ACCESS_LOG = f"/var/log/{DOMAIN}.access.log"
SERVER_LOG = f"/var/log/{DOMAIN}.server.log"
WAITING = """
import os, sys, time
def application(environ, start_response):
    print('in ' + environ['PATH_INFO'], file=sys.stderr)
    while not os.path.exists('/home/alice/go'):
        time.sleep(0.01)
    start_response('200 OK', [('Content-Type', 'text/plain')])
    return [b'went']
"""
HANGING = """
import os, sys, time
def application(environ, start_response):
    print('in ' + environ['PATH_INFO'], file=sys.stderr)
    while environ['PATH_INFO'] == '/hang':
        time.sleep(0.01)
    start_response('200 OK', [])
    return [f'{os.getppid()}'.encode()]
"""
WAITING_AT_SLOW = WAITING.replace("while not", "while environ['PATH_INFO'] == '/slow' and not")


def test_a_new_app_says_hello_after_reload(alice: Client) -> None:
    alice.create()
    assert alice.reload().json() == {"status": "OK"}
    assert "Hello, World!" in alice.visit().text
    assert (alice.visit("/x").status_code, alice.visit("/x").text) == (404, "Page not found.")


def test_before_the_first_reload_it_is_coming_soon(alice: Client) -> None:
    alice.create()
    page = alice.visit().text
    assert "Coming Soon!" in page
    assert f"The web app at {DOMAIN} has not been reloaded since it was created." in page


@pytest.mark.parametrize(
    "source",
    first_of(["def application(:\n", "", "raise RuntimeError\n", "\x00", "# -*- coding: no -*-"]),
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


@pytest.mark.soak
def test_uploading_the_wsgi_file_reloads(alice: Client) -> None:
    alice.host(wsgi_saying("old"))
    assert alice.visit().text == "old"
    alice.upload(WSGI, wsgi_saying("new"))
    assert _visited(alice).text == "new"


@pytest.mark.soak
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
@pytest.mark.parametrize("stop", first_of([_reset, _delete, _disable]))
def test_what_stops_a_site_ends_the_instances_before_a_reload_too(
    alice: Client, stop: Callable[[Client], None]
) -> None:
    alice.host(WAITING_AT_SLOW)
    visitor, _ = _visiting_slowly(alice)
    alice.reload()
    stop(alice)
    visitor.join()
    assert eventually(lambda: not children_of(alice.pa._process.pid))


def test_a_custom_domain_is_reloaded_and_409(alice: Client) -> None:
    alice.create("www.example.com")
    answer = alice.reload("www.example.com")
    assert answer.status_code == 409
    assert answer.json() == {"status": "error", "error": "cname_error"}
    assert "Hello, World!" in alice.visit(domain="www.example.com").text


def test_a_slow_first_hit_is_a_slow_startup_error_after_a_reload_that_worked(
    alice: Client,
) -> None:
    alice.create()
    alice.upload(WSGI, WAITING)
    answers: list[requests.Response] = []
    reload = threading.Thread(target=lambda: answers.append(Client(alice.pa).reload()))
    reload.start()
    _await_line(alice, "in /")
    alice.pa.advance(20)
    reload.join()
    assert answers[0].status_code == 409
    assert answers[0].json() == {"status": "error", "error": "slow_startup_error"}
    line = r'"GET / HTTP/1\.1" 499 0 "-" "python-requests/2\.32\.5" .* response-time=2\d\.\d{3}\n'
    assert re.search(line, alice.read(ACCESS_LOG))
    alice.upload("/home/alice/go", "")
    assert alice.visit().text == "went"


@pytest.mark.parametrize(
    ("wsgi", "status"),
    first_of(
        [(wsgi_saying("hi"), 200), ("import not_there\n", 500), ("import os\nos._exit(1)\n", 502)]
    ),
)
def test_the_ping_is_a_visit_whatever_is_answered(alice: Client, wsgi: str, status: int) -> None:
    alice.create()
    alice.pa.path(WSGI).write_text(wsgi)
    assert alice.reload().json() == {"status": "OK"}
    ping = rf'"GET / HTTP/1\.1" {status} \d+ "-" "python-requests/2\.32\.5" ".*" response-time='
    assert re.search(ping, alice.read(ACCESS_LOG))


def test_a_virtualenv_that_is_gone_is_a_virtualenv_error(alice: Client) -> None:
    alice.host(wsgi_saying("old"))
    folder = alice.pa.path("/home/alice/.virtualenvs/site")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    _configure(alice, virtualenv_path="/home/alice/.virtualenvs/site")
    alice.delete("files/path/home/alice/.virtualenvs/site/pyvenv.cfg")
    answer = alice.reload()
    assert answer.status_code == 409
    assert answer.json() == {"status": "error", "error": "virtualenv_error"}
    assert alice.visit().text == "old"


def test_a_site_that_cannot_be_started_is_a_generic_error(alice: Client) -> None:
    alice.host(wsgi_saying("old"))
    sockets = Path((alice.pa.root / ".emulator" / "sockets").read_text())
    away = sockets.rename(sockets.with_name(sockets.name + "-away"))
    try:
        answer = alice.reload()
        assert answer.status_code == 409
        assert answer.json() == {"status": "error", "error": "generic_error"}
    finally:
        away.rename(sockets)
    assert alice.reload().json() == {"status": "OK"}
    assert alice.visit().text == "old"


def test_an_upload_of_the_wsgi_file_is_told_in_the_server_log(alice: Client) -> None:
    alice.host(wsgi_saying("old"))
    alice.upload(WSGI, wsgi_saying("new"))
    assert f"{WSGI} has been touched... grace them all" in alice.read(SERVER_LOG)


@pytest.fixture(scope="module")
def hasty() -> Iterator[Client]:
    """An account where mercy is short and reloads are slow."""
    with Emulator(reload_mercy=1, reload_seconds="60-61") as running:
        client = Client(running)
        yield client
        client.session.close()


def test_a_hung_worker_lives_beside_the_new_instance_until_its_mercy_ends(hasty: Client) -> None:
    hasty.create()
    hasty.upload(WSGI, HANGING)
    _advance_to_the_end_of(_reload_in_the_background(hasty), hasty)
    old = hasty.visit().text
    visitor = threading.Thread(target=lambda: hasty.visit("/hang"))
    visitor.start()
    _await_line(hasty, "in /hang")
    hasty.upload(WSGI, HANGING + "# anew\n")
    new = _visited(hasty).text
    assert new != old
    assert visitor.is_alive()
    visitor.join()
    log = hasty.read(SERVER_LOG)
    hung = re.search(r"worker \(pid: (\d+)\) is taking too much time to die...NO MERCY", log)
    assert hung
    assert f"Gracefully killing worker 1 (pid: {hung[1]})" in log or (
        f"Gracefully killing worker 2 (pid: {hung[1]})" in log
    )


def test_a_reload_takes_as_long_as_was_asked_for_and_the_old_code_serves(hasty: Client) -> None:
    hasty.pa.reset()
    hasty.create()
    hasty.upload("/home/alice/text", "old")
    hasty.upload(
        WSGI,
        "TEXT = open('/home/alice/text').read()\n"
        + wsgi_saying("x").replace("'x'.encode()", "TEXT.encode()"),
    )
    _advance_to_the_end_of(_reload_in_the_background(hasty), hasty)
    assert hasty.visit().text == "old"
    hasty.upload("/home/alice/text", "new")
    reload = _reload_in_the_background(hasty)
    assert hasty.visit().text == "old"
    assert reload.is_alive()
    _advance_to_the_end_of(reload, hasty)
    assert hasty.visit().text == "new"


def _reload_in_the_background(client: Client) -> threading.Thread:
    reload = threading.Thread(target=lambda: Client(client.pa).reload())
    reload.start()
    return reload


def _advance_to_the_end_of(reload: threading.Thread, client: Client) -> None:
    while reload.is_alive():
        client.pa.advance(61)


def test_a_reload_lets_a_request_finish_beside_the_new_instance(alice: Client) -> None:
    alice.host(WAITING_AT_SLOW.replace("b'went'", "b'went in the old one'"))
    visitor, slow = _visiting_slowly(alice)
    alice.upload(WSGI, WAITING_AT_SLOW.replace("b'went'", "b'went in the new one'"))
    alice.reload()
    assert alice.visit("/fast").text == "went in the new one"
    alice.pa.path("/home/alice/go").touch()
    visitor.join()
    assert slow == ["went in the old one"]


@pytest.mark.soak
def test_a_reload_sends_round_who_waits_in_the_old_instances_queue(free: Client) -> None:
    domain = "fred.pythonanywhere.com"
    free.host(WAITING_AT_SLOW.replace("alice", "fred"), domain)
    answers: dict[str, requests.Response] = {}

    def visit(path: str) -> threading.Thread:
        def ask() -> None:
            answers[path] = free.visit(path, domain)

        visitor = threading.Thread(target=ask)
        visitor.start()
        return visitor

    slow = visit("/slow")
    log = free.pa.path(f"/var/log/{domain}.error.log")
    assert eventually(lambda: "in /slow" in log.read_text())
    waiting = visit("/waiting")
    free.reload(domain)
    waiting.join()
    free.pa.path("/home/fred/go").touch()
    slow.join()
    assert answers["/slow"].text == "went"
    waited = answers["/waiting"]
    assert waited.status_code == 200 or waited.headers["Location"] == f"http://{domain}/waiting"


def test_force_https_redirects_after_reload(alice: Client) -> None:
    alice.host(wsgi_saying("hi"))
    _configure(alice, force_https=True)
    assert alice.visit("/a?b").status_code == 200
    alice.reload()
    answer = alice.visit("/a?b")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"https://{DOMAIN}/a?b")


@pytest.mark.soak
def test_an_upload_of_the_wsgi_file_loads_it_without_a_visit(alice: Client) -> None:
    alice.host(wsgi_saying("old"))
    alice.upload(WSGI, "open('/home/alice/loaded', 'w').close()\n")
    assert eventually(alice.pa.path("/home/alice/loaded").exists)


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
    assert eventually(lambda: text in client.pa.path(ERROR_LOG).read_text())


def _configure(client: Client, **fields: object) -> None:
    assert client.patch(f"webapps/{DOMAIN}/", json=fields).status_code == 200
