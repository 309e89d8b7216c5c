"""What is said of an `app` that cannot be served."""

from __future__ import annotations

from pathlib import Path

import pytest

from pa_deploy.bundle import pattern_for
from pa_deploy.model import Secret
from tests.pa_deploy.detect.project import DJANGO, FLASK, below, caution, cautions
from tests.places import ROOT

FACTORY = "from flask import Flask\ndef create_app(config=None):\n    return Flask('x')\n"
NEEDY = "from flask import Flask\ndef create_app(config):\n    return Flask('x')\n"
WRAPPED = "from a2wsgi import ASGIMiddleware\nfrom m import app\n"
FASTAPI = "from fastapi import FastAPI\napp = FastAPI()\n"


@pytest.mark.parametrize(
    ("files", "app", "wanted"),
    [
        (DJANGO, "mysite.wsgi:application", {}),
        (below("backend"), "mysite.wsgi:application", {"python_path": ("backend",)}),
        (below("backend"), "backend.mysite.wsgi:application", {}),
        ({"flask_app.py": FLASK}, "flask_app:app", {}),
        ({"src/app.py": FLASK}, "src.app:app", {}),
        ({"app.py": "from x import *"}, "app:app", {}),
        ({"app.py": "globals()['app'] = 1"}, "app:app", {}),
        ({"app.py": "def __getattr__(name): ..."}, "app:app", {}),
        ({"app.py": "def run():\n global app\n app = 1"}, "app:app", {}),
        ({"app.py": "try:\n from x import app\nexcept ImportError:\n app = None"}, "app:app", {}),
        ({"app.py": "with x as app: ..."}, "app:app", {}),
        ({"app.py": "for app in x: ..."}, "app:app", {}),
        ({"app.py": "if (app := x()): ..."}, "app:app", {}),
        ({"app.py": "match x:\n case [*app]: ..."}, "app:app", {}),
        ({"app.py": "a, (b, *app) = x"}, "app:app", {}),
        ({"app.py": "from dash import Dash\napp = Dash('x')"}, "app:app.server", {}),
        ({"app.py": "print 'old'"}, "app:app", {}),
        ({"app.py": b"app = 1\0"}, "app:nothing", {}),
        ({"app.py": b"#" * 1_100_000}, "app:nothing", {}),
        ({"src/shop/app.py": FLASK}, "shop.app:app", {"run": ("pip install -e .",)}),
        ({"src/shop/app.py": FLASK}, "shop.app:app", {"run": ("uv sync --frozen",)}),
        ({"src/shop/app.py": FLASK}, "shop.app:app", {"variables": (("PYTHONPATH", "src"),)}),
        ({"src/shop/app.py": FLASK}, "shop.app:app", {"env": (("PYTHONPATH", Secret("src")),)}),
        ({"deploy/wsgi.py": FLASK}, "wsgi:app", {"run": ("cp deploy/wsgi.py wsgi.py",)}),
        ({"x.py": ""}, "plugins.app:app", {"shared": ("plugins/",)}),
        ({"web": ""}, "web.app:app", {}),
        ({"index.html": ""}, "", {}),
    ],
)
def test_nothing_is_said_of_an_app_that_may_be_right(
    files: dict[str, str | bytes], app: str, wanted: dict[str, object]
) -> None:
    assert cautions(files, app=app, **wanted) == []


MADE_FOR = (
    "import os\nos.chdir('/home/alice/flask')\n",
    "import sys\nsys.path.insert(0, '/home/alice/flask')\n",
    "import sys\nhome = '/home/alice/flask'\nsys.path = [home] + sys.path\n",
)


@pytest.mark.parametrize("text", MADE_FOR)
def test_a_wsgi_file_made_for_one_folder_is_not_for_a_release(text: str) -> None:
    files = {"app.py": FLASK, "wsgi.py": f"{text}from app import app as application\n"}

    assert caution(files, app="wsgi:application") == (
        "app: wsgi.py seems to be a WSGI file for one account: it changes to /home/alice/flask, or "
        "adds that folder to Python's path. A release has its code in another folder. app.py has "
        "an app. "
        "Set `app: app:app`."
    )
    assert cautions(files, app="app:app") == []


