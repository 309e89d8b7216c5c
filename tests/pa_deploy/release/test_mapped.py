"""A mapping of what the release does not have is told before anything is sent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pa_deploy.bundle.manifest import Entry
from pa_deploy.layout import Layout
from pa_deploy.model import StaticFile, WantedRelease
from pa_deploy.release.mapped import unfilled_mappings

LAYOUT = Layout.of("alice", "alice.pythonanywhere.com")
FILE = Entry("file", 1, "0")
MANIFEST = {
    "flaskr/__init__.py": FILE,
    "flaskr/static/style.css": FILE,
    "staticfiles/a.css": FILE,
    "icon.png": FILE,
    "public": Entry("link", 0, "staticfiles"),
    "media": Entry("link", 0, "/home/alice/media"),
    "broken": Entry("link", 0, "nothing"),
}
RELEASE = WantedRelease(source=Path(), app="flaskr:create_app()")


def told(path: str, release: WantedRelease = RELEASE) -> list[str]:
    rows = (StaticFile("/x/", LAYOUT.in_release(path)), StaticFile("/y/", "/home/alice/elsewhere"))
    return [str(each) for each in unfilled_mappings(rows, release, LAYOUT, MANIFEST)]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("static", 'There is flaskr/static. Write "/x/ = flaskr/static".'),
        ("staticfile", 'There is staticfiles. Write "/x/ = staticfiles".'),
        ("flaskr/statics", 'There is flaskr/static. Write "/x/ = flaskr/static".'),
        ("img", "have a command of `run` fill img"),
        ("broken", "The release has no broken"),
        ("icon.svg", "The release has no icon.svg"),
    ],
)
def test_what_is_missing_is_told_with_what_was_meant(path: str, said: str) -> None:
    (problem,) = told(path)

    assert said in problem


@pytest.mark.parametrize(
    "path", ["flaskr/static", "staticfiles/", "icon.png", "public", "media", "."]
)
def test_what_is_there_is_well(path: str) -> None:
    assert told(path) == []


@pytest.mark.parametrize(
    "release",
    [
        replace(RELEASE, run=("make img",)),
        replace(RELEASE, first_run=("make img",)),
        replace(RELEASE, shared=("img/",)),
        replace(RELEASE, shared=("img/uploads/",)),
        replace(RELEASE, static_check=False),
    ],
)
def test_what_may_come_later_is_no_problem(release: WantedRelease) -> None:
    assert told("img", release) == []
