"""Factories and ASGI apps on a site whose workers are forks of the process that imported them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from pa_emulator import Emulator
from tests.hosted import DOMAIN
from tests.pa_deploy.dependencies import wheels
from tests.pa_deploy.release.shipper import Shipper
from tests.pa_emulator.waiting import eventually
from tests.soak import first_of

VISITORS = 8
WAIT = "import os, time\n"
FACTORY = """\
def create_app(name="made"):
    def application(environ, start_response):
        time.sleep(0.05)
        start_response("200 OK", [("X-Worker", str(os.getpid()))])
        return [name.encode()]
    return application
"""
ASGI = """\
import asyncio
async def app(scope, receive, send):
    await asyncio.sleep(0.05)
    headers = [(b"X-Worker", str(os.getpid()).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"made"})
"""
STARLETTE = """\
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
def page(request):
    time.sleep(0.05)
    return Response(request.state.text, headers={"X-Worker": str(os.getpid())})
async def lifespan(app):
    yield {"text": "made"}
app = Starlette(routes=[Route("/", page)], lifespan=lifespan)
"""
SHIM = f"{ASGI}from a2wsgi import ASGIMiddleware\napp = ASGIMiddleware(app)\n"


@pytest.fixture(
    scope="module", params=first_of([False, True]), ids=["import-before-fork", "lazy-apps"]
)
def emulator(request: pytest.FixtureRequest) -> Iterator[Emulator]:
    """One with several workers."""
    with Emulator(plan="paid", rate_limit=0, lazy_apps=request.param) as running:
        yield running


@pytest.mark.parametrize(
    ("text", "app"),
    first_of(
        [
            (ASGI, "mysite:app"),
            (FACTORY, "mysite:create_app()"),
            (STARLETTE, "mysite:app"),
            (SHIM, "mysite:app"),
        ]
    ),
)
def test_all_workers_serve_it(shipper: Shipper, pa: Emulator, text: str, app: str) -> None:
    wheels.repack(
        shipper.source / "wheels", "a2wsgi", "starlette", "anyio", "idna", "typing_extensions"
    )
    shipper.write({"requirements.txt": "--no-index\n--find-links wheels\na2wsgi\nstarlette\n"})
    requirements = shipper.source / "requirements.txt"
    status = shipper.ship({"mysite.py": WAIT + text}, app=app, requirements=requirements)
    answers: list[requests.Response] = []

    def visit(_: int) -> requests.Response:
        return requests.get(f"{pa.url}/", headers={"Host": DOMAIN}, timeout=30)

    def has_met_all() -> bool:
        with ThreadPoolExecutor(VISITORS) as pool:
            answers.extend(pool.map(visit, range(VISITORS)))
        return len({answer.headers["X-Worker"] for answer in answers}) > 1

    assert eventually(has_met_all)
    assert {(each.text, each.headers["X-Release"]) for each in answers} == {("made", status.live)}
