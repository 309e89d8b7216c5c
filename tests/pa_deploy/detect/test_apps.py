"""The apps of a project."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from pa_deploy.detect.apps import find_apps
from pa_deploy.detect.kinds import Kinds
from tests.pa_deploy.detect.project import DJANGO, FLASK, below, tree


def kind(text: str, name: str = "app", others: Mapping[str, str] = {}) -> str:
    return Kinds(tree({"main.py": text, **others})).of("main.py", name)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (FLASK, "wsgi"),
        ("import flask as f\napp = f.Flask('x')", "wsgi"),
        ("from flask import Flask\napp: Flask = Flask('x')", "wsgi"),
        ("from flask import Flask\na = b = Flask('x')\napp = b", "wsgi"),
        ("from flask import Flask\ntry:\n app = Flask('x')\nfinally:\n pass", "wsgi"),
        ("from flask import Flask\nclass Shop(Flask): ...\napp = Shop('x')", "wsgi"),
        ("from a2wsgi import ASGIMiddleware\napp = ASGIMiddleware(x)", "wsgi"),
        ("from dash import Dash\napp = Dash(__name__)", "dash"),
        ("from fastapi import FastAPI\napp = FastAPI()", "asgi"),
        ("import fastapi\napp = fastapi.FastAPI()", "asgi"),
        ("from starlette.applications import Starlette as S\napp = S()", "asgi"),
        ("import quart\napp = quart.Quart('x')", "asgi"),
        ("async def app(scope, receive, send): ...", "asgi"),
        ("from fastapi import FastAPI\ndef f():\n a = FastAPI()\n return a\napp = f()", "asgi"),
        ("from fastapi import FastAPI\ndef f() -> FastAPI:\n return x()\napp = f()", "asgi"),
        ("import app", "module"),
        ("def create_app(): ...\napp = create_app", "factory"),
        ("from flask import Flask\ndef app():\n return Flask('x')", "factory"),
        ("def create_app(a=1, *b, **c): ...\napp = create_app", "factory"),
        ("def create_app(config): ...\napp = create_app", "factory with arguments"),
        ("def create_app(*, config): ...\napp = create_app", "factory with arguments"),
        ("def app(request): ...", "function with arguments"),
        ("def app(): ...", "function"),
        ("def app(a=1): ...", "function"),
        ("def app(environ, start_response): ...", "wsgi"),
        ("def app(_env, _start_response): ...", "wsgi"),
        ("class A:\n def __call__(self, environ, start_response): ...\napp = A()", "wsgi"),
        ("def app(a, b, *, c): ...", "function with arguments"),
    ],
)
def test_what_a_name_is(text: str, expected: str) -> None:
    assert kind(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "def app(a, b): ...",
        "def app(*args): ...",
        "def app(environ, start, more=1): ...",
        "@Request.application\ndef app(request): ...",
        "from fastapi import FastAPI\napp = FastAPI()\napp = wrapped(app)",
        "from fastapi import FastAPI\nif a:\n app = FastAPI()\nelse:\n app = other()",
        "from x import app",
        "def app(a, b):\n def inner(c): ...\n return inner",
        "from x import *",
        "app = Flask()",
        "app = None",
        "app, b = make()",
        "class app: ...",
        "a = b\nb = a\napp = a",
        "def f(x):\n return x\nfrom fastapi import FastAPI\nx = FastAPI()\napp = f(1)",
        "from fastapi import FastAPI\ndef f():\n if a:\n  return FastAPI()\n return w\napp = f()",
    ],
)
def test_what_cannot_be_told_is_unknown(text: str) -> None:
    assert kind(text) == "unknown"


@pytest.mark.parametrize(
    ("text", "others", "expected"),
    [
        ("from web import app", {"web.py": FLASK}, "wsgi"),
        (
            "from web.main import api as app",
            {"web/main.py": FLASK.replace("app =", "api =")},
            "wsgi",
        ),
        (
            "from web import make\napp = make()",
            {"web.py": FLASK + "def make():\n return app"},
            "wsgi",
        ),
        ("from web import create_app", {"web.py": "def create_app(): ..."}, "factory"),
        ("from web import app", {"web/app.py": "", "web/__init__.py": ""}, "module"),
        (
            "from web import app",
            {"web/__init__.py": "from .app import app", "web/app.py": FLASK},
            "wsgi",
        ),
        (
            "from a import app",
            {"a.py": "from b import app", "b.py": "from a import app"},
            "unknown",
        ),
    ],
)
def test_an_import_is_followed(text: str, others: dict[str, str], expected: str) -> None:
    name = "create_app" if "create_app" in text else "app"

    assert kind(text, name, others) == expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (DJANGO, ["mysite.wsgi:application"]),
        (below("backend"), ["mysite.wsgi:application"]),
        ({"flask_app.py": FLASK, "app.py": FLASK}, ["flask_app:app", "app:app"]),
        ({"app.py": FLASK, "tests/app.py": FLASK}, ["app:app", "tests.app:app"]),
        ({"a/b/app.py": FLASK, "main.py": FLASK}, ["main:app", "a.b.app:app"]),
        ({"app.py": "from dash import Dash\napp = Dash('x')"}, ["app:app.server"]),
        ({"app.py": "import os\nx = os.getcwd()"}, []),
        ({"a/b/c/d/e/f/g.py": FLASK}, []),
        ({"app.txt": FLASK}, []),
    ],
)
def test_apps_are_found_the_likely_first(files: dict[str, str], expected: list[str]) -> None:
    assert [each.target for each in find_apps(tree(files))] == expected
