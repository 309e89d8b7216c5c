"""Real hosting: what visitors get, and what the app finds."""

from __future__ import annotations

import subprocess
import sys
import sysconfig

import pytest

from tests.hosted import make_virtualenv
from tests.pa_emulator.client import DOMAIN, WSGI, Client, wsgi_saying
from tests.soak import first_of

ERROR_LOG = f"/var/log/{DOMAIN}.error.log"
ENVIRONMENT = """
import json, os, sys
def application(environ, start_response):
    start_response('200 OK', [('Content-Type', 'application/json')])
    facts = {'env': dict(os.environ), 'cwd': os.getcwd(), 'home': os.path.expanduser('~'),
             'path': sys.path, 'prefix': sys.prefix,
             'wsgi': {k: v for k, v in environ.items() if isinstance(v, str)}}
    return [json.dumps(facts).encode()]
"""


def test_a_domain_without_app_is_coming_soon(alice: Client) -> None:
    assert "Coming Soon!" in alice.visit(domain="nobody.pythonanywhere.com").text
    assert "Coming Soon!" in alice.visit(domain="www.example.com").text


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


def test_paths_in_the_account_s_modules_are_folders_here(alice: Client) -> None:
    alice.upload("/home/alice/data.txt", "data")
    alice.upload("/home/alice/site/settings.py", "DATA = '/home/alice/data.txt'\n")
    alice.host(
        "import sys\n"
        "sys.path.insert(0, '/home/alice/site')\n"
        "import settings\n"
        "def application(environ, start_response):\n"
        "    start_response('200 OK', [])\n"
        "    return [open(settings.DATA, 'rb').read()]\n"
    )
    assert alice.visit().text == "data"


def test_the_app_sees_pythonanywheres_environment_and_no_other(alice: Client) -> None:
    alice.host(ENVIRONMENT)
    facts = alice.visit().json()
    home = str(alice.pa.path("/home/alice"))
    assert (facts["home"], facts["cwd"]) == (home, home)
    env = facts["env"]
    assert env["API_TOKEN"] == alice.pa.token
    assert env["PYTHONANYWHERE_SITE"] == "www.pythonanywhere.com"
    assert env["PYTHONANYWHERE_DOMAIN"] == "pythonanywhere.com"
    assert env["HOST_NAME"] == DOMAIN
    assert env["WSGI_MODULE"] == "alice_pythonanywhere_com_wsgi"
    assert facts["path"][0] == str(alice.pa.path("/var/www"))
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


@pytest.mark.parametrize("options", [(), ("--system-site-packages",)])
def test_a_virtualenv_says_whether_the_apps_has_pythons_own_packages(
    alice: Client, options: tuple[str, ...]
) -> None:
    folder = alice.pa.path("/home/alice/.virtualenvs/site")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", *options, folder], check=True)
    alice.create()
    alice.patch(f"webapps/{DOMAIN}/", data={"virtualenv_path": "/home/alice/.virtualenvs/site"})
    alice.upload(WSGI, ENVIRONMENT)
    alice.reload()
    own = sysconfig.get_path("purelib", vars={"base": sys.base_prefix})
    assert (own in alice.visit().json()["path"]) == bool(options)


@pytest.mark.parametrize("has_virtualenv", first_of([False, True]))
def test_what_the_interpreter_adds_at_its_start_is_there(
    alice: Client, *, has_virtualenv: bool
) -> None:
    make_virtualenv(alice.pa, "site")
    alice.create()
    if has_virtualenv:
        path = "/home/alice/.virtualenvs/site"
        alice.patch(f"webapps/{DOMAIN}/", data={"virtualenv_path": path})
    alice.upload(WSGI, "exit, quit, help, copyright\n" + wsgi_saying("hi"))
    alice.reload()
    assert alice.visit().text == "hi"


def test_the_client_is_in_the_headers_not_in_the_address(alice: Client) -> None:
    alice.host(ENVIRONMENT)
    seen = alice.visit(headers={"X-Forwarded-For": "1.2.3.4"}).json()["wsgi"]
    assert seen["HTTP_X_REAL_IP"] == "127.0.0.1"
    assert seen["HTTP_X_FORWARDED_FOR"] == "1.2.3.4, 127.0.0.1"
    assert seen["HTTP_X_FORWARDED_PROTO"] == "https"
    assert seen["REMOTE_ADDR"].startswith("10.")


def test_a_disabled_app_is_not_served(alice: Client) -> None:
    alice.host(wsgi_saying("hi"))
    alice.post(f"webapps/{DOMAIN}/disable/")
    assert f"The web app at {DOMAIN} is disabled." in alice.visit().text
    alice.post(f"webapps/{DOMAIN}/enable/")
    assert alice.visit().text == "hi"


def test_a_deleted_app_is_not_served(alice: Client) -> None:
    alice.host(wsgi_saying("hi"))
    alice.delete(f"webapps/{DOMAIN}/")
    assert f"There is no web app at {DOMAIN}." in alice.visit().text


def test_an_expired_app_is_not_served(alice: Client) -> None:
    alice.host(wsgi_saying("hi"))
    alice.pa.advance(91 * 86400)
    assert f"The web app at {DOMAIN} expired after " in alice.visit().text


def test_two_accounts_sites_stand_side_by_side(alice: Client, bob: Client) -> None:
    alice.host(wsgi_saying("alice"))
    bob.host(wsgi_saying("bob"), "bob.pythonanywhere.com")
    assert alice.visit().text == "alice"
    assert alice.visit(domain="bob.pythonanywhere.com").text == "bob"


def test_headers_too_large_are_400(alice: Client) -> None:
    alice.host(wsgi_saying("hi"))
    headers = {f"X-{number}": "x" * 8000 for number in range(9)}
    assert alice.visit(headers=headers).status_code in {400, 413}
    assert alice.visit().text == "hi"


@pytest.mark.parametrize(
    "source",
    first_of(
        [
            "import sys\nsys.exit('no settings')\n",
            "import os\nos._exit(1)\n",
            "import sys\ndef application(environ, start_response):\n    sys.exit(3)\n",
            "def application(environ, start_response):\n    raise KeyboardInterrupt\n",
        ],
    ),
)
def test_what_is_no_exception_ends_the_process_and_is_502(alice: Client, source: str) -> None:
    """The real wrapper catches `Exception` only (api-facts R11)."""
    alice.host(source)
    answer = alice.visit(timeout=20)
    assert (answer.status_code, "502-backend" in answer.text) == (502, True)


def test_what_a_wsgi_file_says_when_it_exits_is_in_the_server_log(alice: Client) -> None:
    alice.host("import sys\nsys.exit('no settings')\n")
    alice.visit(timeout=20)
    assert "no settings" in alice.read(f"/var/log/{DOMAIN}.server.log")
