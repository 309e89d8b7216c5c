"""What the input `app` may lead to: WSGI and ASGI apps, factories, and what is none of them."""

from __future__ import annotations

import sys
import threading
import types
from textwrap import dedent
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest

from pa_deploy.loader.app import import_app
from pa_deploy.loader.interface import NotAnApp


@pytest.fixture(autouse=True)
def _modules_are_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mysite", types.ModuleType("mysite"))


def module(text: str) -> None:
    """Let the module `mysite` have this code."""
    exec(dedent(text), vars(sys.modules["mysite"]))


def page(app: str) -> bytes:
    """What the app that is named so answers."""
    environ: dict[str, Any] = {}
    setup_testing_defaults(environ)
    return b"".join(import_app(app)(environ, lambda _status, _headers, *_error: None))


def why_not(app: str) -> str:
    with pytest.raises(NotAnApp) as caught:
        import_app(app)
    return str(caught.value)


WSGI = """\
def wsgi(environ, start_response):
    start_response('200 OK', [])
    return [b'made']
"""
ASGI = """\
async def asgi(scope, receive, send):
    await send({'type': 'http.response.start', 'status': 200, 'headers': []})
    await send({'type': 'http.response.body', 'body': b'made'})
"""


@pytest.mark.parametrize(
    ("text", "app"),
    [
        ("", "wsgi"),
        ("app = lambda environ, start_response: wsgi(environ, start_response)", "app"),
        ("def app(*args): return wsgi(*args)", "app"),
        (
            "def app(environ, start_response, more=None): return wsgi(environ, start_response)",
            "app",
        ),
        ("def app(environ=None, start_response=None): return wsgi(environ, start_response)", "app"),
        ("class App:\n def __call__(self, e, s): return wsgi(e, s)\napp = App()", "app"),
        ("class App:\n def go(self, e, s): return wsgi(e, s)\napp = App()", "app.go"),
        (
            "import functools\ndef f(x, e, s): return wsgi(e, s)\napp = functools.partial(f, 1)",
            "app",
        ),
        (
            (
                "class App:\n def __init__(self, e, s): self.pages = wsgi(e, s)\n"
                " def __iter__(self): return iter(self.pages)"
            ),
            "App",
        ),
        ("import flask\napp = flask.Flask('x')\napp.add_url_rule('/', '', lambda: 'made')", "app"),
        (
            (
                "import flask\napp = flask.Flask('x')\nasync def page(): return 'made'\n"
                "app.add_url_rule('/', '', page)"
            ),
            "app",
        ),
        (
            (
                "import functools\ndef to_wsgi(f):\n @functools.wraps(f)\n"
                " def inner(environ, start_response): return wsgi(environ, start_response)\n"
                " return inner\napp = to_wsgi(asgi)"
            ),
            "app",
        ),
    ],
)
def test_a_wsgi_app_is_served(text: str, app: str) -> None:
    module(WSGI + ASGI + text)

    assert page(f"mysite:{app}") == b"made"


@pytest.mark.parametrize(
    ("text", "app"),
    [
        ("", "asgi"),
        ("async def app(*args): await asgi(*args)", "app"),
        ("def app(scope, receive, send): return asgi(scope, receive, send)", "app"),
        ("class App:\n async def __call__(self, s, r, x): await asgi(s, r, x)\napp = App()", "app"),
        ("class App:\n async def go(self, s, r, x): await asgi(s, r, x)\napp = App()", "app.go"),
        (
            (
                "class App:\n def __init__(self, s, r, x): self.args = (s, r, x)\n"
                " def __await__(self): return asgi(*self.args).__await__()"
            ),
            "App",
        ),
        (
            (
                "import functools\nasync def f(x, s, r, t): await asgi(s, r, t)\n"
                "app = functools.partial(f, 1)"
            ),
            "app",
        ),
        (
            (
                "import functools\ndef logged(f):\n @functools.wraps(f)\n"
                " def inner(*args): return f(*args)\n return inner\napp = logged(asgi)"
            ),
            "app",
        ),
        (
            (
                "class Sentry:\n __slots__ = ('__call__',)\n"
                " def __init__(self, app): self.__call__ = app\napp = Sentry(asgi)"
            ),
            "app",
        ),
        (
            (
                "def app(scope):\n async def run(receive, send): await asgi(scope, receive, send)\n"
                " return run"
            ),
            "app",
        ),
        (
            (
                "class App:\n def __init__(self, scope): self.scope = scope\n"
                " async def __call__(self, r, s): await asgi(self.scope, r, s)"
            ),
            "App",
        ),
        ("import a2wsgi\napp = a2wsgi.ASGIMiddleware(asgi)", "app"),
        ("from asgiref.wsgi import WsgiToAsgi\napp = WsgiToAsgi(wsgi)", "app"),
        (
            (
                "from fastapi import FastAPI, Response\napp = FastAPI()\n@app.get('/')\n"
                "def page(): return Response('made')"
            ),
            "app",
        ),
        (
            (
                "async def app(scope, receive, send):\n assert scope['type'] == 'http'\n"
                " await asgi(scope, receive, send)"
            ),
            "app",
        ),
    ],
)
def test_an_asgi_app_is_served(text: str, app: str) -> None:
    module(WSGI + ASGI + text)

    assert page(f"mysite:{app}") == b"made"


