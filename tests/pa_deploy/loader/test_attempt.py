"""The app of a release is imported and asked for a page before it serves."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from pa_deploy.loader.attempt import MOST_BYTES, WELL
from pa_deploy.release.hints import hints
from tests.pa_deploy.loader.test_crashes import steps_until
from tests.pa_deploy.loader.test_loader import refusal
from tests.pa_deploy.release.account import Account, hello
from tests.soak import first_of, one_in

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


def put(
    account: Account,
    app: str,
    others: Mapping[str, str] | None = None,
    **asked: Any,  # noqa: ANN401 - parts of the pointer
) -> str:
    """Put a release there whose app is that text, to be asked, beside `others`; its id."""
    default = {"host": HOST, "path": "/", "statuses": [[200, 399]], "text": None}
    more: dict[str, Any] = {"try": {**default, **asked}}
    return account.put({**(others or {}), "mysite.py": app}, **more)


def prepared(account: Account) -> str:
    """What comes of a preparer, when nothing has been imported but by it."""
    steps_until(account, "prepare", 0)
    return str(account.status()["state"])


@pytest.mark.parametrize(
    ("app", "said"),
    first_of(
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
            (
                "async def app(scope, receive, send):\n    pass\n",
                "try: GET /: RuntimeError: the app has returned without completing its answer",
            ),
            (
                "def app():\n    return lambda e, s: []\n",
                (
                    "app: mysite:app: mysite:app is a function, not an app. If it makes the app, "
                    "set `app: mysite:app()`"
                ),
            ),
        ],
    ),
)
def test_a_bad_app_never_serves(account: Account, app: str, said: str) -> None:
    put(account, app)

    assert account.start().body == "former"
    assert refusal(account).startswith(said)


STREAM = "import sys\nclass Stream:\n    write = sys.stderr.write\nsys.{name} = Stream()\n"


@pytest.mark.soak
@pytest.mark.parametrize("name", first_of(["stderr", "stdout"]))
@pytest.mark.parametrize("fault", first_of(["1 / 0\n", APP + "    1 / 0\n"]))
def test_an_exception_is_told_whatever_the_app_has_put_for_a_stream(
    account: Account, name: str, fault: str
) -> None:
    put(account, STREAM.format(name=name) + fault)

    assert prepared(account) == "refused"
    assert "ZeroDivisionError" in account.status()["error"]


READS = [
    "import argparse; argparse.ArgumentParser().parse_args()\n",
    "import sys; [x] = sys.argv\n",
]


@pytest.mark.soak
@pytest.mark.parametrize("reads", first_of(READS))
def test_an_app_that_reads_its_words_finds_those_of_the_server(
    account: Account, reads: str
) -> None:
    put(account, reads + APP + PLAIN + "    return []\n")

    assert prepared(account) == "ready"


NAMED = [
    ("uwsgi.lock()\n", "NameError: name 'uwsgi' is not defined"),
    ("import sys; sys.uwsgi\n", "AttributeError: module 'sys' has no attribute 'uwsgi'"),
    ("from os import uwsgi\n", "ImportError: cannot import name 'uwsgi'"),
]


@pytest.mark.soak
@pytest.mark.parametrize(("app", "said"), first_of(NAMED))
def test_a_name_like_that_of_the_servers_module_excuses_nothing(
    account: Account, app: str, said: str
) -> None:
    put(account, app)

    assert prepared(account) == "refused"
    assert said in account.status()["error"]


@pytest.mark.parametrize(
    ("app", "step"),
    first_of(
        [
            (f"{APP}    while True: pass\n", "try: GET /"),
            ("while True: pass\n", "import: mysite:app"),
        ]
    ),
)
def test_what_never_ends_is_ended(account: Account, app: str, step: str) -> None:
    put(account, app, seconds=1)

    assert account.start().body == "former"
    assert refusal(account) == f"{step}: it was ended after 1 s, as its time was over"
    told = " ".join(hints(account.status()["output"]))
    assert "When the time was over, the app was at mysite.py, line " in told


@pytest.mark.parametrize(
    ("end", "said"),
    first_of(
        [
            ("os._exit(0)", "it ended with exit code 0"),
            (f"os._exit({WELL})", f"it ended with exit code {WELL}"),
            ("os._exit(3)", "it ended with exit code 3"),
            ("sys.exit(2)", "SystemExit: 2"),
            ("os.kill(os.getpid(), 9)", "it ended with exit code -9"),
        ],
    ),
)
def test_an_app_that_ends_its_process_in_a_request_was_imported(
    account: Account, end: str, said: str
) -> None:
    put(account, f"import os, sys\n{APP}    {end}\n")

    assert account.start().body == "former"
    assert refusal(account) == f"try: GET /: {said}"


@pytest.mark.parametrize(
    "end", first_of([f"os._exit({WELL})", "os._exit(0)", "sys.exit(0)", "raise SystemExit"])
)
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


@pytest.mark.soak
@pytest.mark.parametrize(
    ("page", "shown"),
    first_of(
        [
            ("a\n" + "x" * 1990 + "hunterseven77", "GET / answered 500\na\n"),
            ("x" * 1995 + "hunterseven77", "The page is not shown"),
            ("a\n" * 999 + "é hunterseven77", "GET / answered 500\n" + "a\n" * 999),
        ]
    ),
)
def test_a_long_page_is_cut_between_lines(account: Account, page: str, shown: str) -> None:
    put(account, f"{APP}    start_response('500 No', [])\n    return [{page.encode()!r}]\n")
    account.start()

    output = account.status()["output"]
    assert shown in output
    assert "hunter" not in output


@pytest.mark.soak
@pytest.mark.parametrize("path", first_of(["/?key=hunter22", "/a?b", "/a/?x=/?y"]))
def test_no_query_is_in_the_status(account: Account, path: str) -> None:
    put(account, f"{APP}    start_response('500 No', [])\n    return []\n", path=path)
    account.start()

    bare = path.partition("?")[0]
    assert refusal(account) == f"try: GET {bare}: GET {bare} answered 500"


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
    first_of(
        [
            ("/good", True),
            (f"https://{HOST}/good", True),
            ("/bad", False),
            ("https://elsewhere.example/bad", True),
        ]
    ),
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


@pytest.mark.soak
@pytest.mark.parametrize(
    ("aims", "said"),
    [
        (["/"], "GET / answered 302, a redirect to itself"),
        (["/a", "/"], "GET /a answered 302, a redirect in a circle"),
        ([f"/{n}" for n in range(9)], "GET /4 answered 302, a redirect after 5 others"),
        (["http://["], "GET / answered 302, a redirect to nowhere"),
    ],
)
def test_a_redirect_that_leads_to_no_page_is_refused(
    account: Account, aims: list[str], said: str
) -> None:
    app = (
        f"AIMS = dict(zip(['/', *{aims!r}], {aims!r}))\n"
        f"{APP}    start_response('302 Found', [('Location', AIMS[environ['PATH_INFO']])])\n"
        "    return []\n"
    )
    put(account, app)

    assert account.start().body == "former"
    assert refusal(account).endswith(said)


WALLS = {
    "of a choice": "    if 'lang=en' not in environ.get('HTTP_COOKIE', ''):\n"
    "        start_response('302 Found', [('Set-Cookie', 'lang=en'), ('Location', '/')])\n"
    "        return []\n",
    "of a login": "    if environ['PATH_INFO'] == '/login':\n"
    "        head = [('Set-Cookie', 'a=1; Path=/'), ('set-cookie', 'b=2; Path=/')]\n"
    "        start_response('303 See Other', [*head, ('Location', '/')])\n"
    "        return []\n"
    "    if environ.get('HTTP_COOKIE') != 'a=1; b=2':\n"
    "        start_response('302 Found', [('Location', '/login')])\n"
    "        return []\n",
    "of a secure one": "    if 'HTTP_COOKIE' not in environ:\n"
    "        head = [('Set-Cookie', '__Host-x=1; Path=/; Secure'), ('Location', '#top')]\n"
    "        start_response('307 Temporary Redirect', head)\n"
    "        return []\n",
}


@pytest.mark.parametrize("wall", one_in(3, list(WALLS)))
def test_a_page_behind_a_cookie_is_reached(account: Account, wall: str) -> None:
    put(account, APP + WALLS[wall] + PLAIN + "    return [b'behind it']\n", text="behind it")

    assert prepared(account) == "ready", refusal(account)


@pytest.mark.soak
def test_a_cookie_of_another_domain_is_not_kept(account: Account) -> None:
    head = "[('Set-Cookie', 'a=1; Domain=example.com'), ('Location', '/')]"
    wall = f"    if 'HTTP_COOKIE' not in environ:\n        start_response('302 Found', {head})\n"
    put(account, APP + wall + "        return []\n" + PLAIN + "    return [b'page']\n")

    assert prepared(account) == "refused"
    assert refusal(account).endswith("a redirect to itself")


@pytest.mark.soak
@pytest.mark.parametrize("word", one_in(3, ["pa-deploy", "python", "Mozilla"]))
def test_the_app_is_asked_as_by_a_browser(account: Account, word: str) -> None:
    """An app that lets browsers in alone is well; one that does well for programs alone is not."""
    is_in = f"{word!r} in environ.get('HTTP_USER_AGENT', '')"
    app = f"{APP}    start_response('200 OK' if {is_in} else '500 No', [])\n    return [b'']\n"
    put(account, app)

    assert prepared(account) == ("ready" if word == "Mozilla" else "refused")


@pytest.mark.soak
def test_a_page_is_read_in_its_own_encoding(account: Account) -> None:
    head = "[('Content-Type', 'text/html; charset=latin-1')]"
    app = f"{APP}    start_response('200 OK', {head})\n    return [b'Gr\\xfc\\xdfe']\n"
    put(account, app, text="Grüße")

    assert prepared(account) == "ready"


@pytest.mark.parametrize(
    ("named", "squeeze"),
    first_of(
        [
            ("gzip", gzip.compress),
            ("Deflate", zlib.compress),
            ("gzip", lambda page: gzip.compress(page + b"x" * MOST_BYTES)),
            ("gzip", bytes),
        ]
    ),
    ids=["gzip", "deflate", "endless", "not at all"],
)
def test_a_page_that_is_always_compressed_is_read(
    account: Account, named: str, squeeze: Callable[[bytes], bytes]
) -> None:
    squeezed = squeeze(b"Welcome")
    head = f"[('Content-Encoding', {named!r})]"
    app = f"{APP}    start_response('200 OK', {head})\n    return [{squeezed!r}]\n"
    put(account, app, text="Welcome")

    assert prepared(account) == "ready"


@pytest.mark.soak
def test_a_thread_of_the_app_does_not_keep_it_waiting(account: Account) -> None:
    put(account, THREAD + APP + PLAIN + "    return [b'']\n")

    assert prepared(account) == "ready"


@pytest.mark.parametrize("module", one_in(2, ["uwsgi", "uwsgidecorators"]))
@pytest.mark.parametrize(
    "app",
    one_in(
        3,
        [
            "import {}\n" + APP + PLAIN + "    return [b'']\n",
            APP + "    import {}\n",
            "import flask\napp = flask.Flask('x')\n@app.get('/')\ndef page():\n    import {}\n",
        ],
    ),
)
def test_a_module_that_only_the_server_has_is_no_fault(
    account: Account, module: str, app: str
) -> None:
    put(account, app.format(module))

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


@pytest.mark.soak
@pytest.mark.parametrize("debug", one_in(2, [False, True]))
def test_a_host_that_django_does_not_know_is_named(account: Account, *, debug: bool) -> None:
    put(
        account,
        DJANGO.format(
            debug=debug, hosts=["other.example"], body="return HttpResponse(request.get_host())"
        ),
    )

    assert prepared(account) == "refused"
    said = refusal(account)
    assert said.startswith("try: GET /: django.core.exceptions.DisallowedHost: Invalid HTTP_HOST")
    assert list(hints(said)) == [f"Django refuses its own address. Add '{HOST}' to ALLOWED_HOSTS."]


FLASK = "import flask\napp = flask.Flask('x')\n@app.get('/')\ndef page():\n    fail = 1 / 0\n"
BOTTLE = """\
import traceback
def app(environ, start_response):
    try:
        fail = 1 / 0
    except Exception:
        environ['wsgi.errors'].write(traceback.format_exc())
        start_response('500 Internal Server Error', [])
        return [b'']
