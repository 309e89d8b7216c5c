"""What the loader has written down, if somebody has damaged it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.pa_deploy.release.account import Account, hello
from tests.soak import first_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def account(tmp_path: Path) -> Account:
    return Account(tmp_path)


DAMAGED = ["", "{", "[]", "{}", '{"releases": 7}', None]


def lose_status(account: Account, damaged: str | None) -> None:
    account.file("status.json").unlink()
    if damaged is not None:
        account.file("status.json").write_text(damaged)


@pytest.mark.parametrize("damaged", first_of(DAMAGED))
def test_a_status_that_was_lost_is_as_it_was_after_the_next_import(
    account: Account, damaged: str | None
) -> None:
    one = account.deploy(hello("one"))
    row = {"id": one, "created": "2026-01-31T00:00:00Z", "bad": True, "verified": False}
    new = {"id": "two", "created": "2026-02-01T00:00:00Z", "bad": False, "verified": False}
    account.deploy(hello("two"), releases=[new, row])
    account.start()
    before = account.status()
    lose_status(account, damaged)

    assert account.start().body == "two"

    assert account.status() == before
    assert before["releases"] == [new, row]


@pytest.mark.parametrize("verified", [True, False])
def test_if_both_are_lost_only_a_release_that_was_healthy_may_be_gone_back_to(
    account: Account, *, verified: bool
) -> None:
    former = account.deploy(hello("one"))
    if verified:
        account.file("verified.json").write_text(json.dumps({"release": former, "nonce": "x"}))
    account.put(hello("two"), releases=[{"id": "two", "created": "", "bad": False}])
    account.file("status.json").unlink()
    account.file("settled.json").unlink()
    account.start()

    assert [row.get("verified") for row in account.status()["releases"]] == [None, verified]


@pytest.mark.soak
@pytest.mark.parametrize("damaged", first_of(DAMAGED))
def test_the_former_release_stays_in_the_list_of_a_run_that_found_no_status(
    account: Account, damaged: str | None
) -> None:
    former = account.deploy(hello("one"))
    account.put(hello("two"), releases=[{"id": "two", "created": "", "bad": False}])
    lose_status(account, damaged)

    assert account.start().body == "two"

    assert [row["id"] for row in account.status()["releases"]] == ["two", former]
