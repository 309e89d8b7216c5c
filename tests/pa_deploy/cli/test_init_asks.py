"""What `init`, and a deploy without config, ask on a terminal, and what becomes of the answers."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pa_emulator import Emulator
from tests.hosted import api, visit
from tests.places import ROOT
from tests.soak import one_in

FLASK = "from flask import Flask\napp = Flask(__name__)\n"
DJANGO = {
    "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')\n",
    "mysite/__init__.py": "",
    "mysite/wsgi.py": (
        "import os\n"
        "from django.core.wsgi import get_wsgi_application\n"
        "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')\n"
        "application = get_wsgi_application()\n"
    ),
    "mysite/settings.py": (
        "DEBUG = False\nALLOWED_HOSTS = []\nROOT_URLCONF = 'mysite.urls'\nSECRET_KEY = 'x'\n"
        "INSTALLED_APPS = ['django.contrib.staticfiles']\nSTATIC_URL = '/static/'\n"
        "WSGI_APPLICATION = 'mysite.wsgi.application'\n"
    ),
    "requirements.txt": "django",
}


ALICE = {"PA_USERNAME": "alice", "PA_TOKEN": "t0ken-of-alice-0123"}
STOPPED = {**ALICE, "PA_TIMEOUT": "soon"}
"""So that the run ends before it asks PythonAnywhere anything."""


def answer(folder: Path, answers: str, *words: str) -> str:
    """What is on the screen at the end of `init`."""
    return type_in(folder, answers, "init", *words)


def type_in(folder: Path, answers: str, *words: str, **environ: str) -> str:
    """What is on the screen at the end of a command."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, ROOT / "entrypoint.py", *words],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "TERM": "dumb", "COLUMNS": "200", **environ},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    os.write(ours, answers.encode())
    screen = b""
    try:
        while piece := os.read(ours, 4096):
            screen += piece
    except OSError:  # as Linux says that the other end is closed
        pass
    finally:
        os.close(ours)
        process.wait(timeout=30)
    return screen.decode()


def put(folder: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def config(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "pa-deploy.toml").read_text())


def test_the_username_is_asked_and_a_table_is_shown(tmp_path: Path) -> None:
    put(tmp_path, {"app.py": FLASK, "requirements.txt": "flask"})

    screen = answer(tmp_path, "alice\n")

    assert "Your username on PythonAnywhere" in screen
    assert "app:app" in screen
    assert config(tmp_path)["username"] == "alice"


@pytest.mark.parametrize(("number", "app"), one_in(2, [("1", "a.app:app"), ("2", "b.app:app")]))
def test_of_equals_one_is_chosen(tmp_path: Path, number: str, app: str) -> None:
    put(tmp_path, {"a/app.py": FLASK, "b/app.py": FLASK})

    answer(tmp_path, f"{number}\n", "--username", "alice")

    assert config(tmp_path)["app"] == app


def test_of_several_web_apps_of_the_account_one_is_chosen(tmp_path: Path, pa: Emulator) -> None:
    for domain in ("one.example.com", "two.example.com"):
        api(pa, "POST", "webapps/", domain_name=domain, python_version="python313")
    given = {"PA_HOST": pa.url, "PA_ALLOW_HOST": pa.url, "PA_TOKEN": pa.token}

    type_in(tmp_path, "2\n", "init", "--from-account", **{**ALICE, **given})

    assert config(tmp_path)["domain"] == "two.example.com"


def test_the_settings_module_is_shown_and_added(tmp_path: Path) -> None:
    put(tmp_path, DJANGO)

    screen = answer(tmp_path, "y\n", "--username", "alice")

    assert "STATIC_ROOT = " in screen
    assert "alice.pythonanywhere.com" in (tmp_path / "pa_settings.py").read_text()
    found = config(tmp_path)
    assert found["variables"]["DJANGO_SETTINGS_MODULE"] == "pa_settings"
    assert "python manage.py collectstatic --no-input" in found["run"]


