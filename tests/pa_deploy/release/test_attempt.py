"""What is tried of a release before it serves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pa_deploy.layout import Layout
from pa_deploy.model import HealthCheck, StaticFile, WantedRelease
from pa_deploy.release import attempt_of, mapped_folders, rival_paths
from pa_deploy.release.protocol import Attempt

DOMAIN = "alice.pythonanywhere.com"
WANTED = WantedRelease(source=Path(), app="mysite:app")
CHECK = HealthCheck(
    url=f"https://{DOMAIN}/page?x=1", statuses=((200, 399),), text="hello", timeout_seconds=60
)


LAYOUT = Layout.of("alice", DOMAIN)


def mapped(url: str) -> tuple[StaticFile, ...]:
    return (StaticFile(url=url, path="/home/alice/static"),)


def test_it_is_the_page_of_the_health_check() -> None:
    attempt = attempt_of(WANTED, CHECK, LAYOUT, ())

    assert attempt == Attempt(
        host=DOMAIN, path="/page?x=1", statuses=((200, 399),), text="hello", seconds=60
    )


def test_mappings_are_told_with_their_paths_in_the_release() -> None:
    rows = [
        StaticFile(url="/", path=LAYOUT.current),
        StaticFile(url="/static/", path=LAYOUT.in_release("staticfiles")),
        *mapped("/e/"),
    ]

    attempt = attempt_of(replace(WANTED, app=""), CHECK, LAYOUT, rows)

    assert attempt
    assert attempt.mapped == (("/", ""), ("/static/", "staticfiles"), ("/e/", None))


def test_the_site_itself_has_a_path() -> None:
    attempt = attempt_of(WANTED, replace(CHECK, url=f"https://{DOMAIN}"), LAYOUT, ())

    assert attempt
    assert attempt.path == "/"


@pytest.mark.parametrize(
    ("wanted", "check"),
    [
        (replace(WANTED, preflight=False), CHECK),
        (WANTED, None),
        (WANTED, replace(CHECK, url="https://www.example.com/page")),
    ],
)
def test_the_app_is_only_imported(wanted: WantedRelease, check: HealthCheck | None) -> None:
    assert attempt_of(wanted, check, LAYOUT, ()) is None


def test_mapped_folders_of_the_release_must_have_files() -> None:
    wanted = replace(WANTED, shared=("media/",))
    paths = ["staticfiles", "site/dist", "media", "media/photos"]
    rows = [StaticFile(url="/x/", path=LAYOUT.in_release(path)) for path in paths]
    elsewhere = StaticFile(url="/e/", path="/home/alice/static")
    whole = StaticFile(url="/w/", path=LAYOUT.current)

    folders = mapped_folders(wanted, LAYOUT, [*rows, elsewhere, whole])

    assert folders == ("staticfiles", "site/dist")


def test_without_static_check_none_must() -> None:
    row = StaticFile(url="/x/", path=LAYOUT.in_release("static"))

    assert mapped_folders(replace(WANTED, static_check=False), LAYOUT, [row]) == ()


STATIC = StaticFile("/static/", f"{LAYOUT.current}/st")


@pytest.mark.parametrize(
    ("url", "path", "own", "theirs"),
    [
        ("/static/css/", "/home/alice/old/css/", "st/css/", "~/old/css/"),
        ("/static/css/", f"{LAYOUT.current}/other", "st/css/", "other/"),
        ("/", "/usr/share/x", "st/", "/usr/share/x/static/"),
        ("/static", "/home/alice/./old//", "st/", "~/old/"),
        ("/static/a.css", "/home/alice/a.css", "st/a.css", "~/a.css"),
    ],
)
def test_where_another_mapping_may_hide_files(url: str, path: str, own: str, theirs: str) -> None:
    rows = (StaticFile(url, path), STATIC)

    assert ("st", own, theirs) in rival_paths(WANTED, LAYOUT, rows)


@pytest.mark.parametrize(("url", "is_checked"), [("/media/", True), ("/", False)])
def test_none_is_looked_for(url: str, *, is_checked: bool) -> None:
    rows = (StaticFile(url, "/home/alice/old"), STATIC)

    assert rival_paths(replace(WANTED, static_check=is_checked), LAYOUT, rows) == ()