@pytest.mark.parametrize(
    "text",
    [
        "DATABASE = '/home/alice/db.sqlite3'\n",
        "import os\n# os.chdir('/home/alice/flask')\n",
        "import sys\nsys.path.append('lib')\n",
    ],
)
def test_a_path_of_the_account_alone_is_no_reason(text: str) -> None:
    assert cautions({"app.py": f"{text}{FLASK}"}, app="app:app") == []


@pytest.mark.parametrize("others", [{}, {"a/b/c.py": FLASK}, {"tests/app.py": FLASK}])
def test_the_best_app_of_one_folder_is_to_be_mended(others: dict[str, str]) -> None:
    said = caution({"app.py": f"{MADE_FOR[0]}{FLASK}", **others}, app="app:app")

    assert said.endswith("Remove that folder from the file.")


def test_the_example_with_a_wsgi_file_names_the_app_of_a_release() -> None:
    folder = ROOT / "examples" / "flask"
    files = {path.name: path.read_text() for path in folder.glob("*.py")}

    assert "Set `app: app:app`." in caution(files, app="wsgi:application")
    assert "write `app: app:app`" in files["wsgi.py"]


def test_a_module_that_is_elsewhere_is_named_with_both_ways_to_it() -> None:
    assert caution(below("backend"), app="mysite.wsgi:application") == (
        "app: the module mysite.wsgi is not in the release. Found: backend/mysite/wsgi.py. "
        "Set `source: backend` or `python-path: backend`."
    )


@pytest.mark.parametrize(
    ("files", "app", "wanted", "expected"),
    [
        (
            below("b"),
            "mysite.wsgi:application",
            {"source_as_given": "a"},
            "`source: a/b` or `python-path: b`.",
        ),
        (below("b"), "mysite.wsgi:application", {"python_path": ("x",)}, "Add b to `python-path`."),
        (
            below("b"),
            "wsgi:application",
            {},
            "`python-path: b`, and set `app: mysite.wsgi:application`.",
        ),
        (DJANGO, "wsgi:application", {}, "Set `app: mysite.wsgi:application`."),
        (DJANGO, "MySite.wsgi:application", {}, "Set `app: mysite.wsgi:application`."),
        ({"web/app.py": FLASK}, "app:app", {}, "Found: web/app.py. Set `app: web.app:app`."),
        ({"a/app.py": "", "b/app.py": ""}, "app:app", {}, "Found: a/app.py, b/app.py. Set"),
        ({f"{x}/app.py": "" for x in "abcde"}, "app:app", {}, "c/app.py, and 2 more. Set"),
        ({"venv/app.py": "", "web/app.py": ""}, "app:app", {}, "Found: web/app.py. Set"),
    ],
)
def test_the_way_to_a_module_that_is_elsewhere(
    files: dict[str, str], app: str, wanted: dict[str, object], expected: str
) -> None:
    assert expected in caution(files, app=app, **wanted)


@pytest.mark.parametrize(
    ("left_out", "app"),
    [
        ("mysite/local.py", "mysite.local:app"),
        ("built.py", "built:app"),
        ("built/__init__.py", "built:app"),
    ],
)
def test_a_module_that_is_left_out_is_named(left_out: str, app: str) -> None:
    (said,) = cautions(DJANGO, {left_out: FLASK}, app=app)

    assert f"The source has {left_out}, but it is left out. " in said
    assert f"Add {pattern_for(left_out)} to `include`." in said


@pytest.mark.parametrize(
    ("app", "expected"),
    [
        ("whoami.app:app", "Only an installed package can provide it. If it is your own code: "),
        ("whoami:app", "mysite/wsgi.py has an app. Set `app: mysite.wsgi:application`."),
        ("mysite.app:app", "is not in the release. mysite/wsgi.py has an app."),
    ],
)
def test_of_a_module_that_is_nowhere_an_app_is_offered(app: str, expected: str) -> None:
    assert expected in caution(DJANGO, app=app)