@pytest.mark.soak
def test_the_settings_module_is_left_out_on_no(tmp_path: Path) -> None:
    put(tmp_path, DJANGO)

    screen = answer(tmp_path, "n\n", "--username", "alice")

    assert not (tmp_path / "pa_settings.py").exists()
    assert "DJANGO_SETTINGS_MODULE" not in config(tmp_path).get("variables", {})
    assert "ALLOWED_HOSTS" in screen


@pytest.mark.parametrize(("word", "is_kept"), one_in(2, [("n", True), ("y", False)]))
def test_a_file_that_differs_is_overwritten_only_on_yes(
    tmp_path: Path, word: str, *, is_kept: bool
) -> None:
    put(tmp_path, {"app.py": FLASK, "pa-deploy.toml": "# mine\n"})

    screen = answer(tmp_path, f"{word}\n", "--username", "alice")

    assert "-# mine" in screen
    assert ("# mine" in (tmp_path / "pa-deploy.toml").read_text()) is is_kept


def test_without_config_a_deploy_shows_what_it_would_do_and_asks(tmp_path: Path) -> None:
    put(tmp_path, {"index.html": "hello"})

    screen = type_in(tmp_path, "n\n", "deploy", **ALICE)

    assert "This is a static site" in screen
    assert "Deploy it like this?" in screen
    assert "Nothing was changed." in screen


@pytest.mark.parametrize(
    ("files", "said"),
    one_in(
        4,
        [
            ({"app.py": FLASK}, "nothing says what to deploy. This is a Flask app."),
            ({"a/app.py": FLASK, "b/app.py": FLASK}, "Run `pa-deploy init`"),
            (DJANGO, "nothing says what to deploy. This is a Django project."),
            ({"notes.py": "x = 1"}, "nothing says what to deploy. Run `pa-deploy init`"),
        ],
    ),
)
def test_if_not_all_is_sure_a_deploy_names_init(
    tmp_path: Path, files: dict[str, str], said: str
) -> None:
    put(tmp_path, files)

    screen = type_in(tmp_path, "", "deploy", **ALICE)

    assert said in screen
    assert "Deploy it like this?" not in screen
    assert "Plan for" not in screen


def test_without_config_the_username_is_asked(tmp_path: Path) -> None:
    put(tmp_path, {"index.html": "hello"})
    given = {name: text for name, text in STOPPED.items() if name != "PA_USERNAME"}

    screen = type_in(tmp_path, "y\nalice\n", "deploy", **given)

    assert "Your username on PythonAnywhere" in screen
    assert "None" not in screen


@pytest.mark.parametrize(
    ("words", "environ", "files"),
    one_in(
        2,
        [
            (["--force-https", "true"], {}, {}),
            ([], {"PA_SOURCE": "."}, {}),
            ([], {"CI": "true"}, {}),
            ([], {}, {"pa-deploy.toml": ""}),
            ([], {}, {"pyproject.toml": "[tool.pa-deploy]\n"}),
        ],
    ),
)
def test_with_any_config_nothing_is_asked(
    tmp_path: Path, words: list[str], environ: dict[str, str], files: dict[str, str]
) -> None:
    put(tmp_path, {"index.html": "hello", **files})

    given = {**STOPPED, **environ}
    screen = type_in(tmp_path, "", "deploy", *words, **given)

    assert "Deploy it like this?" not in screen


@pytest.mark.soak
def test_on_yes_it_goes_live(tmp_path: Path, pa: Emulator) -> None:
    put(tmp_path, {"index.html": "hello from nowhere"})
    given = {"PA_HOST": pa.url, "PA_ALLOW_HOST": pa.url, "PA_TOKEN": pa.token}

    screen = type_in(tmp_path, "y\n", "deploy", **{**ALICE, **given})

    assert "To save these settings, and to deploy each push: pa-deploy init" in screen
    assert "hello from nowhere" in visit(pa).text