"""
LOGGED = """\
import logging
def app(environ, start_response):
    try:
        fail = 1 / 0
    except Exception as error:
        logging.getLogger('shop').error('no page', exc_info=error)
        start_response('{status}', [])
        return [b'']
"""
DISABLED = LOGGED + "logging.getLogger('shop').disabled = True\n"


@pytest.mark.parametrize(
    "app",
    first_of(
        [
            FLASK,
            f"{FLASK}app.logger.disabled = True\n",
            f"{FLASK}app.logger.propagate = False\napp.logger.setLevel('CRITICAL')\n",
            BOTTLE,
            LOGGED.format(status="500 No"),
            DISABLED.format(status="500 No"),
            f"{LOGGED.format(status='503 No')}logging.disable(logging.CRITICAL)\n",
        ],
    ),
)
def test_an_exception_that_a_framework_keeps_to_itself_is_told_once(
    account: Account, app: str
) -> None:
    put(account, app)

    assert prepared(account) == "refused"
    assert refusal(account) == "try: GET /: ZeroDivisionError: division by zero"
    output = account.status()["output"]
    assert output.count("Traceback") == 1
    assert "fail = 1 / 0" in output


HANDLER = """\
class Mail(logging.Handler):
    def emit(self, record):
        try:
            {fails}
        except Exception:
            self.handleError(record)
