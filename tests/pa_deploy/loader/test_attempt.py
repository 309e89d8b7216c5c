"""The app of a release is imported and asked for a page before it serves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.pa_deploy.loader.test_crashes import steps_until
from tests.pa_deploy.loader.test_loader import refusal
from tests.pa_deploy.release.account import Account, hello
from tests.soak import first_of, in_soak, one_in

HOST = "alice.pythonanywhere.com"
APP = "def app(environ, start_response):\n"
PLAIN = "    start_response('200 OK', [])\n"
ECHO = """\
import json
def app(environ, start_response):
    start_response('200 OK', [])
    names = ('HTTP_HOST', 'wsgi.url_scheme', 'PATH_INFO', 'QUERY_STRING', 'HTTP_X_FORWARDED_PROTO')
    return [json.dumps([environ[name] for name in names]).encode()]
"""
DJANGO = """\
from django.conf import settings
settings.configure(DEBUG={debug}, SECRET_KEY='x', ALLOWED_HOSTS={hosts}, ROOT_URLCONF='mysite')
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path
def page(request):
    {body}
urlpatterns = [path('', page)]
app = get_wsgi_application()
"""
THREAD = "import threading, time\nthreading.Thread(target=time.sleep, args=[1000]).start()\n"


@pytest.fixture
def account(tmp_path: Path) -> Account:
    made = Account(tmp_path)
    made.serve("former")
    return made


def put(account: Account, app: str, **asked: Any) -> str:  # noqa: ANN401 - parts of the pointer
    """Put a release there whose app is that text, to be asked; its id."""
    default = {"host": HOST, "path": "/", "statuses": [[200, 399]], "text": None}
    more: dict[str, Any] = {"try": {**default, **asked}}
    return account.put({"mysite.py": app}, **more)


def prepared(account: Account) -> str:
    """What comes of a preparer, when nothing has been imported but by it."""
    steps_until(account, "prepare", 0)
    return str(account.status()["state"])


@pytest.mark.parametrize(
    ("app", "said"),
    one_in(
        3,
        [
            ("import no_such\n", "import: mysite:app: ModuleNotFoundError: No module named"),
            ("def app(:\n", "import: mysite:app: SyntaxError: invalid syntax"),
            ("import sys; sys.exit('no')\n", "import: mysite:app: SystemExit: no"),
            (APP + "    1 / 0\n", "try: GET /: ZeroDivisionError: division by zero"),
            (
                APP + "    start_response('500 No', [])\n    return [b'']\n",
                "try: GET /: GET / answered 500",
            ),
            (
                APP + "    start_response('404 No', [])\n    return [b'']\n",
                "try: GET /: GET / answered 404",
            ),
            (APP + PLAIN + "    yield b'a'\n    1 / 0\n", "try: GET /: ZeroDivisionError"),
            ("async def app(scope, receive, send):\n    pass\n", "try: GET /: TypeError"),
            ("def app():\n    return lambda e, s: []\n", "try: GET /: TypeError"),
        ],
    ),
)
def test_a_bad_app_never_serves(account: Account, app: str, said: str) -> None:
    put(account, app)

    assert account.start().body == "former"
    assert refusal(account).startswith(said)


@pytest.mark.parametrize("app", first_of([f"{APP}    while True: pass\n", "while True: pass\n"]))
def test_a_start_that_never_ends_is_ended(account: Account, app: str) -> None:
    put(account, app, seconds=1)

    assert account.start().body == "former"
    assert refusal(account) == "import: mysite:app: it ended with exit code 124"


@pytest.mark.parametrize("end", first_of(["os._exit(0)", "sys.exit(0)", "raise SystemExit"]))
@pytest.mark.parametrize("asked", [True, False])
def test_an_app_that_ends_its_process_is_refused(
    account: Account, end: str, *, asked: bool
) -> None:
    app = {"mysite.py": f"import os, sys\n{end}\n"}
    _ = put(account, app["mysite.py"]) if asked else account.put(app)

    assert account.start().body == "former"
    assert account.status()["state"] == "refused"


def test_the_output_has_the_traceback(account: Account) -> None:
    put(account, APP + "    fail = 1 / 0\n")
    account.start()

    output = account.status()["output"]
    assert "Traceback" in output
    assert "fail = 1 / 0" in output


@pytest.mark.parametrize("text", first_of(["welcome", "wel"]))
def test_a_text_that_is_there(account: Account, text: str) -> None:
    release = put(account, APP + PLAIN + "    return [b'wel', b'come']\n", text=text)

    assert account.start().headers["X-Release"] == release


def test_a_text_that_is_missing(account: Account) -> None:
    put(account, APP + PLAIN + "    return [b'hello']\n", text="welcome")

    assert account.start().body == "former"
    assert refusal(account).endswith('GET / answered without the text "welcome"')


def test_the_app_is_asked_as_by_pythonanywhere_s_front(account: Account) -> None:
    wanted = '["alice.pythonanywhere.com", "https", "/a b", "x=1", "https"]'
    put(account, ECHO, path="/a%20b?x=1", text=wanted)

    assert prepared(account) == "ready"


@pytest.mark.parametrize(
    ("aim", "is_well"),
    [
        in_soak(("/good", True)),
        in_soak((f"https://{HOST}/good", True)),
        ("/bad", False),
        ("https://elsewhere.example/bad", True),
    ],
)
def test_redirects_within_the_site_are_followed(
    account: Account, aim: str, *, is_well: bool
) -> None:
    app = (
        f"{APP}    if environ['PATH_INFO'] == '/':\n"
        f"        start_response('302 Found', [('Location', {aim!r})])\n"
        "        return []\n"
        "    good = environ['PATH_INFO'] == '/good'\n"
        "    start_response('200 OK' if good else '500 No', [])\n"
        "    return [b'page']\n"
    )
    put(account, app)
    account.start()

    assert (account.status()["state"] == "live") is is_well


def test_an_app_that_redirects_for_ever_is_judged_by_its_last_answer(account: Account) -> None:
    app = APP + "    start_response('302 Found', [('Location', '/')])\n    return []\n"
    release = put(account, app)

    assert account.start().headers["X-Release"] == release


def test_a_thread_of_the_app_does_not_keep_it_waiting(account: Account) -> None:
    put(account, THREAD + APP + PLAIN + "    return [b'']\n")

    assert prepared(account) == "ready"


@pytest.mark.parametrize("module", first_of(["uwsgidecorators", "uwsgi"]))
def test_a_module_that_only_the_server_has_is_no_fault(account: Account, module: str) -> None:
    put(account, f"import {module}\n{APP}{PLAIN}    return [b'']\n")

    assert prepared(account) == "ready"


def test_without_a_page_to_ask_for_it_is_imported(account: Account) -> None:
    account.put({"mysite.py": APP + "    1 / 0\n"})

    assert prepared(account) == "ready"


@pytest.mark.parametrize("debug", one_in(2, [False, True]))
def test_a_page_of_django_that_fails_is_named_by_its_exception(
    account: Account, *, debug: bool
) -> None:
    body = "raise KeyError('API_KEY')"
    put(account, DJANGO.format(debug=debug, hosts=[HOST], body=body))

    assert prepared(account) == "refused"
    assert refusal(account) == "try: GET /: KeyError: 'API_KEY'"
    assert body in account.status()["output"]


def test_a_host_that_django_does_not_know_is_named(account: Account) -> None:
    put(
        account,
        DJANGO.format(
            debug=False, hosts=["other.example"], body="return HttpResponse(request.get_host())"
        ),
    )

    assert prepared(account) == "refused"
    assert refusal(account) == "try: GET /: GET / answered 400"
    assert f"not in ALLOWED_HOSTS: '{HOST}'" in account.status()["output"]


def test_a_page_of_django_that_is_well(account: Account) -> None:
    put(account, DJANGO.format(debug=False, hosts=[HOST], body="return HttpResponse('well')"))

    assert prepared(account) == "ready"


# --- mapped folders


@pytest.mark.parametrize(
    ("run", "said"),
    [
        ([], "static-files: static: static is missing after the commands"),
        (["mkdir static"], "static-files: static: static is empty after the commands"),
    ],
)
def test_a_mapped_folder_without_files_refuses_the_release(
    account: Account, run: list[str], said: str
) -> None:
    account.put(hello("two"), run=run, mapped=["static"])

    assert account.start().body == "former"
    assert refusal(account) == said


@pytest.mark.parametrize("mapped", first_of(["static", "static/a.css", "text"]))
def test_one_with_files_does_not(account: Account, mapped: str) -> None:
    account.put(hello("two"), run=["mkdir static; touch static/a.css"], mapped=[mapped])

    assert account.start().body == "two"
