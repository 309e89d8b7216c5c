"""Sites with several workers: whoever imports first puts the release in place, the others wait."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
import requests

from pa_emulator import Emulator
from tests.hosted import DOMAIN
from tests.pa_deploy.release.shipper import Shipper
from tests.pa_emulator.waiting import eventually
from tests.soak import first_of

if TYPE_CHECKING:
    from collections.abc import Iterator

APP = """\
import os, time
from pathlib import Path
TEXT = Path(__file__).with_name('text').read_text().strip()
def app(environ, start_response):
    time.sleep(0.05)
    start_response('200 OK', [('X-Worker', str(os.getpid()))])
    return [TEXT.encode()]
"""
VISITORS = 8


@pytest.fixture(
    scope="module", params=first_of([False, True]), ids=["import-before-fork", "lazy-apps"]
)
def emulator(request: pytest.FixtureRequest) -> Iterator[Emulator]:
    """Once the master imports, as on PythonAnywhere, once each worker does."""
    with Emulator(plan="paid", rate_limit=0, lazy_apps=request.param) as running:
        yield running


def visits(pa: Emulator) -> list[requests.Response]:
    """As many visits at once as keep all workers busy."""

    def visit(_: int) -> requests.Response:
        return requests.get(f"{pa.url}/", headers={"Host": DOMAIN}, timeout=30)

    with ThreadPoolExecutor(VISITORS) as pool:
        return list(pool.map(visit, range(VISITORS)))


@pytest.mark.soak
def test_a_release_is_put_in_place_once_and_all_workers_serve_it(
    shipper: Shipper, pa: Emulator
) -> None:
    shipper.ship({"mysite.py": APP, "text": "one"})
    command = "sleep 0.5; echo two > text; echo ran >> ~/runs"
    status = shipper.ship({"text": "old"}, run=(command,))

    answers: list[requests.Response] = []

    def has_met_all() -> bool:
        answers.extend(visits(pa))
        return len({answer.headers["X-Worker"] for answer in answers}) > 1

    assert eventually(has_met_all)
    assert {(each.text, each.headers["X-Release"]) for each in answers} == {("two", status.live)}
    assert pa.path("/home/alice/runs").read_text() == "ran\n"
