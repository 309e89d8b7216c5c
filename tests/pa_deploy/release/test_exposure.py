"""What visitors can ask a site for: nothing from outside of what is mapped."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from pa_deploy.model import Secret
from pa_emulator import Emulator
from tests.hosted import DOMAIN, api, visit
from tests.pa_deploy.release.shipper import Shipper
from tests.pa_emulator.raw import send
from tests.soak import IS_SOAK, first_of, one_in

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET = "the value of a secret"
MARK = "a file of another release"
APP = """\
def app(environ, start_response):
    start_response('200 OK', [('Content-Type', 'text/plain')])
    return [b'the app']
"""
MAPPINGS = {"/": "", "/static/": "static", "/media/": "media"}
DOTS = (
    *("..", "%2e%2e", "%2E%2E", ".%2e", "%2e.", "%2E.", "..;", "%2e%2e;x=1"),
    *("%252e%252e", "%25252e%25252e", "%c0%ae%c0%ae", "%uff0e%uff0e"),
)
SLASHES = ("/", "//", "%2f", "%2F", "%5c", "\\", "%252f", "/./", "/%2e/", "%c0%af")
EVERY = 1 if IS_SOAK else 97
"""`make soak` asks in every way; every day each path is asked for in other ones."""
HARMLESS = (b"the app", b"Not Found", b"<!DOCTYPE html>")
"""What an answer without anything of a file has: the app's, the loader's, the web server's."""


@pytest.fixture(scope="module", params=one_in(2, [True, False]), ids=["raw", "normal"])
def emulator(request: pytest.FixtureRequest) -> Iterator[Emulator]:
    """Once with the front that resolves `..` and `//`, once with paths as they came."""
    lazy_apps = bool(request.config.getoption("--lazy-apps"))
    with Emulator(
        plan="paid", rate_limit=0, lazy_apps=lazy_apps, raw_paths=request.param
    ) as running:
        yield running


@pytest.fixture
def site(shipper: Shipper, pa: Emulator) -> Shipper:
    """A site with two releases, with secrets, shared files, a lock and all kinds of mappings."""
    for url, path in MAPPINGS.items():
        full = f"{shipper.account.layout.current}/{path}".rstrip("/")
        api(pa, "POST", f"webapps/{DOMAIN}/static_files/", url=url, path=full)
    files = {"mysite.py": APP, "static/a.css": "css", "index.html": "index", "media/a": "media"}
    env = (("KEY", Secret(SECRET)),)
    shipper.ship({**files, "other": MARK}, env=env, shared=("media/",))
    (shipper.source / "other").unlink()
    shipper.ship(files, env=env, shared=("media/",), run=(f"echo {MARK}",))
    shipper.account.api.files.upload(f"{shipper.account.layout.base}/lock/ticket", MARK.encode())
    assert visit(pa, "/static/a.css").text == "css"
    assert visit(pa, "/media/a").text == "media"
    assert visit(pa, "/index.html").text == "index"
    return shipper


def hidden(shipper: Shipper) -> list[str]:
    """Paths below the folder of the releases that nobody may read, and the folders themselves."""
    live = shipper.status().live
    former = next(row.id for row in shipper.status().releases if row.id != live)
    paths = [
        *(f"secrets/{live}.json", f"records/{live}.json", f"secrets/{former}.json"),
        *(
            "pointer.json",
            "status.json",
            "settled.json",
            "output.log",
            "before/wsgi_before.py",
            "lock/ticket",
        ),
        *("loader.lock", "releases/code.json", "releases/code/pa_deploy_wsgi.py"),
        f"releases/{former}/code/other",
        *(
            "secrets",
            "records",
            "releases",
            "environments",
            "distributions",
            "shared",
            f"releases/{former}",
        ),
    ]
    for path in paths:
        assert (shipper.folder / path).exists(), path
    return paths


def ways(path: str, depth: int) -> list[str]:
    """Requests' paths that may lead up so far, and then down to the path."""
    found = [(dots + slash) * depth + path for dots in DOTS for slash in SLASHES]
    found += [(dots + "/") * depth + quote(path, safe="") for dots in DOTS]
    name = path.rpartition("/")[2]
    # As beginnings are compared: names beside the mapped folder.
    return [*found, name, f".{path}", f"{path.replace('/', '%2f')}", f"..%00/{path}"]


@pytest.mark.parametrize("url", first_of(MAPPINGS))
def test_nothing_from_outside_of_a_mapped_folder_is_served(
    site: Shipper, pa: Emulator, url: str
) -> None:
    depth = {"/": 3, "/static/": 4, "/media/": 2}[url]

    for number, path in enumerate(hidden(site)):
        file = site.folder / path
        content = file.read_bytes() if file.is_file() else b""
        for way in [*ways(path, depth), *ways(path, 1)][number % EVERY :: EVERY]:
            answer = send(pa, f"GET {url}{way} HTTP/1.1", f"Host: {DOMAIN}")
            body = answer.partition(b"\r\n\r\n")[2]
            assert SECRET.encode() not in answer, way
            assert not content or content not in body, way
            assert not body or any(text in body for text in HARMLESS) or body == b"index", way


@pytest.mark.soak
@pytest.mark.parametrize("emulator", first_of([False, True]), ids=["normal", "raw"], indirect=True)
@pytest.mark.parametrize("url", first_of(MAPPINGS))
def test_names_that_begin_as_a_mapped_folder_s_are_not_there(site: Shipper, url: str) -> None:
    """uWSGI takes what begins with the mapped folder's path for a part of it."""
    mapped = (site.folder / "current" / MAPPINGS[url]).resolve()
    beside = [each for each in mapped.parent.iterdir() if each.name.startswith(mapped.name)]

    assert beside == [mapped]
    if url == "/":
        assert list(mapped.parent.iterdir()) == [mapped]
