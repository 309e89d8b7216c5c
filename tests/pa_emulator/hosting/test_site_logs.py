"""Failing apps, and the access, error and server logs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.pa_emulator.client import DOMAIN, WSGI, Client, wsgi_saying
from tests.soak import first_of

if TYPE_CHECKING:
    from pa_emulator import Emulator

ERROR_LOG = f"/var/log/{DOMAIN}.error.log"


def test_an_app_that_cannot_be_imported_shows_the_error_page(alice: Client) -> None:
    alice.host("import not_there\n")
    assert alice.reload().json() == {"status": "OK"}
    answer = alice.visit()
    assert answer.status_code == 500
    assert "<title>Something went wrong :-(</title>" in answer.text


def test_an_import_error_is_in_the_error_log(alice: Client) -> None:
    alice.host("x = 1\nimport not_there\n")
    alice.visit()
    log = alice.read(ERROR_LOG)
    stamp = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}: "
    assert re.search(stamp + "Error running WSGI application\n", log)
    assert re.search(stamp + "ModuleNotFoundError: No module named 'not_there'\n", log)
    assert f'File "{WSGI}", line 2, in <module>' in log
    assert "https://help.pythonanywhere.com/pages/DebuggingImportError/" in log


def test_an_exception_in_a_request_is_500_and_logged(alice: Client) -> None:
    alice.host("def application(environ, start_response):\n    raise ValueError('oh no')\n")
    assert "Unhandled Exception" in alice.visit().text
    assert "ValueError: oh no" in alice.read(ERROR_LOG)


STAMP = r"^[-\d]{10} [:\d]{8},\d{3}: "
SAYING = """
import logging, sys
print('at import', file=sys.stderr)
logging.info('logged at import')
def application(environ, start_response):
    print('in a request', file=sys.stderr)
    logging.getLogger('of.mine').info('logged in a request')
    logging.getLogger('of.mine').debug('too fine')
    start_response('200 OK', [])
    return [b'said']
"""


@pytest.mark.parametrize(
    "text", first_of(["in a request", "logged at import", "logged in a request"])
)
def test_stderr_in_a_request_and_the_root_logger_are_in_the_error_log(
    alice: Client, text: str
) -> None:
    alice.host(SAYING)
    alice.visit()
    assert re.search(f"{STAMP}{text}$", alice.read(ERROR_LOG), re.MULTILINE)


@pytest.mark.parametrize("text", ["at import", "too fine"])
def test_stderr_at_import_and_what_is_below_info_are_not(alice: Client, text: str) -> None:
    alice.host(SAYING)
    alice.visit()
    assert not re.search(f"{STAMP}{text}$", alice.read(ERROR_LOG), re.MULTILINE)


def test_stderr_at_import_is_in_the_server_log(alice: Client) -> None:
    alice.host(SAYING)
    alice.visit()
    alice.delete(f"webapps/{DOMAIN}/")  # the site stops, and its output ends
    log = alice.read(f"/var/log/{DOMAIN}.server.log")
    assert re.search(r"^[-\d]{10} [:\d]{8} at import$", log, re.MULTILINE)
    assert "logged at import" not in log


def test_prints_go_to_the_server_log(alice: Client) -> None:
    alice.host("print('printed')\n" + wsgi_saying("x"))
    alice.visit()
    alice.delete(f"webapps/{DOMAIN}/")  # the site stops, and its output ends
    log = alice.read(f"/var/log/{DOMAIN}.server.log")
    assert re.search(r"^[-\d]{10} [:\d]{8} printed$", log, re.MULTILINE)
    assert "Starting uWSGI" in log


def test_access_log_line(alice: Client) -> None:
    alice.host(
        "def application(environ, start_response):\n"
        "    start_response('200 OK', [('Content-Length', '2')])\n"
        "    return [b'hi']\n"
    )
    alice.visit("/a?b=c", headers={"User-Agent": "UA", "Referer": "http://r/"})
    line = (
        r'10\.[.\d]+ - - \[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d \+0000\] "GET /a\?b=c HTTP/1\.1" '
        r'200 2 "http://r/" "UA" "127\.0\.0\.1" response-time=\d+\.\d{3}\n'
    )
    ping, visit = alice.read(f"/var/log/{DOMAIN}.access.log").splitlines(keepends=True)
    assert "python-requests/2.32.5" in ping
    assert re.fullmatch(line, visit)


def test_a_deleted_log_comes_back(alice: Client) -> None:
    alice.host("import not_there\n")
    alice.visit()
    alice.delete("files/path" + ERROR_LOG)
    alice.visit()
    assert "not_there" in alice.read(ERROR_LOG)


def test_visitors_are_not_in_the_request_log(pa: Emulator, alice: Client) -> None:
    alice.visit()
    assert pa.requests() == []