logging.getLogger('shop').addHandler(Mail())
"""


@pytest.mark.parametrize(
    "fails", first_of(["raise OSError('no server')", "import no_such", "self.nothing()"])
)
def test_a_log_that_cannot_be_sent_is_not_the_reason(account: Account, fails: str) -> None:
    put(account, LOGGED.format(status="500 No") + HANDLER.format(fails=fails))

    assert prepared(account) == "refused"
    assert refusal(account) == "try: GET /: ZeroDivisionError: division by zero"


@pytest.mark.parametrize(
    ("status", "said"),
    first_of([("200 OK", None), ("404 Not Found", "try: GET /: GET / answered 404")]),
)
def test_an_exception_that_the_app_has_dealt_with_is_not_the_reason(
    account: Account, status: str, said: str | None
) -> None:
    put(account, LOGGED.format(status=status))

    assert prepared(account) == ("refused" if said else "ready")
    assert said is None or refusal(account) == said


@pytest.mark.parametrize(
    "app",
    first_of(
        [
            "import json\njson.loads('x')\n",
            f"{FLASK}app.testing = True\n",
            "def make():\n    1 / 0\nasync def app(scope, receive, send):\n    make()\n",
        ],
    ),
)
def test_a_traceback_begins_in_the_release(account: Account, app: str) -> None:
    put(account, app)

    assert prepared(account) == "refused"
    lines = account.status()["output"].splitlines()
    first = lines[lines.index("Traceback (most recent call last):") + 1]
    assert '/code/mysite.py", line' in first
    assert "pa_deploy_loader" not in account.status()["output"]


def test_a_syntax_error_is_named_with_its_place(account: Account) -> None:
    account.put({"mysite.py": "import other\n", "other.py": "x = 1\ndef f(:\n"})

    assert prepared(account) == "refused"
    assert refusal(account) == (
        "import: mysite:app: SyntaxError: invalid syntax (other.py, line 2)"
    )
    (hint,) = hints(refusal(account))
    assert hint.startswith("Python cannot read other.py, line 2: invalid syntax.")


@pytest.mark.soak
def test_a_page_of_django_that_is_well(account: Account) -> None:
    put(account, DJANGO.format(debug=False, hosts=[HOST], body="return HttpResponse('well')"))

    assert prepared(account) == "ready"


# --- mapped folders


@pytest.mark.parametrize(
    ("run", "said"),
    first_of(
        [
            ([], "static-files: static: static is missing after the commands"),
            (["mkdir static"], "static-files: static: static is empty after the commands"),
            (
                ["mkdir -p static/css"],
                "static-files: static: static is empty after the commands",
            ),
            (
                ["mkdir static; touch static/.gitkeep"],
                "static-files: static: static is empty after the commands",
            ),
        ]
    ),
)
def test_a_mapped_folder_without_files_refuses_the_release(
    account: Account, run: list[str], said: str
) -> None:
    account.put(hello("two"), run=run, mapped=["static"])

    assert account.start().body == "former"
    assert refusal(account) == said


@pytest.mark.soak
@pytest.mark.parametrize("mapped", first_of(["static", "static/a.css", "text"]))
def test_one_with_files_does_not(account: Account, mapped: str) -> None:
    account.put(hello("two"), run=["mkdir static; touch static/a.css"], mapped=[mapped])

    assert account.start().body == "two"


# --- ASGI apps

STARLETTE = """\
import contextlib
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route
async def page(request):
    {page}
