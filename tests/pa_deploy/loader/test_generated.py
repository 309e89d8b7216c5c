"""Secrets that PythonAnywhere makes: once, for all releases, and shown to nobody."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.pa_deploy.loader.test_loader import refusal
from tests.pa_deploy.release.account import Account
from tests.soak import first_of

APP = """\
import os
# {}
def app(environ, start_response):
    start_response('200 OK', [])
    return [os.environ['KEY'].encode()]
"""


def put(
    account: Account, version: str, run: str = "true", generate: tuple[str, ...] = ("KEY",)
) -> str:
    """Put a release whose app answers with its key."""
    return account.put({"mysite.py": APP.format(version)}, generate=generate, run=[run])


@pytest.fixture
def account(tmp_path: Path) -> Account:
    return Account(tmp_path)


@pytest.fixture
def key(account: Account) -> str:
    """The key of a release that serves."""
    put(account, "one")
    return account.start().body


def test_the_app_gets_one_that_nobody_guesses(key: str) -> None:
    assert re.fullmatch("[A-Za-z0-9_-]{64}", key)


def test_only_the_account_can_read_them(account: Account, key: str) -> None:
    file = account.file("generated.json")

    assert json.loads(file.read_text()) == {"KEY": key}
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("names", first_of(["KEY", "KEY SALT", "SALT KEY"]))
def test_later_releases_keep_it(account: Account, key: str, names: str) -> None:
    put(account, "two", generate=tuple(names.split()))

    assert account.start().body == key


def test_so_does_a_rollback(account: Account, key: str) -> None:
    first = account.status()["live"]
    put(account, "two")
    account.start()
    account.point_back(first)

    assert account.start().body == key


@pytest.mark.parametrize("run", first_of(["echo $KEY", "echo $KEY; exit 1", "env >&2"]))
def test_the_status_has_stars_in_its_place(account: Account, key: str, run: str) -> None:
    put(account, "two", run=run)
    account.start()

    assert "*" * len(key) in account.status()["output"]
    assert key not in account.file("status.json").read_text()


@pytest.mark.parametrize("text", first_of(["", "{", "[]", '{"KEY']))
def test_a_damaged_file_is_not_replaced(account: Account, text: str) -> None:
    file = account.file("generated.json")
    file.write_text(text)
    put(account, "one")

    assert account.start().body == "before"
    assert f"{file} is damaged" in refusal(account)
    assert file.read_text() == text


@pytest.mark.parametrize("text", first_of(["{}", None]))
def test_one_that_was_deleted_is_made_anew(account: Account, key: str, text: str | None) -> None:
    file = account.file("generated.json")
    file.unlink()
    if text is not None:
        file.write_text(text)
    put(account, "two")

    assert account.start().body not in ("", key)