@pytest.mark.parametrize("app", ["whoami:app", "who.am.i:app", "web:app"])
def test_without_an_app_to_offer_the_next_step_is_to_check(app: str) -> None:
    said = caution({"readme.md": "", "x.py": "def main(): ..."}, app=app)

    assert said.endswith(f"that the file of {app.partition(':')[0]} is committed.")


@pytest.mark.parametrize(
    ("text", "app", "expected"),
    [
        (FLASK, "web:application", "It has `app`. Set `app: web:app`."),
        ("from dash import Dash\napp = Dash('x')", "web:server", "Set `app: web:app.server`."),
        ("def main():\n app = Flask('x')", "web:app", "Define `app` there, outside functions"),
        (
            "if __name__ == '__main__':\n app = Flask('x')",
            "web:app",
            "Define `app` there, outside",
        ),
        (
            "if TYPE_CHECKING:\n from x import app",
            "web:app",
            "Define `app` there, outside functions",
        ),
        ("class X:\n app = 1", "web:app", "web.py has no `app` at its top level."),
        (FACTORY, "web:app", "It has `create_app`. Set `app: web:create_app()`."),
        (FACTORY, "web:make()", "It has `create_app`. Set `app: web:create_app()`."),
        (NEEDY, "web:app", "web.py has `create_app`, a function that makes an app. Add a file ws"),
        (FASTAPI, "web:api.x", "web.py has no `api` at its top level. It has `app`."),
    ],
)
def test_a_name_that_is_not_in_the_module(text: str, app: str, expected: str) -> None:
    assert expected in caution({"web.py": text}, app=app)


@pytest.mark.parametrize("name", ["create_app", "make_app", "application_factory"])
def test_a_factory_is_named_with_parentheses(name: str) -> None:
    files = {"shop/__init__.py": FACTORY.replace("create_app", name)}

    assert caution(files, app=f"shop:{name}") == (
        f"app: `{name}` in shop/__init__.py is a function that makes an app. "
        f"Set `app: shop:{name}()`."
    )
    assert caution(files, app=f"shop:{name}()") == ""


@pytest.mark.parametrize("app", ["shop:create_app", "shop:create_app()"])
def test_a_factory_that_needs_arguments_needs_a_file_that_calls_it(app: str) -> None:
    assert caution({"shop.py": NEEDY}, app=app) == (
        "app: `create_app` in shop.py makes an app, but needs arguments. `app` cannot give "
        "any. Add a file wsgi.py with `from shop import create_app; application = create_app(…)`. "
        "Set `app: wsgi:application`."
    )


def test_the_file_to_add_is_not_there_yet() -> None:
    said = caution({"web.py": NEEDY, "wsgi.py": "print('x')"}, app="web:create_app")

    assert "Add a file pythonanywhere_wsgi.py with" in said
    assert "Set `app: pythonanywhere_wsgi:application`" in said


@pytest.mark.parametrize(
    ("text", "app", "right"),
    [
        (FLASK, "app()", "web:app"),
        (FASTAPI, "app()", "web:app"),
        ("from dash import Dash\napp = Dash('x')", "app()", "web:app.server"),
        ("def wsgi(environ, start_response): ...", "wsgi()", "web:wsgi"),
    ],
)
def test_an_app_is_not_called(text: str, app: str, right: str) -> None:
    said = caution({"web.py": text}, app=f"web:{app}")

    assert said.endswith(f"is the app itself, not a factory. Set `app: {right}`.")


@pytest.mark.parametrize("text", ["def view(request): ...", "def view(*, a): ..."])
def test_a_function_with_arguments_is_not_called(text: str) -> None:
    assert "is a function that needs arguments, but" in caution({"web.py": text}, app="web:view()")