async def late():
    yield 'begun'
    1 / 0
@contextlib.asynccontextmanager
async def life(app):
    {start}
    yield {{'text': 'made'}}
    open('ended', 'w').close()
app = Starlette(routes=[Route('/', page)], lifespan=life)
"""


@pytest.mark.parametrize(
    ("page", "start", "said"),
    first_of(
        [
            ("1 / 0", "", "ZeroDivisionError: division by zero"),
            ("raise SystemExit(3)", "", "SystemExit: 3"),
            ("return StreamingResponse(late())", "", "ZeroDivisionError: division by zero"),
            ("pass", "1 / 0", "ZeroDivisionError: division by zero"),
        ],
    ),
)
def test_an_exception_of_an_asgi_app_refuses_it(
    account: Account, page: str, start: str, said: str
) -> None:
    put(account, STARLETTE.format(page=page, start=start))

    assert prepared(account) == "refused"
    assert refusal(account) == f"try: GET /: {said}"
    assert account.status()["output"].count("Traceback") == 1


@pytest.mark.soak
def test_an_asgi_app_starts_and_ends_as_it_wants(account: Account) -> None:
    page = "return PlainTextResponse(request.state.text)"
    account.deploy({"mysite.py": STARLETTE.format(page=page, start="")})

    answer = account.start()

    assert (answer.body, answer.errors) == ("made", "")
    assert account.released("ended").exists()


@pytest.mark.soak
def test_an_exception_of_an_asgi_app_that_serves_is_in_the_error_log(account: Account) -> None:
    account.put({"mysite.py": STARLETTE.format(page="1 / 0", start="")})

    answer = account.start()

    assert answer.status.startswith("500")
    assert "ZeroDivisionError: division by zero" in answer.errors


@pytest.mark.soak
def test_an_exception_after_the_answer_does_not_refuse_it(account: Account) -> None:
    page = "return PlainTextResponse('made', background=BackgroundTask(lambda: 1 / 0))"
    put(account, STARLETTE.format(page=page, start=""))

    assert prepared(account) == "ready"


NO_ANSWERS = {
    "a header that is no text": "    start('200 OK', [('X-Count', 3)])\n    return [b'']\n",
    "a line end in a header": "    start('200 OK', [('X-A', 'b\\nc')])\n    return [b'']\n",
    "a short body": "    start('200 OK', [('Content-Length', '9')])\n    return [b'x']\n",
}


@pytest.mark.soak
@pytest.mark.parametrize("answer", first_of([*NO_ANSWERS]))
def test_an_answer_that_a_server_cannot_send_is_refused(account: Account, answer: str) -> None:
    put(account, "def app(environ, start):\n" + NO_ANSWERS[answer])

    assert prepared(account) == "refused"


@pytest.mark.parametrize(
    "name", first_of(["REQUEST_URI", "CONTENT_LENGTH", "HTTP_X_REAL_IP", "wsgi.file_wrapper"])
)
def test_an_app_finds_what_the_front_and_the_server_add(account: Account, name: str) -> None:
    app = f"    environ[{name!r}]\n    start('200 OK', [])\n    return [b'']\n"
    put(account, "def app(environ, start):\n" + app)

    assert prepared(account) == "ready"


# --- the server forks after the import


WORKER = """\
import queue, threading
asked = queue.Queue()
def work():
    while True:
        asked.get().put(b'done')
