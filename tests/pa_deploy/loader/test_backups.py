"""Shared databases are copied before the commands of a release run."""

from __future__ import annotations

import re
import shutil
import sqlite3
import sys
from pathlib import Path

import pytest

from tests.pa_deploy.loader.test_disk import start_with_a_full_disk
from tests.pa_deploy.loader.test_loader import refusal
from tests.pa_deploy.loader.test_written import make_rows, rows_in
from tests.pa_deploy.release.account import Account, hello
from tests.soak import first_of, one_in

DELETE = [
    f"{sys.executable} -c \"import sqlite3; sqlite3.connect('db').execute('DROP TABLE rows')\""
]


@pytest.fixture
def account(tmp_path: Path) -> Account:
    return Account(tmp_path)


def copies(account: Account, path: str = "db") -> list[Path]:
    """The oldest first."""
    return sorted(account.file("backups").glob(f"{path}.*"))


@pytest.mark.parametrize(
    ("path", "shared"), first_of([("db", "db"), ("x.log", "x.log"), ("data/deep/db", "data/")])
)
def test_a_command_that_loses_data_has_left_a_copy(
    account: Account, path: str, shared: str
) -> None:
    first = account.deploy(hello("one", **{"data/seed": "x"}), shared=[shared])
    make_rows(account.file("shared", path), 20)
    lose = DELETE[0].replace("'db'", f"'{path}'")

    account.deploy(hello("two"), base=first, shared=[shared], run=[lose], backups=3)

    (copy,) = copies(account, path)
    assert rows_in(copy) == 20
    assert re.fullmatch(r".*\.\d{8}T\d{6}\.\d{6}Z", copy.name)
    assert copy.stat().st_mode & 0o777 == 0o600


@pytest.mark.soak
def test_the_newest_copies_are_kept_and_what_an_app_replaced_too(account: Account) -> None:
    live = account.deploy(hello("0"), shared=["db"])
    make_rows(account.file("shared/db"), 1)
    account.released("db").unlink()
    make_rows(account.released("db"), 5)
    for text in "1234":
        live = account.deploy(
            hello(text), base=live, shared=["db"], run=["true"], backups=2, copied=[""]
        )
        make_rows(account.file("shared/db"), 1)

    assert [rows_in(each) for each in copies(account)] == [1, 7, 8]
    assert [each.name.endswith(".replaced") for each in copies(account)] == [True, False, False]


@pytest.mark.soak
def test_nothing_new_is_not_copied_again(account: Account) -> None:
    """So runs that fail again and again do not push out the copy from before the first of them."""
    live = account.deploy(hello("0"), shared=["db"])
    make_rows(account.file("shared/db"), 20)
    for text in "1234":
        account.put(hello(text), base=live, shared=["db"], run=["false"], backups=2)
        account.start()

    assert [rows_in(each) for each in copies(account)] == [20]


@pytest.mark.soak
@pytest.mark.parametrize(
    "more", first_of([{"backups": 0, "run": ["true"]}, {"backups": 3}, {"run": ["true"]}])
)
def test_without_commands_or_with_none_wanted_nothing_is_copied(
    account: Account, more: dict[str, object]
) -> None:
    first = account.deploy(hello("one"), shared=["db"])
    make_rows(account.file("shared/db"), 20)

    account.deploy(hello("two"), base=first, shared=["db"], **more)

    assert not copies(account)


def test_a_copy_is_whole_while_an_app_writes(account: Account) -> None:
    first = account.deploy(hello("one"), shared=["db"])
    app = sqlite3.connect(account.file("shared/db"), isolation_level=None)
    app.execute("PRAGMA journal_mode=wal")
    app.execute("CREATE TABLE rows (n)")
    app.execute("INSERT INTO rows VALUES (1)")
    app.execute("BEGIN")
    app.execute("INSERT INTO rows VALUES (2)")

    account.deploy(hello("two"), base=first, shared=["db"], run=["true"], backups=1)

    (copy,) = copies(account)
    assert rows_in(copy) == 1
    app.close()


@pytest.mark.soak
def test_a_disk_without_room_for_the_copy_refuses_the_release(account: Account) -> None:
    first = account.deploy(hello("one"), shared=["db"])
    make_rows(account.file("shared/db"), 60_000)
    account.put(
        hello("two"), base=first, shared=["db"], run=["touch ../../../ran"], backups=1, copied=[""]
    )

    start_with_a_full_disk(account)

    assert refusal(account) == "backups: No space left on device"
    assert not account.file("ran").exists()
    assert not copies(account)


def test_a_database_that_cannot_be_copied_refuses_the_release(account: Account) -> None:
    first = account.deploy(hello("one"), shared=["db"])
    account.file("shared/db").write_bytes(b"SQLite format 3\0" + b"\xff" * 1008)
    account.put(hello("two"), base=first, shared=["db"], run=["true"], backups=1)

    account.start()

    assert refusal(account).startswith("backups: the database db: ")


LINKS = [("db", "db"), ("data/db", "data/"), ("data", "data/"), ("data/deep", "data/")]


@pytest.mark.soak
@pytest.mark.parametrize(("link", "shared"), one_in(2, LINKS))
def test_a_database_to_which_a_link_leads_is_copied_too(
    account: Account, link: str, shared: str
) -> None:
    """The account's owner keeps it elsewhere."""
    first = account.deploy(hello("one", **{"data/seed": "x"}), shared=[shared])
    elsewhere = account.folder / "elsewhere"
    make_rows(elsewhere / "db", 20)
    is_file = link.endswith("db")
    place = account.file("shared", link)
    shutil.rmtree(place, ignore_errors=True)
    place.symlink_to(elsewhere / "db" if is_file else elsewhere)
    path = link if is_file else f"{link}/db"

    account.deploy(hello("two"), base=first, shared=[shared], run=["true"], backups=3)

    (copy,) = copies(account, path)
    assert rows_in(copy) == 20
