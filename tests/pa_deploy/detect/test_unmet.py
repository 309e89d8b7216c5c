"""A deploy warns of what the code needs and the inputs do not give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pa_deploy.detect import unmet_needs
from pa_deploy.model import Secret, WantedRelease
from tests.pa_deploy.detect.project import below, tree
from tests.pa_deploy.detect.shape import startproject

DOMAIN = "alice.pythonanywhere.com"
BY_VARIABLE = 'import os\nALLOWED_HOSTS = os.environ["HOSTS"].split(",")\n'
WITH_DEFAULT = 'import os\nALLOWED_HOSTS = os.environ.get("HOSTS", "x.org").split(",")\n'
KEY = 'import os\nSECRET_KEY = os.environ["SITE_KEY"]\n'
COLLECT = ("python manage.py collectstatic --no-input",)
SHARED = ("db.sqlite3",)
FLASK = "from flask import Flask\napp = Flask(__name__)\n"


def said(files: Mapping[str, str], /, **wanted: Any) -> str:  # noqa: ANN401
    """What is said of a release of these files."""
    given = {"source": Path("/nowhere"), "app": "mysite.wsgi:application", **wanted}
    return " ".join(map(str, unmet_needs(WantedRelease(**given), tree(files), DOMAIN)))


def django(more: str, /, **wanted: Any) -> str:  # noqa: ANN401
    """The same of a Django project with these lines at the end of its settings."""
    return said(startproject("mysite", more), **{"shared": SHARED, **wanted})


def flask(more: str, /, **wanted: Any) -> str:  # noqa: ANN401
    return said({"app.py": FLASK + more}, app="app:app", **wanted)


@pytest.mark.parametrize("hosts", ['["example.com"]', "[]", '["bob.pythonanywhere.com"]'])
def test_a_list_without_the_domain_is_told_with_the_line_to_write(hosts: str) -> None:
    assert f'"{DOMAIN}"]' in django(f"ALLOWED_HOSTS = {hosts}\n")


@pytest.mark.parametrize("settings", [BY_VARIABLE, WITH_DEFAULT])
def test_a_variable_that_must_have_the_domain_is_named(settings: str) -> None:
    assert f"HOSTS, which is not set. Add HOSTS={DOMAIN} to `variables`." in django(settings)


@pytest.mark.parametrize("hosts", ['["*"]', '[".pythonanywhere.com"]', f'["{DOMAIN}"]'])
def test_a_domain_that_is_allowed_is_no_problem(hosts: str) -> None:
    assert django(f"ALLOWED_HOSTS = {hosts}\n") == ""


@pytest.mark.parametrize("settings", [BY_VARIABLE, WITH_DEFAULT])
@pytest.mark.parametrize("name", ["variables", "env"])
def test_a_variable_that_has_it_counts(settings: str, name: str) -> None:
    value: Any = f"example.com,{DOMAIN}"
    pair = ("HOSTS", Secret(value) if name == "env" else value)

    assert django(settings, **{name: (pair,)}) == ""


def test_a_variable_that_turns_debug_off_is_named() -> None:
    more = 'import os\nDEBUG = os.environ.get("DEBUG", "1") == "1"\n'

    assert "Add DEBUG=False to `variables`." in django(more)


def test_a_key_that_is_not_set_can_be_made() -> None:
    assert "Add SITE_KEY to `generate`." in django(KEY)


def test_a_key_that_is_made_is_no_problem() -> None:
    assert django(KEY, generate=("SITE_KEY",)) == ""


def test_a_key_of_the_code_is_told() -> None:
    more = 'import os\nSECRET_KEY = os.environ.get("SITE_KEY", "1234")\n'

    assert "so the app uses the key in its code. Everybody" in django(more)
    assert "Add SITE_KEY to `generate`." in django(more)


@pytest.mark.parametrize(("name", "where"), [("MAIL_PASSWORD", "env"), ("MAIL_HOST", "variables")])
def test_a_variable_that_is_not_set_is_told(name: str, where: str) -> None:
    found = django(f'import os\nEMAIL = os.environ["{name}"]\n')

    assert f"The code needs variables that nothing sets: {name} (mysite/settings.py:" in found
    assert f"Add {name} to `{where}`." in found


def test_a_key_that_everybody_knows_is_told() -> None:
    found = flask('import os\napp.secret_key = os.environ.get("SIGN_WITH", "dev")\n')

    assert "knows that key. Add SIGN_WITH to `generate`." in found


def test_a_key_without_a_default_is_told() -> None:
    found = flask('import os\napp.secret_key = os.environ.get("SIGN_WITH")\n')

    assert "is not set, so the app has no key. Add SIGN_WITH to `generate`." in found


def test_a_variable_of_another_module_of_django_is_told() -> None:
    files = {**startproject("mysite", ""), "blog/views.py": 'import os\nX = os.environ["X_KEY"]\n'}

    assert "The code needs variables that nothing sets: X_KEY (blog/views.py:2)" in said(
        files, shared=SHARED
    )


SETTINGS = """
from pydantic_settings import BaseSettings
class Settings(BaseSettings):
    model_config = {"env_prefix": "SHOP_"}
    kind: ClassVar[str] = "x"
    mail_host: str
    mail_port: int = 25
    mail_name: str = Field(default="x")
    mail_from: str = Field(..., description="x")
    mail_to: str = Field(alias="TO")