@pytest.mark.parametrize(
    ("text", "app"),
    [
        ("def create_app(): return wsgi", "create_app()"),
        ("def create_app(config=None, debug=False): return wsgi", "create_app()"),
        ("def create_app(*args, **config): return wsgi", "create_app()"),
        ("create_app = lambda: asgi", "create_app()"),
        ("class App:\n def __call__(self, e, s): return wsgi(e, s)", "App()"),
        ("class Shop:\n @staticmethod\n def make(): return asgi", "Shop.make()"),
        (
            (
                "import flask\ndef make():\n app = flask.Flask('x')\n"
                " app.add_url_rule('/', '', lambda: 'made')\n return app"
            ),
            "make()",
        ),
    ],
)
def test_a_factory_is_called(text: str, app: str) -> None:
    module(WSGI + ASGI + text)

    assert page(f"mysite:{app}") == b"made"


@pytest.mark.parametrize(
    ("text", "what", "call"),
    [
        ("def create_app(config=None): ...", "a function", "create_app()"),
        ("def create_app(config=None, debug=False): ...", "a function", "create_app()"),
        ("def create_app(**config): ...", "a function", "create_app()"),
        ("class App:\n def __call__(self, environ, start_response): ...", "a class", "App()"),
        (
            "from flask import Flask\nclass App(Flask):\n def __init__(self): ...",
            "a class",
            "App()",
        ),
    ],
)
def test_of_what_makes_an_app_it_says_how_to_call_it(text: str, what: str, call: str) -> None:
    module(text)
    name = call.removesuffix("()")

    assert why_not(f"mysite:{name}") == (
        f"mysite:{name} is {what}, not an app. If it makes the app, set `app: mysite:{call}`"
    )


@pytest.mark.parametrize(
    ("text", "parameters"),
    [
        ("def app(request): ...", "(request)"),
        ("def app(a, b, c): ...", "(a, b, c)"),
        ("async def app(a, b): ...", "(a, b)"),
        ("app = lambda x: x", "(x)"),
        ("class App:\n def __call__(self, request): ...\napp = App()", "(request)"),
    ],
)
def test_of_what_takes_other_arguments_it_says_which_an_app_takes(
    text: str, parameters: str
) -> None:
    module(text)

    assert why_not("mysite:app") == (
        f"mysite:app takes {parameters}. A WSGI app takes (environ, start_response), an ASGI app "
        "is async and takes (scope, receive, send)"
    )


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("app = None", "None"),
        ("app = {}", "an object of the class dict"),
        ("import os as app", "a module"),
        ("app = 'x'", "an object of the class str"),
    ],
)
def test_of_what_cannot_be_called_it_says_what_it_is(text: str, what: str) -> None:
    module(text)

    assert why_not("mysite:app") == f"mysite:app is {what}, not an app"


def test_the_server_of_dash_is_offered() -> None:
    module(f"{WSGI}class Dash: ...\napp = Dash()\napp.server = wsgi")

    assert why_not("mysite:app").endswith("Set `app: mysite:app.server`")


@pytest.mark.parametrize(
    ("text", "offer"),
    [
        (WSGI, ". Set `app: mysite:wsgi`"),
        (WSGI + ASGI, ". Set `app: mysite:wsgi` or `app: mysite:asgi`"),
        ("import flask\napplication = flask.Flask('x')", ". Set `app: mysite:application`"),
        ("def create_app(config=None): ...", ". Set `app: mysite:create_app()`"),
        ("def create_app(config): ...", ""),
        ("from flask import request, Flask", ""),
        ("def page(request): ...", ""),
    ],
)
def test_of_a_missing_name_the_apps_are_offered(text: str, offer: str) -> None:
    module(text)

    assert why_not("mysite:app") == f"the module mysite has no app{offer}"


@pytest.mark.parametrize("app", ["mysite.wsgi:app", "no_such_site:app", "no.such.site:app"])
def test_of_a_missing_module_it_says_what_to_check(app: str) -> None:
    assert why_not(app).endswith(". Check `app`, `source` and `python-path`")


