"""Projects written down in a file, with what must be found in them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pa_deploy.detect.django import Hints
from pa_deploy.detect.findings import Findings
from pa_deploy.detect.tree import Tree
from tests.pa_deploy.detect.project import tree

HERE = Path(__file__).parent / "shapes"
MANAGE = """\
import os
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "NAME.settings")
    from django.core.management import execute_from_command_line
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
"""
WSGI = """\
import os
from django.core.wsgi import get_wsgi_application
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "NAME.settings")
application = get_wsgi_application()
"""
SETTINGS = """\
from pathlib import Path
BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = "django-insecure-1"
DEBUG = False
ALLOWED_HOSTS = [".pythonanywhere.com"]
INSTALLED_APPS = ["django.contrib.admin", "django.contrib.staticfiles"]
ROOT_URLCONF = "NAME.urls"
WSGI_APPLICATION = "NAME.wsgi.application"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "db.sqlite3"}}
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
"""
URLS = """\
from django.contrib import admin
from django.urls import path
urlpatterns = [path("", admin.site.urls)]
"""


@dataclass(frozen=True, slots=True)
class Shape:
    """One file of `shapes`."""

    name: str
    data: dict[str, Any]

    @property
    def files(self) -> dict[str, str]:
        """The paths and texts of the project."""
        found: dict[str, str] = {}
        if project := self.data.get("project"):
            found = startproject(project, self.data.get("settings", ""))
        folder = self.data.get("folder", "")
        found = {f"{folder}/{path}" if folder else path: text for path, text in found.items()}
        for path in self.data.get("without", ()):
            del found[path]
        return {**found, **self.data.get("files", {})}

    @property
    def tree(self) -> Tree:
        """Of its files; those in the list `utf-16` are as PowerShell writes them."""
        odd = self.expected("utf-16")
        texts = {path: text for path, text in self.files.items() if path not in odd}
        return tree({**texts, **{path: self.files[path].encode("utf-16") for path in odd}})

    @property
    def hints(self) -> Hints:
        given = self.data.get("hints", {})
        variables = tuple(given.get("variables", {}).items())
        return Hints(
            given.get("settings", ""),
            given.get("place", ""),
            variables,
            domain="alice.pythonanywhere.com",
            username="alice",
        )

    @property
    def root(self) -> str | None:
        root = self.data.get("hints", {}).get("root")
        return None if root is None else str(root)

    def expected(self, name: str) -> list[str]:
        return list(self.data.get(name, []))


def startproject(name: str, more: str = "") -> dict[str, str]:
    """The files of a new project of Django, fit for PythonAnywhere."""
    texts = {
        "manage.py": MANAGE,
        f"{name}/__init__.py": "",
        f"{name}/settings.py": SETTINGS + more,
        f"{name}/urls.py": URLS,
        f"{name}/wsgi.py": WSGI,
    }
    return {path: text.replace("NAME.", f"{name}.") for path, text in texts.items()}


def shapes(folder: str) -> list[Shape]:
    paths = sorted((HERE / folder).glob("*.toml"))
    return [Shape(path.stem, tomllib.loads(path.read_text())) for path in paths]


def values(found: Findings) -> list[str]:
    """Its values as a shape writes them."""
    return [
        f"{each.input_name}: {each.value}"
        + ("" if each.confidence == "sure" else f" ({each.confidence})")
        for each in found.values
    ]


def variables(found: Findings) -> list[str]:
    """The variables that must be set, or whose value is known."""
    return [
        each.name if each.value is None else f"{each.name}={each.value}"
        for each in found.variables
        if each.default is None or each.value is not None
    ]