threading.Thread(target=work, daemon=True).start()
def app(environ, start_response):
    mine = queue.Queue()
    asked.put(mine)
    told = mine.get(timeout=WAIT)
    start_response('200 OK', [])
    return [told]
"""
POOL = """\
from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor(1)
pool.submit(int).result()
def app(environ, start_response):
    told = pool.submit(bytes).result(WAIT)
    start_response('200 OK', [])
    return [told]
"""
FLAG = """\
import threading, time
running = []
def work():
    while True:
        running.append(1)
        time.sleep(0.01)
threading.Thread(target=work, daemon=True).start()
def app(environ, start_response):
    before = len(running)
    time.sleep(0.3)
    if len(running) == before:
        raise RuntimeError('nobody works')
    start_response('200 OK', [])
    return [b'']
"""


@pytest.mark.parametrize("app", first_of([WORKER, FLAG, POOL]))
def test_an_app_that_needs_a_thread_of_its_import_is_refused(account: Account, app: str) -> None:
    put(account, app.replace("WAIT", "0.3"))

    assert prepared(account) == "refused"

    assert account.status()["step"] == "try: GET /"
    assert "started threads in its import" in account.status()["output"]


@pytest.mark.soak
def test_one_that_waits_for_it_for_ever_is_told_why(account: Account) -> None:
    put(account, WORKER.replace("WAIT", "None"), seconds=1)

    assert prepared(account) == "refused"

    status = account.status()
    assert status["error"] == "it was ended after 1 s, as its time was over"
    assert "Start it at the first request." in " ".join(hints(status["output"] + status["error"]))


OWN_WAYS = [
    "import signal\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)\n",
    "import os\nos.fork = os.waitpid = os._exit\n",
    "import warnings\nwarnings.simplefilter('error')\n" + THREAD,
    "import signal\nsignal.signal(signal.SIGTERM, lambda *_: None)\n",
    "import sys\nsys.stdout.close()\nsys.stdout = None\n",
    "import subprocess\nassert subprocess.run(['false']).returncode == 1\n",
    THREAD,
]


@pytest.mark.parametrize("own", first_of(OWN_WAYS))
def test_what_an_app_does_to_its_process_does_not_spoil_the_try(account: Account, own: str) -> None:
    put(account, f"{own}{APP}{PLAIN}    return [b'good']\n")

    assert prepared(account) == "ready", account.status()


@pytest.mark.soak
@pytest.mark.parametrize("signal", one_in(2, [11, 9]))
def test_an_app_that_is_killed_while_it_answers_is_told_so(account: Account, signal: int) -> None:
    put(account, f"{APP}    import os\n    os.kill(os.getpid(), {signal})\n")

    assert prepared(account) == "refused"

    assert account.status()["error"] == f"it ended with exit code -{signal}"
