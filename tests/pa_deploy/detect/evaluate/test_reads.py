"""Variables of the environment that code reads."""

from __future__ import annotations

import pytest

from pa_deploy.detect.evaluate import Unknown
from tests.pa_deploy.detect.evaluate.module import evaluation, value

DECOUPLE = "from decouple import config, Csv\n"
ENV = "import environ\nenv = environ.Env(A=(int, 5))\n"
ENVIRONS = "from environs import Env\nenv = Env()\nenv.read_env()\n"
OS = "import os\n"
HELPER = "def get(n):\n try: return os.environ[n]\n except KeyError: raise Exception(n)\n"


@pytest.mark.parametrize(
    ("text", "given", "expected"),
    [
        (f"{OS}X = os.environ['V']", "a", "a"),
        (f"{OS}X = os.environ.get('V', 'b')", "a", "a"),
        (f"{OS}X = os.getenv('V') == 'True'", "True", True),
        ("from os import environ as e, getenv\nX = e.get('V') + getenv('V')", "a", "aa"),
        (f"{OS}X = 'V' in os.environ", "a", True),
        (f"{OS}e = os.environ.copy()\nX = e['V']", "a", "a"),
        (f"{OS}X = bool(int(os.environ.get('V', 0)))", "1", True),
        (f"{DECOUPLE}X = config('V', cast=bool)", "off", False),
        (f"{DECOUPLE}X = config('V', cast=Csv())", "a, b", ["a", "b"]),
        (
            f"{DECOUPLE}X = config('V', cast=lambda v: v.split(', '))",
            "a, b",
            ["a", "b"],
        ),
        (f"{DECOUPLE}X = config('V', default=1, cast=int)", "7", 7),
        (f"{ENV}X = env.list('V')", "a,b", ["a", "b"]),
        (f"{ENV}X = env.bool('V', default=False)", "yes", True),
        (f"{ENV}X = env.db('V')['NAME']", "sqlite:///db.sqlite3", "db.sqlite3"),
        (f"{ENVIRONS}X = env.int('V')", "3", 3),
        (f"{ENVIRONS}with env.prefixed('V'):\n  pass\nX = env.bool('V', False)", "true", True),
        (
            "import dj_database_url\nX = dj_database_url.config(env='V')['ENGINE']",
            "postgres://u@h/n",
            "django.db.backends.postgresql",
        ),
    ],
)
def test_the_value_that_is_given(text: str, given: str, expected: object) -> None:
    assert value(text, V=given) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{OS}X = os.environ.get('V', 'b')", "b"),
        (f"{OS}X = os.environ.get('V')", None),
        (f"{OS}X = os.getenv('V') or 'c'", "c"),
        (f"{OS}X = os.environ.setdefault('V', 'd')", "d"),
        (f"{DECOUPLE}X = config('V', default='on', cast=bool)", True),
        (f"{DECOUPLE}X = config('V', 'a,b', cast=Csv())", ["a", "b"]),
        (f"{ENV}X = env('A')", 5),
        (f"{ENV}X = env.bool('V', True)", True),
        (f"{ENVIRONS}X = env.list('V', ['a'])", ["a"]),
        (
            "import dj_database_url as d\nX = d.config(default='sqlite:////a/b')['NAME']",
            "/a/b",
        ),
        ("import dotenv, os\ndotenv.load_dotenv()\nX = os.getenv('V', 1)", 1),
    ],
)
def test_the_default(text: str, expected: object) -> None:
    found = evaluation(text)

    assert found.value("X") == expected
    assert not any(each.is_required for each in found.reads)


@pytest.mark.parametrize(
    "text",
    [
        f"{OS}X = os.environ['V']",
        f"{OS}X = os.environ.get('V').split(',')",
        f"{OS}X = int(os.getenv('V'))",
        f"{OS}X = 'a' + os.getenv('V')",
        f"{OS}X = os.path.join(os.getenv('V'), 'a')",
        f"{OS}X = os.getenv('V')\nif not X: raise ValueError('V')",
        f"{OS}X = os.getenv('V')\nassert X",
        f"{OS}try: X = os.environ['V']\nexcept KeyError: raise ImproperlyConfigured('V')",
        f"{OS}{HELPER}X = get('V')",
        f"{DECOUPLE}X = config('V')",
        f"{ENV}X = env('V')",
        f"{ENV}X = env.str('V')",
        f"{ENVIRONS}X = env.str('V')",
        "from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n  v: str\nX = S().v",
    ],
)
def test_a_variable_that_is_needed(text: str) -> None:
    found = evaluation(text)

    assert [each.name for each in found.reads if each.is_required] == ["V"]
    assert found.value("X") is None or isinstance(found.value("X"), Unknown)
    assert not found.refusals


@pytest.mark.parametrize(
    "text",
    [
        f"{OS}try: X = os.environ['V']\nexcept KeyError: X = 'a'",
        f"{OS}import x\nif x.y(): X = os.environ['V']",
        f"{OS}if os.getenv('OTHER'): X = os.environ['V']",
        f"{OS}def f(): return os.environ['V']",
        f"{OS}X = os.getenv('V') if os.getenv('V') else 'b'",
        f"{OS}os.environ['V'] = 'a'\nX = os.environ['V']",
    ],
)
def test_a_variable_that_is_not_needed(text: str) -> None:
    assert not any(each.is_required for each in evaluation(text).reads)


def test_all_variables_are_found_in_one_pass() -> None:
    text = f"{OS}A = os.environ['A']\nB = int(os.environ['B'])\nC = os.environ['C'].split()"

    assert [(each.name, str(each.place)) for each in evaluation(text).reads] == [
        ("A", "config/settings.py:2"),
        ("B", "config/settings.py:3"),
        ("C", "config/settings.py:4"),
    ]


def test_the_place_is_where_a_function_is_called() -> None:
    text = f"{OS}def get(name):\n  return os.environ[name]\n\nX = get('V')"

    assert [str(each.place) for each in evaluation(text).reads] == ["config/settings.py:5"]


@pytest.mark.parametrize("name", ["PYTHONANYWHERE_DOMAIN", "PYTHONANYWHERE_SITE", "HOME", "USER"])
def test_variables_of_pythonanywhere_are_set(name: str) -> None:
    found = evaluation(f"{OS}X = '{name}' in os.environ and os.environ['{name}'] != ''")

    assert found.value("X") is True
    assert not found.reads


def test_a_setting_knows_the_variables_it_comes_from() -> None:
    text = f"{OS}A = os.getenv('V', 'a')\nX = [A]\nif A == 'a': Y = 1\n"
    found = evaluation(text)

    assert found.settings["X"].sources == {"V"}
    assert found.settings["Y"].sources == {"V"}