def test_a_module_that_the_app_lacks_is_not_taken_for_its_own() -> None:
    with pytest.raises(ModuleNotFoundError, match="no_such"):
        module("import no_such")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("create_app = 1", "mysite:create_app is an object of the class int, which cannot be"),
        (
            "def create_app(environ, start_response): ...",
            "mysite:create_app is the app itself. Set `app: mysite:create_app`",
        ),
        (
            "def create_app(config, debug=False): ...",
            "mysite:create_app needs arguments: (config, debug=False). Add a function without",
        ),
        ("def create_app(): ...", "mysite:create_app() returned None, not an app"),
        (
            "def create_app(): return object()",
            "mysite:create_app() returned an object of the class object, not an app",
        ),
        ("async def create_app(): ...", "mysite:create_app is an async function."),
    ],
)
def test_a_factory_that_makes_no_app(text: str, said: str) -> None:
    module(text)

    assert said in why_not("mysite:create_app()")


def test_an_exception_of_a_factory_is_its_own() -> None:
    module("def create_app():\n return {}['API_KEY']")

    with pytest.raises(KeyError):
        import_app("mysite:create_app()")


@pytest.mark.parametrize("app", ["asgi", "create_app()", "passed_on"])
def test_without_a2wsgi_the_line_to_add_is_named(monkeypatch: pytest.MonkeyPatch, app: str) -> None:
    module(f"{ASGI}create_app = lambda: asgi\ndef passed_on(scope, receive, send): ...")
    monkeypatch.setitem(sys.modules, "a2wsgi", None)

    assert why_not(f"mysite:{app}") == (
        f"mysite:{app} is an ASGI app. PythonAnywhere serves WSGI apps. The package a2wsgi, "
        "which translates, is not installed. Add the line `a2wsgi` to your requirements"
    )


@pytest.mark.parametrize("said", ["complete", "nothing", "wrong"])
def test_the_startup_of_an_app_comes_before_its_first_request(said: str) -> None:
    answers = {
        "complete": "await send({'type': 'lifespan.startup.complete'})",
        "nothing": "return",
        "wrong": "await send({'type': 'http.response.start'})",
    }
    module(
        f"""\
        asked = []
        async def app(scope, receive, send):
            asked.append(scope['type'])
            if scope['type'] == 'lifespan':
                asked.append((await receive())['type'])
                {answers[said]}
                return
            await send({{'type': 'http.response.start', 'status': 200, 'headers': []}})
            await send({{'type': 'http.response.body', 'body': b'made'}})
        """
    )

    assert page("mysite:app") == b"made"
    assert sys.modules["mysite"].asked == ["lifespan", "lifespan.startup", "http"]


@pytest.mark.parametrize(
    ("failing", "said"),
    [
        ("raise SystemExit(3)", "the app has ended its process"),
        ("await send({'type': 'lifespan.startup.failed', 'message': 'no db'})", "no db"),
        (
            "await send({'type': 'lifespan.startup.failed'})\n    raise RuntimeError('no db')",
            "no db",
        ),
    ],
)
def test_an_app_whose_startup_fails_answers_nothing(failing: str, said: str) -> None:
    module(f"async def app(scope, receive, send):\n    await receive()\n    {failing}\n")

    with pytest.raises(RuntimeError, match=said):
        page("mysite:app")


def test_its_state_is_in_each_request() -> None:
    module(
        """\
        async def app(scope, receive, send):
            if scope['type'] == 'lifespan':
                scope['state']['text'] = b'made'
                await send({'type': 'lifespan.startup.complete'})
                return
            await send({'type': 'http.response.start', 'status': 200, 'headers': []})
            await send({'type': 'http.response.body', 'body': scope['state']['text']})
        """
    )

    assert page("mysite:app") == b"made"


@pytest.mark.parametrize(
    "late",
    [
        "assert (await receive())['type'] == 'http.disconnect'",
        "await send({'type': 'http.response.body', 'body': b'more'})",
        "raise SystemExit(3)",
    ],
)
def test_what_an_app_does_after_its_answer_keeps_nobody_waiting(
    late: str, capsys: pytest.CaptureFixture[str]
) -> None:
    module(
        f"{ASGI}async def app(scope, receive, send):\n await asgi(scope, receive, send)\n {late}"
    )
    pages: list[bytes] = []
    visitor = threading.Thread(target=lambda: pages.append(page("mysite:app")), daemon=True)

    visitor.start()
    visitor.join(20)

    assert pages == [b"made"]
    assert ("Traceback" in capsys.readouterr().err) is not late.startswith("assert")


@pytest.mark.parametrize("seconds", [None, 0.5, 5])
def test_the_options_of_one_s_own_a2wsgi_are_kept(seconds: float | None) -> None:
    module(f"{ASGI}import a2wsgi\napp = a2wsgi.ASGIMiddleware(asgi, wait_time={seconds})")
    app: Any = import_app("mysite:app")

    assert page("mysite:app") == b"made"
    assert app._middleware.keywords == {"wait_time": seconds}