settings = Settings()
"""


def test_the_fields_that_pydantic_requires_are_told() -> None:
    found = flask(SETTINGS)

    assert "Add SHOP_MAIL_HOST, SHOP_MAIL_FROM, TO to `variables`." in found


def test_pydantic_takes_a_variable_in_lower_case() -> None:
    given = tuple((name, "x") for name in ("shop_mail_host", "SHOP_MAIL_FROM", "TO"))

    assert flask(SETTINGS, variables=given) == ""


@pytest.mark.parametrize("name", ["HOME", "USERPROFILE", "PYTHONANYWHERE_DOMAIN"])
def test_a_variable_of_the_system_is_no_problem(name: str) -> None:
    assert flask(f'import os\nX = os.environ["{name}"]\n') == ""


def test_no_variable_is_told_if_code_that_was_not_parsed_may_set_it() -> None:
    more = 'import big, os\nX = os.environ["X_KEY"]\n'
    files = tree({"app.py": FLASK + more, "big.py": "import os\n" * 100})
    wanted = WantedRelease(source=Path("/nowhere"), app="app:app")

    assert [*unmet_needs(wanted, files, DOMAIN)]
    assert [*unmet_needs(wanted, replace(files, most_parsed=500, parsed={}), DOMAIN)] == []


def test_an_example_of_a_file_of_variables_sets_none() -> None:
    files = {"app.py": f'{FLASK}import os\nX = os.environ["X_KEY"]\n', ".env.example": ""}

    assert "X_KEY (app.py:4)" in said(files, app="app:app")


def test_a_file_that_may_set_variables_is_believed() -> None:
    files = {**startproject("mysite", KEY), ".env.production": ""}

    assert said(files, shared=SHARED) == ""


def test_a_shared_file_that_may_set_variables_is_believed() -> None:
    assert django(KEY, shared=(*SHARED, ".env")) == ""


def test_a_missing_static_root_is_told_if_files_are_collected() -> None:
    found = django("STATIC_ROOT = None\n", run=COLLECT)

    assert 'STATIC_ROOT = BASE_DIR / "staticfiles"' in found


def test_a_missing_static_root_is_no_problem_else() -> None:
    assert django("STATIC_ROOT = None\n") == ""


def test_a_database_in_the_release_is_told() -> None:
    found = django("", shared=())

    assert found.startswith("shared: The app keeps db.sqlite3 in the release (mysite/settings.py:")
    assert found.endswith("Add `shared: db.sqlite3`.")


def test_a_database_below_a_folder_of_python_is_told() -> None:
    files = below("src", startproject("mysite", ""))

    assert "Add src/db.sqlite3 to `shared`." in said(
        files, python_path=("src",), shared=("media/",)
    )


def test_uploads_in_the_release_are_told() -> None:
    assert "Add media/ to `shared`." in django('MEDIA_ROOT = BASE_DIR / "media"\n')


def test_a_shared_folder_of_the_database_counts() -> None:
    more = 'DATABASES["default"]["NAME"] = BASE_DIR / "data" / "x.db"\n'

    assert django(more, shared=("data/",)) == ""


def test_a_database_elsewhere_is_no_problem() -> None:
    assert django('DATABASES["default"]["NAME"] = "/home/alice/x.db"\n', shared=()) == ""


def test_an_app_without_django_is_looked_at_too() -> None:
    found = flask('import os\nTOKEN = os.environ["BOT_TOKEN"]\n')

    assert found == (
        "env: The code needs variables that nothing sets: BOT_TOKEN (app.py:4). Add BOT_TOKEN to "
        "`env`."
    )


@pytest.mark.parametrize(
    "code",
    [
        'try:\n    X = os.environ["X"]\nexcept KeyError:\n    X = 1\n',
        'if "X" in os.environ:\n    X = os.environ["X"]\n',
        'X = os.environ["X"] if "X" in os.environ else 1\n',
        'X = "X" in os.environ and os.environ["X"]\n',
        'def x():\n    return os.environ["X"]\n',
        'os.environ.setdefault("X", "1")\nX = os.environ["X"]\n',
        'os.environ.update({"X": "1"})\nX = os.environ["X"]\n',
        'os.environ |= {"X": "1"}\nX = os.environ["X"]\n',
        'for n in "XY":\n    os.environ[n] = "1"\nX = os.environ["X"]\n',
        'X = os.environ["PA_DEPLOY_RELEASE"]\n',
        'def app2(environ, start):\n    return environ["REQUEST_METHOD"]\n',
    ],
)
def test_a_variable_without_which_the_import_may_succeed_is_no_problem(code: str) -> None:
    assert flask(f"import os\n{code}") == ""


def test_a_variable_of_a_class_is_told() -> None:
    assert "X_KEY" in flask('import os\nclass Config:\n    X = os.environ["X_KEY"]\n')


def test_all_variables_of_an_input_are_told_at_once() -> None:
    found = flask('import os\nA = os.environ["A_TOKEN"]\nB = os.environ["B_TOKEN"]\n')

    assert "A_TOKEN (app.py:4), B_TOKEN (app.py:5)" in found
    assert found.count("nothing sets") == 1


def test_its_database_is_told() -> None:
    found = flask('import sqlite3\ndb = sqlite3.connect("app.db")\n')

    assert "Add `shared: app.db`." in found


def test_a_module_that_the_app_does_not_import_is_no_matter() -> None:
    files = {"app.py": FLASK, "tool.py": 'import os\nX = os.environ["X"]\n'}

    assert said(files, app="app:app") == ""


@pytest.mark.parametrize("app", ["", "gone:app"])
def test_nothing_is_said_of_an_app_that_is_not_known(app: str) -> None:
    assert said({"app.py": 'import os\nX = os.environ["X"]\n'}, app=app) == ""
