"""What is said of databases in a release, and of code in `shared`."""

from __future__ import annotations

from pathlib import Path

import pytest

from pa_deploy.bundle import select
from pa_deploy.detect import find_cautions
from pa_deploy.model import WantedRelease
from tests.pa_deploy.detect.project import DJANGO, FLASK, caution, cautions, tree


@pytest.mark.parametrize("path", ["db.sqlite3", "data/app.db", "x.SQLITE", "a/b.db3"])
def test_a_database_in_the_release_is_told(path: str) -> None:
    assert caution({"app.py": FLASK, path: b""}) == (
        f"shared: {path} is in the release, not in `shared`. Each deploy starts with the copy "
        f"from the repository. Add `shared: {path}`, unless the app only reads it."
    )


@pytest.mark.parametrize("name", ["data", "store.bin", "deep/x.dat"])
def test_a_database_of_any_name_is_known_by_its_content(tmp_path: Path, name: str) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / name).write_bytes(b"SQLite format 3\0" + bytes(100))
    found = select(tmp_path)

    (said,) = find_cautions(
        WantedRelease(source=tmp_path, app=""), tree({name: ""}), found.databases
    )

    assert f"{name} is in the release, not in `shared`" in str(said)


@pytest.mark.parametrize(
    ("path", "shared"),
    [
        ("db.sqlite3", ("db.sqlite3",)),
        ("data/app.db", ("data/",)),
        ("tests/db.sqlite3", ()),
        ("img/Thumbs.db", ()),
        ("db.py", ()),
    ],
)
def test_a_database_that_is_shared_or_none(path: str, shared: tuple[str, ...]) -> None:
    assert cautions({"app.py": FLASK, path: ""}, shared=shared) == []


def test_another_path_of_shared_stays() -> None:
    said = caution({"app.py": FLASK, "db.sqlite3": ""}, shared=("media/",))

    assert "Add db.sqlite3 to `shared`, unless" in said


@pytest.mark.parametrize(
    ("shared", "code"),
    [
        ("app.py", "app.py"),
        ("mysite/", "mysite/settings.py, mysite/wsgi.py"),
        ("lib/", "lib/x.py"),
    ],
)
def test_code_in_shared_is_told(shared: str, code: str) -> None:
    files = {**DJANGO, "app.py": FLASK, "lib/x.py": ""}

    assert caution(files, app="app:app", shared=(shared,)) == (
        f'shared: "{shared}" has code: {code}. Deploys do not change shared files, so later '
        f'versions of that code would never go live. Remove "{shared}", and share only what the '
        "app writes."
    )


@pytest.mark.parametrize("shared", ["media/", "new/", "app.pyx", "app"])
def test_other_things_in_shared(shared: str) -> None:
    files = {"app.py": FLASK, "media/__init__.py": "", "media/x.png": ""}

    assert cautions(files, app="app:app", shared=(shared,)) == []


@pytest.mark.parametrize(
    "code",
    [
        "def application(environ, start_response): ...",
        "def application(env, start_response): return []",
        "class A:\n def __call__(self, environ, start_response): ...\napplication = A()",
    ],
)
def test_an_app_without_a_framework_is_offered(code: str) -> None:
    said = caution({"app.py": code}, app="app:app")

    assert said.endswith("It has `application`. Set `app: app:application`.")
