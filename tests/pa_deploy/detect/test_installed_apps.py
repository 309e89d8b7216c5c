"""Which modules Django's settings list as apps."""

from __future__ import annotations

import pytest

from pa_deploy.detect.reached import installed_apps
from tests.pa_deploy.detect.project import tree


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "INSTALLED_APPS = ['taggit', 'blog', 'allauth.account', 'odd.apps.X']",
            {"taggit", "allauth", "odd"},
        ),
        ("INSTALLED_APPS = ()\nTHIRD_PARTY_APPS = ('mptt',)", {"mptt"}),
        ("INSTALLED_APPS = []\nif 1:\n    INSTALLED_APPS += ['debug_toolbar']", {"debug_toolbar"}),
        (
            "INSTALLED_APPS = []\nMIDDLEWARE = ['whitenoise.middleware.WhiteNoiseMiddleware']",
            {"whitenoise"},
        ),
        ("INSTALLED_APPS = []\nKIND = 'redis'\nNAMES = ['mptt']", set()),
        ("NAMES = ['mptt']", set()),
    ],
)
def test_they_are_in_lists_of_apps(text: str, expected: set[str]) -> None:
    files = {"site/settings.py": text, "blog/models.py": ""}

    found = installed_apps(tree(files), ["site/settings.py"], "")

    assert {each.module for each in found} == expected
