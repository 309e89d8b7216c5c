"""Sites that do not answer: what their visitors get, and that nobody else has to wait."""

from __future__ import annotations

import http.client
import select
import threading

import pytest

from tests.pa_emulator.client import DOMAIN, WSGI, Client, wsgi_saying
from tests.pa_emulator.raw import dawdling

VISIT = f"GET /hang HTTP/1.1\r\nHost: {DOMAIN}\r\n\r\n".encode()
HANGING = """
import time
def application(environ, start_response):
    start_response('200 OK', [('Content-Type', 'text/plain')])
    while environ['PATH_INFO'] == '/hang':
        time.sleep(0.05)
    return [b'hi']
"""


def test_the_visitors_of_a_hanging_site_leave_the_api_free(alice: Client) -> None:
    alice.host(HANGING)
    with dawdling(alice.pa, 60, VISIT):
        assert alice.get("cpu/").status_code == 200


def test_the_visitors_of_a_hanging_site_leave_other_sites_free(alice: Client, bob: Client) -> None:
    alice.host(HANGING)
    bob.host(wsgi_saying("bob's"), "bob.pythonanywhere.com")
    with dawdling(alice.pa, 60, VISIT):
        assert bob.visit(domain="bob.pythonanywhere.com").text == "bob's"


def test_who_finds_the_queue_full_gets_502_backend(alice: Client) -> None:
    alice.host(HANGING)
    with dawdling(alice.pa, 2 + 100 + 1, VISIT) as connections:
        (answered,) = select.select(connections, [], [], 30)[0]
        answer = http.client.HTTPResponse(answered)
        answer.begin()
        text = answer.read()
    assert (answer.status, b"502-backend" in text) == (502, True)


def test_a_site_that_says_nothing_for_five_minutes_is_504(alice: Client) -> None:
    alice.host(HANGING)
    statuses: list[int] = []
    visitor = threading.Thread(target=lambda: statuses.append(alice.visit("/hang").status_code))
    visitor.start()
    while visitor.is_alive():
        alice.pa.advance(300)
    assert statuses == [504]


def test_a_worker_without_an_answer_for_five_minutes_is_replaced(free: Client) -> None:
    domain = "fred.pythonanywhere.com"
    begun = free.pa.path("/home/fred/begun")
    free.host(HANGING.replace("while", f"open({str(begun)!r}, 'a').close()\n    while"), domain)
    begun.unlink()
    with dawdling(free.pa, 1, VISIT.replace(b"alice", b"fred")) as (visitor,):
        while not begun.exists():
            assert not select.select([visitor], [], [], 0.01)[0]
        while not select.select([visitor], [], [], 0.01)[0]:
            free.pa.advance(300)
    assert free.visit("/", domain).text == "hi"


def test_a_wsgi_file_that_ends_its_process_is_502(alice: Client) -> None:
    alice.host("import os\nos._exit(1)\n")
    answer = alice.visit()
    assert (answer.status_code, "502-backend" in answer.text) == (502, True)


def test_a_wsgi_file_that_ends_its_process_is_reloaded_all_the_same(alice: Client) -> None:
    alice.create()
    alice.upload(WSGI, "import os\nos._exit(1)\n")
    assert alice.reload().json() == {"status": "OK"}


@pytest.mark.soak
def test_the_only_worker_that_ends_at_a_request_is_replaced(free: Client) -> None:
    domain = "fred.pythonanywhere.com"
    free.host("import os\n" + HANGING.replace("time.sleep(0.05)", "os._exit(1)"), domain)
    assert free.visit("/hang", domain).status_code == 502
    assert free.visit("/", domain).text == "hi"
