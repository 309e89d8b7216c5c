"""The process that measures the disk or removes what no release needs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from pa_deploy.loader.files import Home
from pa_deploy.loader.layout import BUSY
from pa_deploy.loader.space import see_to_space
from pa_deploy.loader.space_note import RESERVED_BYTES, reserve
from tests.pa_deploy.release.account import Account, hello

GOOD = {"created": "", "bad": False}


@pytest.fixture
def account(tmp_path: Path) -> Account:
    made = Account(tmp_path)
    made.serve()
    return made


def ask(account: Account, word: str, keep: int) -> dict[str, Any]:
    see_to_space(Home(str(account.base)), word, keep, "id")
    told: dict[str, Any] = json.loads(account.file("space.json").read_text())
    assert (told["asked"], told["ended"]) == ("id", True)
    return told


def keep_more(account: Account, **rows: dict[str, Any]) -> None:
    """Releases that are kept besides the live one, the newest first."""
    status = account.status()
    for name, row in rows.items():
        account.code(name).mkdir(parents=True)
        account.file(f"records/{name}.json").write_text('{"app": "", "layout": 2}')
        status["releases"].append({"id": name, **GOOD, **row})
    account.file("status.json").write_text(json.dumps(status))


@pytest.mark.parametrize(
    ("keep", "stay"),
    [(0, "abcd"), (1, ""), (2, "c"), (3, "cd"), (50, "cd")],
)
def test_the_newest_that_were_healthy_stay_with_the_live_one(
    account: Account, keep: int, stay: str
) -> None:
    keep_more(account, a={"bad": True}, b={"verified": False}, c={}, d={"verified": True})

    told = ask(account, "prune", keep)

    names = sorted([account.live(), *stay])
    assert account.names("releases") == names == told["stay"]
    assert [row["id"] for row in account.status()["releases"]] == [account.live(), *stay]


def test_a_release_that_is_gone_is_not_kept_to_go_back_to(account: Account) -> None:
    keep_more(account, a={}, b={})
    shutil.rmtree(account.file("releases/a"))

    assert ask(account, "prune", 2)["stay"] == sorted(["b", account.live()])


def test_a_look_removes_nothing(account: Account) -> None:
    keep_more(account, a={})

    told = ask(account, "usage", 1)

    assert told["releases"] == ["a"]
    assert told["frees"] > 0
    assert "a" in account.names("releases")


@pytest.mark.parametrize("state", ["preparing", "ready"])
def test_nothing_is_removed_while_a_release_is_prepared(account: Account, state: str) -> None:
    keep_more(account, a={})
    status = {**account.status(), "state": state}
    account.file("status.json").write_text(json.dumps(status))

    assert ask(account, "prune", 1)["error"] == BUSY
    assert "a" in account.names("releases")


@pytest.mark.parametrize("record", [None, "", "{"])
def test_nothing_is_removed_if_nobody_knows_what_the_live_release_needs(
    account: Account, record: str | None
) -> None:
    keep_more(account, a={})
    file = account.file(f"records/{account.live()}.json")
    file.unlink()
    if record is not None:
        file.write_text(record)

    assert "record of the live release" in ask(account, "prune", 1)["error"]
    assert "a" in account.names("releases")


def test_the_answer_has_its_room_before_the_disk_is_full(account: Account) -> None:
    file = account.file("space.json")
    file.unlink(missing_ok=True)

    reserve(Home(str(account.base)))
    assert file.stat().st_size == RESERVED_BYTES
    ask(account, "usage", 2)
    assert file.stat().st_size == RESERVED_BYTES


def test_what_is_in_use_stays(account: Account) -> None:
    first = account.live()
    second = account.deploy(hello("two"), base=first)

    told = ask(account, "prune", 2)

    assert (told["releases"], told["frees"]) == ([], 0)
    assert account.names("releases") == sorted([first, second])
    assert account.start().body == "two"
