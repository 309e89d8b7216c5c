"""What the loader has written down, if somebody has damaged it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.pa_deploy.release.account import Account, hello
from tests.soak import first_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def account(tmp_path: Path) -> Account:
    return Account(tmp_path)


@pytest.mark.soak
@pytest.mark.parametrize("damaged", first_of(["", "{", "[]", "{}", '{"releases": 7}', None]))
def test_the_former_release_stays_in_the_list_of_a_run_that_found_no_status(
    account: Account, damaged: str | None
) -> None:
    former = account.deploy(hello("one"))
    account.put(hello("two"), releases=[{"id": "two", "created": "", "bad": False}])
    account.file("status.json").unlink()
    if damaged is not None:
        account.file("status.json").write_text(damaged)

    assert account.start().body == "two"

    assert [row["id"] for row in account.status()["releases"]] == ["two", former]
