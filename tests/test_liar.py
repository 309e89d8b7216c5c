"""Each lie changes the answer that it is about, and no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests

from pa_emulator import Emulator
from tests.liar import LIES, Liar, Lie
from tests.soak import first_of

if TYPE_CHECKING:
    from collections.abc import Iterator

DOMAIN = "alice.pythonanywhere.com"
APP = {"domain_name": DOMAIN, "python_version": "python311"}
ROW = {"url": "/static/", "path": "/home/alice/static"}
Answer = tuple[int, str, str, str]
# Method, path, then a form or a file.
CALLS: dict[str, tuple[str, str, dict[str, str] | None, str | None]] = {
    "missing": ("GET", f"webapps/{DOMAIN}/", None, None),
    "create": ("POST", "webapps/", APP, None),
    "again": ("POST", "webapps/", APP, None),
    "show": ("GET", f"webapps/{DOMAIN}/", None, None),
    "list": ("GET", "webapps/", None, None),
    "reload": ("POST", f"webapps/{DOMAIN}/reload/", None, None),
    "map": ("POST", f"webapps/{DOMAIN}/static_files/", ROW, None),
    "unmap": ("DELETE", f"webapps/{DOMAIN}/static_files/1/", None, None),
    "maps": ("GET", f"webapps/{DOMAIN}/static_files/", None, None),
    "consoles": ("GET", "consoles/shared_with_you/", None, None),
    "upload": ("POST", "files/path/home/alice/a/b.txt", None, "text"),
    "absent": ("GET", "files/path/home/alice/none", None, None),
    "listing": ("GET", "files/path/home/alice/a/", None, None),
    "tree": ("GET", "files/tree/?path=/home/alice", None, None),
    "share": ("POST", "files/sharing/", {"path": "/home/alice/a/b.txt"}, None),
    "cpu": ("GET", "cpu/", None, None),
}
# The calls whose answers a lie changes.
ABOUT = {
    "creation of a web app is 201": {"create"},
    "a web app lacks a key": {"show"},
    "a web app has a key more": {"show"},
    "null in place of text": {"show"},
    "a list in place of an object": {"show"},
    "an object in place of a list": {"consoles"},
    "a number as text": {"cpu"},
    "ids are texts": {"map"},
    "JSON is called text/html": {"list"},
    "another error_type": {"again"},
    "a reload is 409": {"reload"},
    "a new file is 200": {"upload"},
    "a listing without types": {"listing"},
    "a missing web app is 403": {"missing"},
    "an empty body": {"share"},
    "a redirect": {"tree"},
    "other words in an error": {"absent"},
    "a deletion that did nothing": {"maps"},
}


@pytest.fixture(scope="module")
def free() -> Iterator[Emulator]:
    """The second creation meets the plan's limit."""
    with Emulator(plan="free", rate_limit=0, hosting=False) as running:
        yield running


@pytest.fixture(scope="module")
def truth(free: Emulator) -> dict[str, Answer]:
    return answers(free, None)


def answers(pa: Emulator, lie: Lie | None) -> dict[str, Answer]:
    """What each call is answered through a liar."""
    pa.reset()
    with Liar(pa.url, lie) as liar, requests.Session() as session:
        session.trust_env = False
        session.headers["Authorization"] = f"Token {pa.token}"
        return {name: answer(session, liar.url, name) for name in CALLS}


def answer(session: requests.Session, url: str, name: str) -> Answer:
    """Status, type, body and whereto; without what each run has by chance."""
    method, path, form, content = CALLS[name]
    found = session.request(
        method,
        f"{url}/api/v0/user/alice/{path}",
        data=form,
        files={"content": content} if content else None,
        allow_redirects=False,
        timeout=60,
    )
    headers = found.headers
    body = found.text.replace(url, "").partition("/shares/")[0]
    return found.status_code, headers.get("Content-Type", ""), body, headers.get("Location", "")


@pytest.mark.parametrize("name", first_of(LIES))
def test_a_lie_changes_what_it_is_about_and_nothing_else(
    free: Emulator, truth: dict[str, Answer], name: str
) -> None:
    told = answers(free, LIES[name])

    assert {call for call in CALLS if told[call] != truth[call]} == ABOUT[name]


def test_without_a_lie_the_answers_are_those_of_the_server_behind(
    free: Emulator, truth: dict[str, Answer]
) -> None:
    free.reset()
    with requests.Session() as session:
        session.trust_env = False
        session.headers["Authorization"] = f"Token {free.token}"
        assert {name: answer(session, free.url, name) for name in CALLS} == truth
