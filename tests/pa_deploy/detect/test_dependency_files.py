"""Which file lists the packages."""

from __future__ import annotations

import pytest

from pa_deploy.detect.dependency_files import OWN, find_listing
from pa_deploy.detect.reached import Wanted
from pa_deploy.module_names import OTHERS, SAME, package_of
from tests.pa_deploy.detect.project import tree

FLASK = Wanted("flask", "app.py:1")


def chosen(files: dict[str, str | bytes], root: str = "") -> str:
    found = find_listing(tree(files), root, (FLASK,), "flask").finding
    return found.value if found else ""


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (("requirements.txt", "poetry.lock"), "requirements.txt"),
        (
            ("requirements-pythonanywhere.txt", "requirements.txt"),
            "requirements-pythonanywhere.txt",
        ),
        (
            ("requirements_pythonanywhere.txt", "requirements.txt"),
            "requirements_pythonanywhere.txt",
        ),
        (("uv.lock", "poetry.lock"), "uv.lock"),
        (("poetry.lock", "Pipfile.lock"), "poetry.lock"),
        (("Pipfile.lock", "requirements/base.txt"), "Pipfile.lock"),
        (("requirements/production.txt", "requirements/base.txt"), "requirements/production.txt"),
        (("req.txt",), "req.txt"),
        (("requirments.txt",), "requirments.txt"),
        (("Requirements.txt",), "Requirements.txt"),
    ],
)
def test_the_best_file_is_taken(files: tuple[str, ...], expected: str) -> None:
    assert chosen(dict.fromkeys(files, "flask==3.0\n")) == expected


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pyproject.toml", '[project]\ndependencies = ["flask"]\n'),
        ("pyproject.toml", '[tool.poetry.dependencies]\nflask = "*"\n'),
        ("Pipfile", '[packages]\nflask = "*"\n'),
        ("setup.cfg", "[options]\ninstall_requires =\n    flask\n"),
    ],
)
def test_a_settings_file_counts_if_it_lists_packages(path: str, text: str) -> None:
    assert chosen({path: text}) == path
    assert chosen({path: "[tool.black]\n"}) == OWN


def test_the_one_beside_the_app_comes_first() -> None:
    files: dict[str, str | bytes] = {"requirements.txt": "flask", "api/requirements.txt": "flask"}

    assert chosen(files, "api") == "api/requirements.txt"
    assert chosen(files) == "requirements.txt"


@pytest.mark.parametrize("name", ["prod.txt", "requirements/base.txt", "deps/all.txt"])
def test_an_included_file_counts(name: str) -> None:
    assert chosen({"requirements.txt": f"-r {name}\n", name: "flask\n"}) == "requirements.txt"


def test_files_that_include_each_other_end() -> None:
    assert chosen({"requirements.txt": "-r a.txt\n", "a.txt": "-r requirements.txt\nflask"})


@pytest.mark.parametrize("module", ["no_such_package", "reqeusts", "mymodule"])
def test_a_name_that_is_not_in_the_table_is_not_written(module: str) -> None:
    found = find_listing(tree({}), "", (FLASK, Wanted(module, "app.py:2")), "flask")

    assert found.file
    assert module not in found.file.text
    assert module in str(found.problems[0])


def test_an_optional_import_is_no_problem() -> None:
    wanted = (FLASK, Wanted("nobody", "app.py:2", is_optional=True))

    assert not find_listing(tree({}), "", wanted, "flask").problems


@pytest.mark.parametrize("path", ["uv.lock", "poetry.lock", "pyproject.toml"])
def test_a_lock_file_without_the_translator_becomes_a_problem(path: str) -> None:
    text = 'dependencies = ["fastapi"]\n'

    found = find_listing(tree({path: text}), "", (), "fastapi", is_asgi=True)

    assert found.file is None
    assert f"Add a2wsgi to {path}" in str(found.problems[0])


def test_the_table_has_each_module_once() -> None:
    assert not SAME & set(OTHERS)
    assert package_of("flask_wtf") == "Flask-WTF"
    assert package_of("django") == "django"


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("Django==5.2", ["django-ckeditor", "django-taggit"]),
        ("Django==5.2\ndjango_taggit==6.0", ["django-ckeditor"]),
        ("Django==5.2\nDjango-CKEditor\ndjango-taggit", []),
    ],
)
def test_apps_of_django_that_no_file_lists_are_added(text: str, more: list[str]) -> None:
    files = {"requirements.txt": text}
    apps = tuple(Wanted(name, "settings.py:1") for name in ("ckeditor", "taggit", "blog"))

    found = find_listing(tree(files), "", (), "django", needed=apps)

    assert (found.file.text.splitlines()[2:] if found.file else []) == more


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("cv2", "opencv-python==4.10"),
        ("multipart", "fastapi[standard]"),
        ("greenlet", "SQLAlchemy[asyncio]"),
        ("psycopg2", "psycopg2==2.9"),
        ("PIL", "pillow"),
    ],
)
def test_a_module_that_comes_with_another_line_is_not_added(module: str, line: str) -> None:
    wanted = (Wanted(module, "app.py:1"),)

    found = find_listing(
        tree({"requirements.txt": f"flask\n{line}\n"}), "", (), "flask", needed=wanted
    )

    assert found.file is None


@pytest.mark.parametrize("path", ["pyproject.toml", "poetry.lock"])
def test_a_list_that_cannot_be_included_is_told_what_it_lacks(path: str) -> None:
    text = '[project]\ndependencies = ["flask"]\n'
    wanted = (Wanted("pandas", "app.py:1"),)

    found = find_listing(tree({path: text}), "", (), "flask", needed=wanted)

    assert [each.advice for each in found.problems] == [f"Add pandas to {path}."]


@pytest.mark.parametrize(
    ("made_by", "line"),
    [
        ("1.8.4", "django~=1.11.29"),
        ("2.0", "django~=2.2.0"),
        ("2.2.1", "django~=2.2.0"),
        ("5.1", "django~=5.1.0"),
    ],
)
def test_an_unlisted_django_is_near_the_one_that_made_the_settings(made_by: str, line: str) -> None:
    """Of the old ones only the last before a break runs on a Python that PythonAnywhere offers."""
    settings = f"# Generated by 'django-admin startproject' using Django {made_by}.\n"
    wanted = (Wanted("django", "a/urls.py:1"),)

    file = find_listing(tree({"a/settings.py": settings}), "", wanted, "django").file

    assert file is not None
    assert f"\n{line}  # a/settings.py:1\n" in file.text
