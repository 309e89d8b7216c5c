"""Which static file mappings have URLs in common, and in which folders their files are."""

from __future__ import annotations

import pytest

from pa_deploy.model import StaticFile
from pa_deploy.plan import rivals

ROW = StaticFile("/static/", "/x/static")


@pytest.mark.parametrize(
    ("url", "path", "own", "theirs"),
    [
        ("/static/css/", "/y/css/", "/x/static/css/", "/y/css/"),
        ("/static/css", "/y/css", "/x/static/css", "/y/css"),
        ("/static/c", "/y/c", "/x/static/c", "/y/c"),
        ("/static/a.css", "/y/a.css", "/x/static/a.css", "/y/a.css"),
        ("/", "/y/", "/x/static/", "/y/static/"),
        ("/static", "/y", "/x/static/", "/y/"),
        ("/stat", "/y", "/x/static/", "/yic/"),
        ("/static/", "/y", "/x/static/", "/y/"),
    ],
)
def test_two_mappings_with_urls_in_common(url: str, path: str, own: str, theirs: str) -> None:
    other = StaticFile(url, path)

    (found,) = (each for each in rivals([other, ROW]) if each.row == ROW)
    assert (found.other, found.own, found.theirs) == (other, own, theirs)


@pytest.mark.parametrize("url", ["/media/", "/Static/", "/static2/"])
def test_others_have_none(url: str) -> None:
    assert not list(rivals([ROW, StaticFile(url, "/y")]))
