"""The settings module that `init` offers: Python runs it, and it has what was missing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pa_deploy.detect.django import Hints, find_django
from pa_deploy.detect.findings import Findings
from tests.pa_deploy.detect.project import tree
from tests.pa_deploy.detect.shape import startproject

WANTED = ("STATIC_ROOT", "MEDIA_ROOT", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "DATABASES")
SHOW = (
    "import json, pa_settings as s; "
    f"print(json.dumps({{n: getattr(s, n, None) for n in {WANTED}}}, default=str))"
)


def found_in(more: str, without: str = "", domain: str = "alice.pythonanywhere.com") -> Findings:
    files = startproject("mysite", more)
    files.pop(without, "")
    found = find_django(tree(files), None, Hints(domain=domain, username="alice"))
    assert found
    return found


def settings_with_shim(tmp_path: Path, more: str, domain: str) -> dict[str, object]:
    """What Python finds in the settings module, in a folder that has the project."""
    shim = found_in(more, domain=domain).shim
    assert shim
    for name, text in (*startproject("mysite", more).items(), *shim.files):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    done = subprocess.run(
        [sys.executable, "-c", SHOW], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    shown: dict[str, object] = json.loads(done.stdout)
    return shown


@pytest.mark.parametrize(
    ("more", "name", "expected"),
    [
        ("del STATIC_ROOT", "STATIC_ROOT", "HERE/staticfiles"),
        ("STATICFILES_DIRS = [STATIC_ROOT]", "STATIC_ROOT", "HERE/collected_static"),
        ("MEDIA_ROOT = '/home/bob/site/media'", "MEDIA_ROOT", "HERE/media"),
        ("ALLOWED_HOSTS = ('a.com',)", "ALLOWED_HOSTS", ["a.com", "alice.pythonanywhere.com"]),
        ("del ALLOWED_HOSTS", "ALLOWED_HOSTS", ["alice.pythonanywhere.com"]),
        ("del ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", ["https://alice.pythonanywhere.com"]),
        (
            "DATABASES['default']['NAME'] = '/home/bob/db.sqlite3'",
            "DATABASES",
            {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "HERE/db.sqlite3"}},
        ),
    ],
)
def test_it_has_what_was_missing(tmp_path: Path, more: str, name: str, expected: object) -> None:
    shown = settings_with_shim(tmp_path, more, "alice.pythonanywhere.com")

    assert shown[name] == json.loads(json.dumps(expected).replace("HERE", str(tmp_path.resolve())))


def test_a_domain_that_is_not_known_yet_is_any_of_pythonanywhere(tmp_path: Path) -> None:
    shown = settings_with_shim(tmp_path, "ALLOWED_HOSTS = []", "")

    assert shown["ALLOWED_HOSTS"] == [".pythonanywhere.com"]
    assert shown["CSRF_TRUSTED_ORIGINS"] == ["https://*.pythonanywhere.com"]


def test_it_settles_all_that_is_found_again_with_it() -> None:
    more = "del STATIC_ROOT\nALLOWED_HOSTS = []\nDATABASES['default']['NAME'] = '/home/b/x.db'\n"
    shim = found_in(more).shim
    assert shim
    files = {**startproject("mysite", more), **dict(shim.files)}
    hints = Hints("pa_settings", "pa_settings.py", (), "alice.pythonanywhere.com", "alice")
    found = find_django(tree(files), None, hints)

    assert found
    assert not found.problems
    values = {(each.input_name, each.value) for each in found.values}
    assert {(each.input_name, each.value) for each in shim.values} <= values


def test_a_project_without_a_wsgi_module_is_offered_one() -> None:
    shim = found_in("", without="mysite/wsgi.py").shim

    assert shim
    assert ("app", "pa_wsgi:application") in [(each.input_name, each.value) for each in shim.values]
    assert "pa_wsgi.py" in dict(shim.files)


@pytest.mark.parametrize("name", ["pa_settings.py", "pa_wsgi.py"])
def test_a_file_of_the_user_is_never_replaced(name: str) -> None:
    files = {**startproject("mysite", "del STATIC_ROOT"), name: "mine"}
    found = find_django(tree(files), None, Hints())

    assert found
    assert found.problems
    assert found.shim is None
