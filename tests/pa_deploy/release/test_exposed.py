"""A static file mapping must not show the source of the app to every visitor."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pa_deploy.bundle.manifest import Entry
from pa_deploy.layout import Layout
from pa_deploy.model import StaticFile, WantedRelease
from pa_deploy.release.exposed import neighbours, source_mappings

LAYOUT = Layout.of("alice", "alice.pythonanywhere.com")
FILE = Entry("file", 1, "0")
MANIFEST = {
    "manage.py": FILE,
    "mysite/wsgi.py": FILE,
    "mysite/static/site.css": FILE,
    "static/a.css": FILE,
    "static/Tool.PY": FILE,
    "pages/index.html": FILE,
    "pagesource.py": FILE,
    "site": Entry("link", 0, "mysite"),
    "again": Entry("link", 0, "site/"),
    "top": Entry("link", 0, "."),
    "round": Entry("link", 0, "round"),
    "pages/up": Entry("link", 0, "../mysite"),
}
RELEASE = WantedRelease(source=Path(), app="mysite.wsgi:application")


def problems(path: str, release: WantedRelease = RELEASE) -> list[str]:
    rows = (StaticFile("/x/", path),)
    return [str(each) for each in source_mappings(rows, release, LAYOUT, MANIFEST)]


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (".", "manage.py"),
        ("mysite", "mysite/wsgi.py"),
        ("mysite/", "mysite/wsgi.py"),
        ("mysite/wsgi.py", "mysite/wsgi.py"),
        ("static", "static/Tool.PY"),
        ("site", "mysite/wsgi.py"),
        ("again", "mysite/wsgi.py"),
        ("top", "manage.py"),
        ("pages/up", "mysite/wsgi.py"),
        ("pages/../mysite", "mysite/wsgi.py"),
    ],
)
def test_a_folder_with_source_is_refused(path: str, shown: str) -> None:
    (said,) = problems(f"{LAYOUT.current}/{path}")

    assert f"{shown} for example" in said


@pytest.mark.parametrize(
    "path", ["mysite/static", "pages", "round", "missing", "page", "static/a.css"]
)
def test_a_folder_without_source_is_not(path: str) -> None:
    assert problems(f"{LAYOUT.current}/{path}") == []


@pytest.mark.parametrize("slashes", ["//", "///"])
def test_slashes_that_are_merged_change_nothing(slashes: str) -> None:
    assert problems(slashes + LAYOUT.current.lstrip("/"))


@pytest.mark.parametrize("path", ["/home/alice/mysite", "/usr/share/doc", f"{LAYOUT.current}x"])
def test_what_is_not_of_the_release_is_not(path: str) -> None:
    assert problems(path) == []


@pytest.mark.parametrize("change", [{"app": ""}, {"serve_source": True}])
def test_whoever_wants_it_may_serve_the_source(change: dict[str, object]) -> None:
    release = replace(RELEASE, **change)  # type: ignore[arg-type]

    assert problems(LAYOUT.current, release) == []


@pytest.mark.parametrize(
    ("path", "shared", "near"),
    [
        ("media", ("media/", "media.sqlite3"), [("media.sqlite3", True)]),
        ("media", ("media/", "media-private/"), [("media-private/", True)]),
        ("media", ("media/", "db.sqlite3", "other/media.db"), []),
        ("page", (), [("pagesource.py", False)]),
        ("mysite/static", (), []),
        (".", ("db.sqlite3",), []),
    ],
)
def test_what_lies_beside_a_mapped_folder(
    path: str, shared: tuple[str, ...], near: list[tuple[str, bool]]
) -> None:
    rows = (StaticFile("/x/", LAYOUT.in_release(path)),)
    release = replace(RELEASE, shared=shared)

    found = list(neighbours(rows, release, LAYOUT, MANIFEST))

    assert [is_data for _, is_data in found] == [is_data for _, is_data in near]
    assert all(name in str(found[at][0]) for at, (name, _) in enumerate(near))


def test_without_a_slash_at_its_end_a_url_surely_reaches_what_lies_beside() -> None:
    rows = (StaticFile("/x", LAYOUT.in_release("page")),)

    ((problem, is_certain),) = neighbours(rows, RELEASE, LAYOUT, MANIFEST)

    assert (is_certain, 'End the URL in a slash, "/x/"' in str(problem)) == (True, True)
