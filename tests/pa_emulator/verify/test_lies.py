"""A server that differs is caught, and the report names the case that it differs in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pa_emulator import Emulator
from tests.liar import LIES, Liar
from tests.pa_emulator.verify.verifying import Verifier
from tests.soak import first_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# The plan on which it shows, the case that is the lie's, and how the report describes it.
CAUGHT = {
    "creation of a web app is 201": (
        "paid",
        "webapps: creation answers only OK, as text/json",
        "status 201 instead of 200",
    ),
    "a web app lacks a key": (
        "paid",
        "webapps: a web app shows its Python with a dot and its password in clear text",
        "body.virtualenv_path is missing",
    ),
    "a web app has a key more": (
        "paid",
        "webapps: a web app shows its Python with a dot and its password in clear text",
        "body.plan is not expected",
    ),
    "null in place of text": (
        "paid",
        "webapps: a web app shows its Python with a dot and its password in clear text",
        "body.source_directory: null instead of <text>",
    ),
    "a list in place of an object": (
        "paid",
        "webapps: a web app shows its Python with a dot and its password in clear text",
        "body: a list instead of an object",
    ),
    "an object in place of a list": (
        "paid",
        "consoles: consoles shared with you are a list",
        "body: an object instead of <list>",
    ),
    "a number as text": (
        "paid",
        "account: CPU use shows a limit, a use and a reset time without a zone",
        'body.daily_cpu_limit_seconds: "2000" instead of <number>',
    ),
    "ids are texts": (
        "paid",
        "webapps: a mapping is created with an id",
        'body.id: "1" instead of <id>',
    ),
    "JSON is called text/html": (
        "paid",
        "webapps: web apps are a list",
        "type 'text/html' instead of 'json'",
    ),
    "another error_type": (
        "free",
        "webapps: one web app more than the plan allows is 400",
        'body.error_type: "too_many" instead of "webapp_limit_reached"',
    ),
    "a reload is 409": ("paid", "webapps: a reload says OK", "status 409 instead of 200"),
    "a new file is 200": ("paid", "files: a new file is 201", "status 200 instead of 201"),
    "a listing without types": (
        "paid",
        "files: a folder is JSON with types and whole URLs",
        "body.sub.type is missing",
    ),
    "a missing web app is 403": (
        "paid",
        "webapps: reading an unknown domain is 404",
        "status 403 instead of 404",
    ),
    "an empty body": (
        "paid",
        "files: a path newly shared is 201",
        "body: null instead of an object",
    ),
    "a redirect": (
        "paid",
        "files: a tree has whole paths, folders with a slash",
        "status 302 instead of 200",
    ),
    "other words in an error": (
        "paid",
        "files: a file that does not exist is 404",
        'body.detail: "There is no such thing." instead of "No such file or directory: ',
    ),
    "a deletion that did nothing": (
        "paid",
        "webapps: a deleted mapping is gone",
        "items instead of 0",
    ),
}
# What else a lie shows in; the rest of the service holds.
ALSO = {
    "creation of a web app is 201": {
        "webapps: creation takes JSON too",
        "webapps: a soft error is 200 and says ERROR",
    },
    "another error_type": {"webapps: a free account can have a web app only on its own subdomain"},
    "a deletion that did nothing": {
        "webapps: mappings are listed with their ids",
        "webapps: a mapping that does not exist is 404",
    },
    "a redirect": {"files: a tree has two levels"},
}


@pytest.fixture(scope="module")
def unhosted() -> Iterator[Emulator]:
    """No lie is about a hosted site, and it is quicker without."""
    with Emulator(rate_limit=0, hosting=False) as running:
        yield running


@pytest.fixture
def pa(unhosted: Emulator) -> Emulator:
    unhosted.reset()
    return unhosted


@pytest.fixture
def verify(pa: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Verifier:
    return Verifier(pa, tmp_path, monkeypatch)


@pytest.mark.parametrize("name", first_of(LIES))
def test_a_lie_is_caught_in_the_case_that_is_about_it(
    pa: Emulator, verify: Verifier, name: str
) -> None:
    plan, case, words = CAUGHT[name]
    pa.add_user("alice", token=pa.token, plan=plan)

    with Liar(pa.url, LIES[name]) as liar:
        found = verify(f"--only={case.partition(':')[0]}", url=liar.url)

    assert found.code == 1
    assert set(found.named("differs")) == {case} | ALSO.get(name, set())
    assert words in "\n".join(found.case(case.partition(": ")[2])["differences"])


@pytest.mark.parametrize(
    ("lie", "entry"),
    first_of(
        [
            ("another error_type", "LIMIT_ERROR_TYPE"),
            ("creation of a web app is 201", "CREATE_STATUS"),
        ]
    ),
)
def test_the_entry_of_choices_that_would_have_to_change_is_named(
    pa: Emulator, verify: Verifier, capsys: pytest.CaptureFixture[str], lie: str, entry: str
) -> None:
    pa.add_user("alice", token=pa.token, plan="free")

    with Liar(pa.url, LIES[lie]) as liar:
        verify("--only=webapps", url=liar.url)

    _, _, changes = capsys.readouterr().out.partition("pa_emulator/choices.py would have to change")
    assert f"{entry}: " in changes
