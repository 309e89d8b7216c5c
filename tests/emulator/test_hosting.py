"""Real hosting: what visitors get, what reload does, what the logs say."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from tests.emulator.client import DOMAIN, WSGI, Client, wsgi_saying

if TYPE_CHECKING:
    from pa_emulator import Emulator

FILES = f"webapps/{DOMAIN}/static_files/"
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
ENVIRONMENT = """
import json, os, sys
def application(environ, start_response):
    start_response('200 OK', [('Content-Type', 'application/json')])
    facts = {'env': dict(os.environ), 'cwd': os.getcwd(), 'home': os.path.expanduser('~'),
             'path': sys.path, 'prefix': sys.prefix,
             'wsgi': {k: v for k, v in environ.items() if isinstance(v, str)}}
    return [json.dumps(facts).encode()]
"""


def test_a_new_app_says_hello_after_reload(alice: Client) -> None:
    alice.create()
    assert alice.reload().json() == {"status": "OK"}
    assert "Hello, World!" in alice.visit().text
    assert (alice.visit("/x").status_code, alice.visit("/x").text) == (404, "Page not found.")


def test_a_domain_without_app_is_coming_soon(alice: Client) -> None:
    assert "Coming Soon!" in alice.visit(domain="nobody.pythonanywhere.com").text
    assert "Coming Soon!" in alice.visit(domain="www.example.com").text


def test_before_the_first_reload_it_is_coming_soon(alice: Client) -> None:
    alice.create()
    assert "Coming Soon!" in alice.visit().text


def test_the_host_header_may_have_a_port_and_other_case(alice: Client) -> None:
    alice.host(wsgi_saying("hi"))
    assert alice.visit(domain="Alice.PythonAnywhere.com:8888").text == "hi"


def test_names_under_localhost_reach_the_site_too(alice: Client) -> None:
    alice.host(wsgi_saying("hi"))
    assert alice.visit(domain=f"{DOMAIN}.localhost:8888").text == "hi"


def test_a_visitors_request_reaches_the_app_whole(alice: Client) -> None:
    alice.host(
        "def application(environ, start_response):\n"
        "    start_response('201 Created', [('X-Echo', environ['HTTP_X_A'])])\n"
        "    e = environ\n"
        "    parts = [e['REQUEST_METHOD'], e['PATH_INFO'], e['QUERY_STRING'], e['CONTENT_TYPE']]\n"
        "    return ['|'.join(parts).encode(), b'|', environ['wsgi.input'].read()]\n"
    )
    answer = alice.visit(
        "/a%20b?c=d", method="POST", data=b"body", headers={"X-A": "1", "Content-Type": "x/y"}
    )
    assert (answer.status_code, answer.headers["X-Echo"]) == (201, "1")
    assert answer.text == "POST|/a b|c=d|x/y|body"


def test_a_chunked_body_reaches_the_app(alice: Client) -> None:
    alice.host(
        "def application(environ, start_response):\n"
        "    start_response('200 OK', [])\n"
        "    return [environ['CONTENT_LENGTH'].encode(), environ['wsgi.input'].read()]\n"
    )
    assert alice.visit(method="POST", data=iter([b"ab", b"cd"])).text == "4abcd"


def test_a_large_body_goes_through_both_ways(alice: Client) -> None:
    alice.host(
        "def application(environ, start_response):\n"
        "    start_response('200 OK', [])\n"
        "    return [environ['wsgi.input'].read()]\n"
    )
    body = bytes(range(256)) * 20_000
    assert alice.visit(method="POST", data=body).content == body


def test_answers_stream(alice: Client) -> None:
    alice.host(
        "import os, time\n"
        "def application(environ, start_response):\n"
        "    start_response('200 OK', [])\n"
        "    yield b'first'\n"
        "    while environ['PATH_INFO'] == '/s' and not os.path.exists('/home/alice/go'):\n"
        "        time.sleep(0.01)\n"
        "    yield b'second'\n"
    )
    answer = alice.visit("/s", stream=True)
    chunks = answer.iter_content(None)
    assert next(chunks) == b"first"
    alice.upload("/home/alice/go", "")
    assert b"".join(chunks) == b"second"


def test_head_has_no_body(alice: Client) -> None:
    alice.host(wsgi_saying("hi"))
    answer = alice.visit(method="HEAD")
    assert (answer.status_code, answer.content) == (200, b"")


def test_paths_in_the_wsgi_file_are_folders_here(alice: Client) -> None:
    alice.upload("/home/alice/mysite/flask_app.py", "TEXT = 'from mysite'\n")
    alice.host(
        "import sys\npath = '/home/alice/mysite'\nsys.path.insert(0, path)\n"
        "from flask_app import TEXT\n" + wsgi_saying("x").replace("'x'.encode()", "TEXT.encode()")
    )
    assert alice.visit().text == "from mysite"


def test_the_app_sees_pythonanywheres_environment_and_no_other(alice: Client) -> None:
    alice.host(ENVIRONMENT)
    facts = alice.visit().json()
    home = str(alice.pa.path("/home/alice"))
    assert (facts["home"], facts["cwd"]) == (home, home)
    env = facts["env"]
    assert env["API_TOKEN"] == alice.pa.token
    assert env["PYTHONANYWHERE_SITE"] == "www.pythonanywhere.com"
    assert env["PYTHONANYWHERE_DOMAIN"] == "pythonanywhere.com"
    assert not {"PYTEST_CURRENT_TEST", "PWD", "VIRTUAL_ENV", "PYTHONPATH"} & set(env)


def test_the_emulators_packages_are_not_the_apps(alice: Client) -> None:
    alice.host("import django\n" + wsgi_saying("seen"))
    assert alice.visit().status_code == 500
    assert "No module named 'django'" in alice.read(ERROR_LOG)


def test_a_virtualenvs_packages_are_the_apps(alice: Client) -> None:
    folder = alice.pa.path("/home/alice/.virtualenvs/site")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "only_here.py").write_text("TEXT = 'from the virtualenv'\n")
    alice.create()
    path = "/home/alice/.virtualenvs/site"
    assert alice.patch(f"webapps/{DOMAIN}/", data={"virtualenv_path": path}).status_code == 200
    alice.upload(
        WSGI,
        "from only_here import TEXT\n" + wsgi_saying("x").replace("'x'.encode()", "TEXT.encode()"),
    )
    alice.reload()
    assert alice.visit().text == "from the virtualenv"


def test_the_client_is_in_the_headers_not_in_the_address(alice: Client) -> None:
    alice.host(ENVIRONMENT)
    seen = alice.visit(headers={"X-Forwarded-For": "1.2.3.4"}).json()["wsgi"]
    assert seen["HTTP_X_REAL_IP"] == "127.0.0.1"
    assert seen["HTTP_X_FORWARDED_FOR"] == "1.2.3.4, 127.0.0.1"
    assert seen["REMOTE_ADDR"].startswith("10.")


def test_an_app_that_cannot_be_imported_shows_the_error_page(alice: Client) -> None:
    alice.host("import not_there\n")
    assert alice.reload().json() == {"status": "OK"}
    answer = alice.visit()
    assert answer.status_code == 500
    assert "Something went wrong :-(" in answer.text


def test_an_import_error_is_in_the_error_log(alice: Client) -> None:
    alice.host("x = 1\nimport not_there\n")
    alice.visit()
    log = alice.read(ERROR_LOG)
    stamp = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}: "
    assert re.search(stamp + "Error running WSGI application\n", log)
    assert re.search(stamp + "ModuleNotFoundError: No module named 'not_there'\n", log)
    assert f'File "{WSGI}", line 2, in <module>' in log
    assert "https://help.pythonanywhere.com/pages/DebuggingImportError/" in log


@pytest.mark.parametrize(
    "source", ["def application(:\n", "", "raise RuntimeError\n", "\x00", "# -*- coding: no -*-"]
)
def test_no_wsgi_file_takes_the_site_down_for_good(alice: Client, source: str) -> None:
    alice.host(source)
    assert alice.visit().status_code == 500
    alice.upload(WSGI, wsgi_saying("back"))
    alice.reload()
    assert alice.visit().text == "back"


def test_an_exception_in_a_request_is_500_and_logged(alice: Client) -> None:
    alice.host("def application(environ, start_response):\n    raise ValueError('oh no')\n")
    assert "Unhandled Exception" in alice.visit().text
    assert "ValueError: oh no" in alice.read(ERROR_LOG)


def test_stderr_goes_to_the_error_log_with_a_date(alice: Client) -> None:
    alice.host("import sys\nprint('a note', file=sys.stderr)\n" + wsgi_saying("x"))
    alice.visit()
    assert re.search(r"^[-\d]{10} [:\d]{8},\d{3}: a note$", alice.read(ERROR_LOG), re.MULTILINE)


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
    assert re.fullmatch(line, alice.read(f"/var/log/{DOMAIN}.access.log"))


def test_a_deleted_log_comes_back(alice: Client) -> None:
    alice.host("import not_there\n")
    alice.visit()
    alice.delete("files/path" + ERROR_LOG)
    alice.visit()
    assert "not_there" in alice.read(ERROR_LOG)


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
    assert alice.visit().text == "new"


def test_static_files_are_served_after_reload(alice: Client) -> None:
    alice.upload("/home/alice/static/a.css", "css")
    alice.host(wsgi_saying("app"))
    alice.post(FILES, json={"url": "/static/", "path": "/home/alice/static"})
    assert alice.visit("/static/a.css").text == "app"
    alice.reload()
    answer = alice.visit("/static/a.css")
    assert (answer.text, answer.headers["Content-Type"]) == ("css", "text/css")


def test_a_missing_static_file_falls_through_to_the_app(alice: Client) -> None:
    alice.upload("/home/alice/static/a.css", "css")
    alice.create()
    alice.post(FILES, json={"url": "/static/", "path": "/home/alice/static"})
    alice.upload(WSGI, wsgi_saying("app"))
    alice.reload()
    assert alice.visit("/static/none.css").text == "app"


def test_mappings_are_tried_in_the_order_of_rows(alice: Client) -> None:
    alice.upload("/home/alice/one/both", "one")
    alice.upload("/home/alice/two/both", "two")
    alice.upload("/home/alice/two/second", "second")
    alice.create()
    alice.post(FILES, json={"url": "/s/", "path": "/home/alice/one/"})
    alice.post(FILES, json={"url": "/s/", "path": "/home/alice/two/"})
    alice.reload()
    assert alice.visit("/s/both").text == "one"
    assert alice.visit("/s/second").text == "second"


def test_the_shorter_url_wins_if_it_is_first(alice: Client) -> None:
    alice.upload("/home/alice/all/deep/x", "shorter")
    alice.upload("/home/alice/deep/x", "longer")
    alice.create()
    alice.post(FILES, json={"url": "/s/", "path": "/home/alice/all/"})
    alice.post(FILES, json={"url": "/s/deep/", "path": "/home/alice/deep/"})
    alice.reload()
    assert alice.visit("/s/deep/x").text == "shorter"


def test_index_html_is_served_for_a_folder(alice: Client) -> None:
    alice.upload("/home/alice/site/index.html", "index")
    alice.create()
    alice.post(FILES, json={"url": "/", "path": "/home/alice/site/"})
    alice.reload()
    assert alice.visit("/").text == "index"


@pytest.mark.parametrize(
    "row",
    [
        {"url": "no slash", "path": "/home/alice/x"},
        {"url": "/a=b/", "path": "@(/etc/passwd)"},
        {"url": "/s/", "path": "$(HOME)"},
        {"url": "/t/", "path": "/etc"},
    ],
)
def test_odd_mappings_leave_the_site_up(alice: Client, row: dict[str, str]) -> None:
    alice.create()
    alice.post(FILES, json=row)
    assert alice.reload().status_code == 200
    assert "Hello" in alice.visit().text
    assert alice.visit("/t/hostname").status_code == 404


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


def test_a_reload_lets_a_request_finish_and_sends_new_ones_round(alice: Client) -> None:
    alice.host(WAITING.replace("while not", "while environ['PATH_INFO'] == '/slow' and not"))
    slow: list[str] = []
    visitor = threading.Thread(target=lambda: slow.append(alice.visit("/slow").text))
    visitor.start()
    _await_line(alice, "in /slow")
    reload = threading.Thread(target=lambda: Client(alice.pa).reload())
    reload.start()
    turned = alice.visit("/fast")
    while turned.status_code == 200:  # the reload has not begun
        turned = alice.visit("/fast")
    assert (turned.status_code, turned.headers["Location"]) == (302, f"http://{DOMAIN}/fast")
    alice.pa.path("/home/alice/go").touch()
    visitor.join()
    reload.join()
    assert slow == ["went"]
    assert alice.visit("/fast").text == "went"


def _await_line(client: Client, text: str) -> None:
    """Wait for a line in the error log."""
    deadline = time.monotonic() + 30
    while text not in client.pa.path(ERROR_LOG).read_text():
        assert time.monotonic() < deadline


def test_a_disabled_app_is_not_served(alice: Client) -> None:
    alice.host(wsgi_saying("hi"))
    alice.post(f"webapps/{DOMAIN}/disable/")
    assert "Coming Soon!" in alice.visit().text
    alice.post(f"webapps/{DOMAIN}/enable/")
    assert alice.visit().text == "hi"


def test_a_deleted_app_is_not_served(alice: Client) -> None:
    alice.host(wsgi_saying("hi"))
    alice.delete(f"webapps/{DOMAIN}/")
    assert "Coming Soon!" in alice.visit().text


def test_an_expired_app_is_not_served(alice: Client) -> None:
    alice.host(wsgi_saying("hi"))
    alice.pa.advance(91 * 86400)
    assert "Coming Soon!" in alice.visit().text


def test_two_accounts_sites_stand_side_by_side(alice: Client, bob: Client) -> None:
    alice.host(wsgi_saying("alice"))
    bob.host(wsgi_saying("bob"), "bob.pythonanywhere.com")
    assert alice.visit().text == "alice"
    assert alice.visit(domain="bob.pythonanywhere.com").text == "bob"


def test_visitors_are_not_in_the_request_log(pa: Emulator, alice: Client) -> None:
    alice.visit()
    assert pa.requests() == []


def _configure(client: Client, **fields: object) -> None:
    assert client.patch(f"webapps/{DOMAIN}/", json=fields).status_code == 200


def test_a_password_protects_pages_and_static_files_after_reload(alice: Client) -> None:
    alice.upload("/home/alice/static/a.css", "css")
    alice.host(wsgi_saying("hi"))
    alice.post(FILES, json={"url": "/static/", "path": "/home/alice/static"})
    _configure(
        alice,
        password_protection_enabled=True,
        password_protection_username="foo",
        password_protection_password="bar",
    )
    assert alice.visit().status_code == 200
    alice.reload()
    answer = alice.visit()
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")
    assert alice.visit("/static/a.css").status_code == 401
    good = {"Authorization": "Basic Zm9vOmJhcg=="}
    assert alice.visit(headers=good).text == "hi"
    assert alice.visit("/static/a.css", headers=good).text == "css"
    for bad in ("Basic Zm9vOmJheg==", "Basic \xff", "Bearer x"):
        assert alice.visit(headers={"Authorization": bad}).status_code == 401


def test_force_https_redirects_after_reload(alice: Client) -> None:
    alice.host(wsgi_saying("hi"))
    _configure(alice, force_https=True)
    assert alice.visit("/a?b").status_code == 200
    alice.reload()
    answer = alice.visit("/a?b")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"https://{DOMAIN}/a?b")


def test_static_headers_go_to_static_files_only(alice: Client) -> None:
    alice.upload("/home/alice/static/a.css", "css")
    alice.create()
    alice.post(FILES, json={"url": "/static/", "path": "/home/alice/static"})
    rows = f"webapps/{DOMAIN}/static_headers/"
    alice.post(rows, json={"url": "/static/", "name": "X-Here", "value": "yes"})
    alice.post(rows, json={"url": "/other/", "name": "X-There", "value": "no"})
    alice.post(rows, json={"url": "/static/", "name": "X Bad", "value": "a\r\nb"})
    alice.reload()
    static = alice.visit("/static/a.css").headers
    assert static["X-Here"] == "yes"
    assert not {"X-There", "X Bad"} & set(static)
    assert not {"X-Here", "X-Emulator-App"} & set(alice.visit("/static/none").headers)


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


def test_a_static_file_that_has_not_changed_is_304(alice: Client) -> None:
    alice.upload("/home/alice/static/a.css", "css")
    alice.create()
    alice.post(FILES, json={"url": "/static/", "path": "/home/alice/static"})
    alice.reload()
    seen = alice.visit("/static/a.css").headers["Last-Modified"]
    again = alice.visit("/static/a.css", headers={"If-Modified-Since": seen})
    assert again.status_code == 304


def test_headers_too_large_are_400(alice: Client) -> None:
    alice.host(wsgi_saying("hi"))
    headers = {f"X-{number}": "x" * 8000 for number in range(9)}
    assert alice.visit(headers=headers).status_code in {400, 413}
    assert alice.visit().text == "hi"
