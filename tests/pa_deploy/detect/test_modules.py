"""Which file a module is."""

from __future__ import annotations

import pytest

from pa_deploy.detect.modules import find_elsewhere, find_manage_py, find_module, module_of
from tests.pa_deploy.detect.project import DJANGO, FLASK, below, tree


@pytest.mark.parametrize(
    ("paths", "module", "roots", "expected"),
    [
        (["app.py"], "app", [""], ("here", "app.py")),
        (["app/__init__.py", "app.py"], "app", [""], ("here", "app/__init__.py")),
        (["a/b.py"], "a.b", [""], ("here", "a/b.py")),
        (["a/__init__.py", "a/b/__init__.py"], "a.b", [""], ("here", "a/b/__init__.py")),
        (["src/app.py"], "app", ["src", ""], ("here", "src/app.py")),
        (["src/app.py", "app.py"], "app", ["src", ""], ("here", "src/app.py")),
        (["src/a/b.py", "a/c.py"], "a.c", ["src", ""], ("here", "a/c.py")),
        (["a/b/c.py"], "a.b", [""], ("here", "")),
        (["a/__init__.py"], "a.b", [""], ("missing", "")),
        (["a.py"], "a.b", [""], ("missing", "")),
        (["a/x.py"], "a.b", [""], ("missing", "")),
        (["src/app.py"], "app", [""], ("elsewhere", "")),
        (["src/a/b.py"], "a.b", [""], ("elsewhere", "")),
        (["a"], "a.b", [""], ("unknown", "")),
        (["a/b"], "a.b", [""], ("unknown", "")),
        (["a.cpython-313-x86_64-linux-gnu.so"], "a", [""], ("unknown", "")),
        (["a/__init__.py", "a/b.pyc"], "a.b", [""], ("unknown", "")),
    ],
)
def test_a_module_is_found_as_python_finds_it(
    paths: list[str], module: str, roots: list[str], expected: tuple[str, str]
) -> None:
    found = find_module(tree(dict.fromkeys(paths, "")), module, roots)

    assert (found.state, found.path) == expected


@pytest.mark.parametrize(
    "text", ["__path__ = extend_path(__path__, __name__)", "import sys\nsys.modules['a.b'] = 1"]
)
def test_a_package_may_find_its_modules_in_a_way_of_its_own(text: str) -> None:
    assert find_module(tree({"a/__init__.py": text}), "a.b").state == "unknown"


def test_elsewhere_the_likely_file_comes_first() -> None:
    paths = [
        "tests/app.py",
        "x/y/app.py",
        "b/app.py",
        "a/app/__init__.py",
        "a/apps.py",
        "My/App.py",
    ]

    found = find_elsewhere(tree(dict.fromkeys(paths, "")), "app")

    assert found == ("b/app.py", "a/app/__init__.py", "x/y/app.py")


@pytest.mark.parametrize("path", ["tests/app.py", "venv/lib/app.py", "old_site/../docs/app.py"])
def test_a_file_that_is_aside_counts_if_there_is_no_other(path: str) -> None:
    assert find_elsewhere(tree({path: ""}), "app") == (path,)


@pytest.mark.parametrize("module", ["MySite.wsgi", "mysite.WSGI", "MYSITE.wsgi"])
def test_capitals_count_unless_nothing_else_is_found(module: str) -> None:
    assert find_elsewhere(tree(DJANGO), module) == ("mysite/wsgi.py",)


@pytest.mark.parametrize(
    ("files", "path", "expected"),
    [
        (DJANGO, "mysite/wsgi.py", ("", "mysite.wsgi")),
        (below("backend"), "backend/mysite/wsgi.py", ("backend", "mysite.wsgi")),
        ({"web/app.py": FLASK}, "web/app.py", ("", "web.app")),
        ({"web/app.py": "import db", "web/db.py": ""}, "web/app.py", ("web", "app")),
        ({"web-1/app.py": FLASK}, "web-1/app.py", ("web-1", "app")),
        ({"web/app/__init__.py": FLASK}, "web/app/__init__.py", ("web", "app")),
    ],
)
def test_the_folder_to_search_for_a_file(
    files: dict[str, str], path: str, expected: tuple[str, str]
) -> None:
    assert module_of(tree(files), path) == expected


def test_manage_py_is_found_at_any_depth() -> None:
    paths = ["docs/manage.py", "b/manage.py", "a/b/manage.py", "old_core/x/manage.py", "managed.py"]

    assert find_manage_py(paths) == ("b/manage.py", "a/b/manage.py")
    assert find_manage_py(paths[:1]) == ("docs/manage.py",)
