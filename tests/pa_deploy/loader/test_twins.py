"""The link to a shared database is gone, and another database stands in its place."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.pa_deploy.release.account import Account, hello
from tests.soak import one_in

PLACES = {"app.db": "app.db", "data/": "data/app.db", "a/b.sqlite3": "a/b.sqlite3"}
"""A shared path, and the database that it has."""


def fill(path: Path, *rows: str) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE IF NOT EXISTS t (x)")
        database.executemany("INSERT INTO t VALUES (?)", [[row] for row in rows])


def rows_in(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as database:
        return [row[0] for row in database.execute("SELECT x FROM t ORDER BY x")]


def make_empty(path: Path) -> None:
    fill(path)


def open_only(path: Path) -> None:
    path.touch()


def in_wal(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE t (x)")


@pytest.fixture
def account(tmp_path: Path) -> Account:
    return Account(tmp_path)


def deploy(account: Account, shared: str) -> str:
    """A release with a shared database of two rows; its id."""
    path = PLACES[shared]
    release = account.deploy(hello("one", **{path: "seed"}), shared=[shared])
    kept = account.file("shared", path)
    kept.unlink()
    fill(kept, "one", "two")
    return release


def lose_link(account: Account, shared: str) -> Path:
    """Delete the link; where the app would make the database anew."""
    account.released(shared.rstrip("/")).unlink()
    anew = account.released(PLACES[shared])
    anew.parent.mkdir(exist_ok=True)
    return anew


@pytest.mark.soak
@pytest.mark.parametrize("shared", one_in(3, PLACES))
@pytest.mark.parametrize("make", one_in(3, [make_empty, open_only, in_wal]))
def test_a_database_without_rows_takes_no_other_s_place(
    account: Account, shared: str, make: Callable[[Path], None]
) -> None:
    first = deploy(account, shared)
    make(lose_link(account, shared))

    account.deploy(hello("two"), base=first, shared=[shared])

    assert rows_in(account.released(PLACES[shared])) == ["one", "two"]
    assert rows_in(account.code(first) / PLACES[shared]) == ["one", "two"]


@pytest.mark.parametrize("shared", one_in(3, PLACES))
def test_if_both_have_rows_the_deploy_stops(account: Account, shared: str) -> None:
    first = deploy(account, shared)
    anew = lose_link(account, shared)
    fill(anew, "three")
    account.put(hello("two"), base=first, shared=[shared])

    assert account.start().body == "one"

    assert account.status()["state"] == "refused"
    assert account.status()["wrote"]["twice"] == [PLACES[shared]]
    assert rows_in(anew) == ["three"]
    assert rows_in(account.file("shared", PLACES[shared])) == ["one", "two"]


@pytest.mark.parametrize("shared", one_in(3, PLACES))
@pytest.mark.parametrize(("kept", "rows"), one_in(2, [("shared", 2), ("live", 1)]))
def test_the_user_chooses_one(account: Account, shared: str, kept: str, rows: int) -> None:
    first = deploy(account, shared)
    fill(lose_link(account, shared), "three")
    discard = [PLACES[shared]] if kept == "shared" else []
    if kept == "live":
        there = account.file("shared", PLACES[shared])
        there.rename(f"{there}.before")

    account.deploy(hello("two"), base=first, shared=[shared], discard=discard)

    assert len(rows_in(account.released(PLACES[shared]))) == rows


@pytest.mark.soak
@pytest.mark.parametrize("target", one_in(3, ["/dev/null", "nowhere", "empty.db"]))
def test_a_link_to_what_has_no_data_is_replaced(
    account: Account, tmp_path: Path, target: str
) -> None:
    first = deploy(account, "app.db")
    make_empty(tmp_path / "empty.db")
    account.released("app.db").unlink()
    account.released("app.db").symlink_to(tmp_path / target)

    account.deploy(hello("two"), base=first, shared=["app.db"])

    assert rows_in(account.released("app.db")) == ["one", "two"]


def test_a_deleted_link_is_made_again_before_the_app_is_imported(account: Account) -> None:
    deploy(account, "app.db")
    account.released("app.db").unlink()

    account.boot()

    assert rows_in(account.released("app.db")) == ["one", "two"]


@pytest.mark.soak
def test_other_files_of_a_folder_stay(account: Account) -> None:
    first = deploy(account, "data/")
    account.file("shared/data/photo.jpg").write_text("photo")
    lose_link(account, "data/")
    account.released("data/new.jpg").write_text("new")

    account.deploy(hello("two"), base=first, shared=["data/"])

    names = {each.name for each in account.file("shared/data").iterdir()}
    assert names == {"app.db", "new.jpg", "photo.jpg"}


@pytest.mark.soak
def test_a_rollback_is_not_refused_and_goes_on_with_what_is_shared(account: Account) -> None:
    first = deploy(account, "app.db")
    second = account.deploy(hello("two"), base=first, shared=["app.db"])
    fill(lose_link(account, "app.db"), "three")
    account.point_back(first)

    assert account.start().body == "one"

    assert rows_in(account.released("app.db")) == ["one", "two"]
    assert rows_in(account.code(second) / "app.db") == ["three"]
    assert "app.db of release" in account.status()["output"]
