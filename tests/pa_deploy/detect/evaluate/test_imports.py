"""Imports between files of the project."""

from __future__ import annotations

import pytest

from tests.pa_deploy.detect.evaluate.module import evaluation, value

BASE = {"config/base.py": "X = 1\n_Y = 2\nZ = [1]"}


@pytest.mark.parametrize(
    "text",
    [
        "from .base import *",
        "from config.base import *",
        "from .base import X",
        "from . import base\nX = base.X",
        "from config.base import X as A\nX = A",
        "import config.base\nX = config.base.X",
        "import config.base as b\nX = b.X",
        "import importlib\nX = importlib.import_module('config.base').X",
        "from split_settings.tools import include\ninclude('base.py')",
        "exec(open('config/base.py').read())",
    ],
)
def test_a_value_comes_from_another_file(text: str) -> None:
    assert value(text, BASE) == 1


def test_a_star_import_has_the_places_of_the_other_file() -> None:
    found = evaluation("from .base import *", BASE)

    assert str(found.settings["X"].place) == "config/base.py:1"


def test_a_star_import_leaves_private_names_out() -> None:
    assert value("from .base import *\ntry: X = _Y\nexcept NameError: pass", BASE) != 2


def test_modules_are_found_from_folders_that_are_put_on_the_path() -> None:
    text = "import os, sys\nsys.path.insert(0, os.path.join(os.path.dirname(__file__), 'apps'))\n"

    assert value(text + "from shop import X", {"config/apps/shop.py": "X = 3"}) == 3


def test_modules_may_import_each_other() -> None:
    others = {
        "config/a.py": "from .b import *\nX = Y + 1",
        "config/b.py": "from .a import *\nY = 1",
    }

    assert value("from .a import X", others) == 2


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("from .local import *", "config.local"),
        ("from config.local import KEY", "config.local"),
        ("import settings_local", "settings_local"),
        ("from secrets_local import *", "secrets_local"),
        ("from split_settings.tools import include\ninclude('local.py')", "config/local.py"),
        ("import json\njson.load(open('secrets.json'))", "secrets.json"),
    ],
)
def test_what_is_needed_and_not_there_is_named(text: str, missing: str) -> None:
    assert [*evaluation(text).missing] == [missing]


@pytest.mark.parametrize(
    "text",
    [
        "try: from .local import *\nexcept ImportError: pass",
        "try: import local_settings\nexcept: pass",
        "import os\nif os.path.exists('config/local.py'): from .local import *",
        "try: json = open('secrets.json')\nexcept FileNotFoundError: pass",
        "from split_settings.tools import include, optional\ninclude(optional('local.py'))",
        "import secrets, configparser, numpy",
        "from django.conf import settings",
    ],
)
def test_what_may_be_missing_is_not_named(text: str) -> None:
    assert not evaluation(text).missing


@pytest.mark.parametrize(
    ("listed", "expected"), [("debug-toolbar_x==1", 1), ("django", 2), ("Debug.Toolbar.X", 1)]
)
def test_a_package_is_installed_if_a_file_lists_it(listed: str, expected: int) -> None:
    text = "try:\n  import debug_toolbar_x\n  X = 1\nexcept ImportError:\n  X = 2"

    assert value(text, {"requirements.txt": listed}) == expected