ASGI_APPS = (
    FASTAPI,
    "import quart\napp = quart.Quart('x')",
    "async def app(scope, receive, send): ...",
)
REQUIREMENTS = {"source": Path("/src"), "requirements": Path("/src/requirements.txt")}


@pytest.mark.parametrize("text", ASGI_APPS)
def test_an_asgi_app_needs_a_line_in_the_requirements(text: str) -> None:
    files = {"main.py": text, "requirements.txt": "fastapi\n"}

    assert caution(files, app="main:app", **REQUIREMENTS) == (
        "app: `app` in main.py is an ASGI app. PythonAnywhere serves it through the package "
        "a2wsgi, which is not in your requirements. Add the line `a2wsgi` to your requirements."
    )


@pytest.mark.parametrize(
    ("files", "wanted"),
    [
        ({"requirements.txt": "fastapi\na2wsgi==1.10.10\n"}, REQUIREMENTS),
        ({"requirements.txt": "fastapi\na2wsgi\n".encode("utf-16")}, REQUIREMENTS),
        ({"requirements.txt": "-r more.txt\n", "more.txt": "a2wsgi"}, REQUIREMENTS),
        ({"requirements.txt": "x"}, {**REQUIREMENTS, "run": ("pip install a2wsgi",)}),
        ({"requirements.txt": "x"}, {}),
        ({}, REQUIREMENTS),
        ({"requirements.txt": "x"}, {**REQUIREMENTS, "requirements": Path("/other.txt")}),
    ],
)
@pytest.mark.parametrize("text", ASGI_APPS[:1])
def test_nothing_is_said_of_an_asgi_app_that_may_be_served(
    text: str, files: dict[str, str | bytes], wanted: dict[str, object]
) -> None:
    assert cautions({"main.py": text, **files}, app="main:app", **wanted) == []


@pytest.mark.parametrize(
    ("files", "app", "expected"),
    [
        (
            {"web.py": NEEDY, "run.py": "from web import create_app\napp = create_app()"},
            "web:create_app",
            "run:app",
        ),
        ({"m.py": FASTAPI, "w.py": f"{WRAPPED}a = ASGIMiddleware(app)"}, "m:app", "w:a"),
        (
            {
                **DJANGO,
                "mysite/asgi.py": "import django.core.asgi as d\na = d.get_asgi_application()",
            },
            "mysite.asgi:a",
            "mysite.wsgi:application",
        ),
        ({"shop.py": FACTORY}, "site:app", "shop:create_app()"),
    ],
)
def test_an_app_that_can_be_served_is_offered(
    files: dict[str, str], app: str, expected: str
) -> None:
    said = caution({**files, "requirements.txt": ""}, app=app, **REQUIREMENTS)

    assert said.endswith(f"has an app. Set `app: {expected}`.")


def test_an_asgi_app_is_offered_with_the_line_that_it_needs() -> None:
    files = {"main.py": FASTAPI, "requirements.txt": "fastapi"}

    assert caution(files, app="site:app", **REQUIREMENTS).endswith(
        "main.py has an app. Set `app: main:app`. Add the line `a2wsgi` to your requirements."
    )


@pytest.mark.parametrize(
    ("files", "app"),
    [
        ({"app.py": "def main(request): ..."}, "app:main"),
        ({"app.py": "def hello(): return 'hello'"}, "app:hello"),
        ({"app.py": "def f(a, b, c): ..."}, "app:f"),
    ],
)
def test_a_function_that_is_no_wsgi_app(files: dict[str, str], app: str) -> None:
    assert "is a function that does not take the two arguments of a WSGI app" in caution(
        files, app=app
    )


@pytest.mark.parametrize(
    ("files", "app"),
    [
        (DJANGO, "mysite:wsgi"),
        ({"run.py": "import app", "app.py": FLASK}, "run:app"),
        ({"run.py": "import x.y as app"}, "run:app"),
    ],
)
def test_a_module_is_no_app(files: dict[str, str], app: str) -> None:
    assert "is a module, not an app." in caution(files, app=app)
