"""A release is asked for as the run that deployed it has asked."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest

from pa_deploy.loader.layout import LAYOUT
from pa_deploy.loader.status import STATUS
from pa_deploy.model import HealthCheck, PageCheck, ReleaseRow, ReleaseStatus
from pa_deploy.release.checked import check_of_release, page_check
from pa_deploy.release.protocol import status_in

DOMAIN = "alice.pythonanywhere.com"
SITE = f"https://{DOMAIN}"
DEFAULT = HealthCheck(
    url=f"{SITE}/", statuses=((200, 399),), text=None, timeout_seconds=60, domain=DOMAIN
)


def asked(kept: PageCheck | None) -> HealthCheck | None:
    """How a release is asked for of which this was kept."""
    row = ReleaseRow("0" * 16, "2026-01-01", check=kept)
    return check_of_release(DEFAULT, ReleaseStatus(releases=(row,)), row.id)


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        (f"{SITE}/bot?key=1", "/bot?key=1"),
        (f"{SITE}/", "/"),
        (f"http://{DOMAIN}/x", f"http://{DOMAIN}/x"),
        ("https://www.example.com/x", "https://www.example.com/x"),
        (f"{SITE}:8443/x", f"{SITE}:8443/x"),
    ],
)
def test_what_is_kept_leads_to_the_same_page(url: str, kept: str) -> None:
    check = replace(DEFAULT, url=url, statuses=((200, 200), (404, 404)), text="hello")

    said = page_check(check)

    assert said.url == kept
    assert asked(said) == check


def test_a_site_that_was_not_asked_is_not_asked() -> None:
    assert asked(page_check(None)) is None


def test_what_is_not_known_is_asked_as_usual() -> None:
    assert asked(None) == DEFAULT


def read_back(check: object) -> ReleaseRow:
    """The row of a release as the loader's status has it."""
    row = {**asdict(ReleaseRow("0" * 16, "2026-01-01")), "check": check}
    status = status_in(json.dumps({**STATUS, "layout": LAYOUT, "releases": [row]}).encode())
    assert status is not None
    return status.releases[0]


def test_it_comes_back_with_the_row_of_the_release() -> None:
    check = PageCheck("/bot", ((200, 299),), "x")

    assert read_back(asdict(check)).check == check


@pytest.mark.parametrize("damaged", [None, 7, "x", [], {}, {"url": "/", "statuses": 1, "text": ""}])
def test_a_damaged_one_is_not_known(damaged: object) -> None:
    assert read_back(damaged).check is None
