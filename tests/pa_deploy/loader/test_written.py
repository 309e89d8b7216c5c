"""What the app has written in its release is not left behind by the next one."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.pa_deploy.loader.test_loader import refusal
from tests.pa_deploy.release.account import Account, hello
from tests.soak import first_of, one_in

Write = Callable[[Path], object]


@pytest.fixture
def account(tmp_path: Path) -> Account:
    return Account(tmp_path)


def make_rows(path: Path, count: int = 1) -> None:
    """Have a database with so many rows more."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE IF NOT EXISTS rows (n)")
        database.executemany("INSERT INTO rows VALUES (?)", [(n,) for n in range(count)])
    database.close()


def rows_in(path: Path) -> int:
    database = sqlite3.connect(path)
    (count,) = database.execute("SELECT count(*) FROM rows").fetchone()
    database.close()
    return int(count)


def write(path: str, text: str = "written") -> Write:
    """As an app writes a file."""

    def of(release: Path) -> None:
        (release / path).parent.mkdir(parents=True, exist_ok=True)
        (release / path).write_text(text)

    return of


def wal(release: Path) -> None:
    """A database whose rows are in the file beside it, as an app leaves it that was killed."""
    database = sqlite3.connect(release / "app.db")
    database.execute("PRAGMA journal_mode=wal")
    database.execute("CREATE TABLE rows (n)")
    database.commit()
    contents = [(name, (release / name).read_bytes()) for name in ("app.db", "app.db-wal")]
    database.close()
    for name, content in contents:
        (release / name).write_bytes(content)


def replace_folder(release: Path) -> None:
    (release / "docs" / "a").unlink()
    (release / "docs").rmdir()
    (release / "docs").write_text("a file now")


def told(account: Account) -> dict[str, Any]:
    found: dict[str, Any] = account.status()["wrote"]
    return found


# --- what counts

COUNTS: list[tuple[Write, str, str]] = [
    (write("data.json"), "data.json", "data.json"),
    (lambda release: make_rows(release / "db.sqlite3"), "db.sqlite3", "db.sqlite3"),
    (write("media/a.png"), "media/a.png", "media/"),
    (write("text", "changed"), "text", "text"),
    (lambda release: make_rows(release / "__pycache__" / "x.log"), "__pycache__/x.log", ""),
    (wal, "app.db", "app.db"),
    (lambda release: (release / "up").symlink_to("/tmp"), "up", "up"),
    (replace_folder, "docs", "docs"),
    (write("two\nlines"), "two\nlines", "two\nlines"),
    (write("not-\udcff-utf8"), "not-\udcff-utf8", "not-\udcff-utf8"),
    (write("made", "changed"), "made", "made"),
]


@pytest.mark.parametrize(("do", "path", "share"), first_of(COUNTS))
def test_a_file_that_the_app_has_written_stops_the_next_release(
    account: Account, do: Write, path: str, share: str
) -> None:
    files = {"docs/a": "a"}
    first = account.deploy(hello("one", **files), run=["echo made > made"])
    do(account.code(first))
    account.put(hello("two", **files), base=first, run=["touch ../../../ran"], copied=[""])

    assert account.start().headers["X-Release"] == first

    assert refusal(account) == f"wrote: {path}: {REFUSED}"
    assert told(account)["paths"] == [path]
    if share:
        assert told(account)["share"] == [share]
    assert not account.file("ran").exists()


REFUSED = "the new release would not have what was written there"


def caches(release: Path) -> None:
    for path in ("__pycache__/a.pyc", "app.log", "app.log.1", "static/CACHE/x.css", "run.pid"):
        write(path)(release)


def rewrite(release: Path) -> None:
    (release / "data.json").unlink()
    (release / "data.json").write_text("{}")


def bind(release: Path) -> None:
    folder = os.open(release, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(f"/proc/self/fd/{folder}/app.here")
    os.mkfifo("queue", dir_fd=folder)
    os.close(folder)


HARMLESS: list[Write] = [
    caches,
    lambda release: os.utime(release / "data.json"),
    rewrite,
    lambda release: (release / "data.json").unlink(),
    bind,
    lambda release: (release / "empty").mkdir(),
    lambda release: (release / "data.json").chmod(0o600),
    write("committed", "the same"),
]


@pytest.mark.soak
@pytest.mark.parametrize("do", one_in(5, HARMLESS))
def test_what_the_next_release_can_do_without_does_not_stop_it(account: Account, do: Write) -> None:
    first = account.deploy(hello("one", **{"data.json": "{}"}))
    do(account.code(first))

    account.deploy(hello("two", **{"data.json": "[]", "committed": "the same"}), base=first)


@pytest.mark.parametrize("named", first_of([["data.json"], ["media/"], ["media/sub"]]))
def test_what_may_be_left_behind_does_not_stop_it(account: Account, named: list[str]) -> None:
    first = account.deploy(hello("one"))
    path = "data.json" if named == ["data.json"] else "media/sub/x"
    write(path)(account.code(first))

    account.deploy(hello("two"), base=first, discard=named)

    assert not account.released(path).exists()


@pytest.mark.soak
def test_what_the_app_writes_while_the_next_release_is_prepared_stops_it(account: Account) -> None:
    first = account.deploy(hello("one"))
    account.put(hello("two"), base=first, run=[f"echo x > {account.code(first)}/late.txt"])

    account.start()

    assert refusal(account) == f"wrote: late.txt: {REFUSED}"


def test_what_the_app_writes_when_the_next_release_is_ready_stops_it(account: Account) -> None:
    first = account.deploy(hello("one"))
    account.put(hello("two"), base=first, run=["true"])
    account.boot()
    assert account.wait_for_preparer() == "ready"
    write("later.txt")(account.code(first))

    assert account.boot().headers["X-Release"] == first

    assert refusal(account) == f"wrote: later.txt: {REFUSED}"


@pytest.mark.soak
def test_many_files_are_told_in_short(account: Account) -> None:
    first = account.deploy(hello("one", **{"data/seed": "x"}))
    for number in range(40):
        write(f"data/{number:02}.txt")(account.code(first))
        write(f"{number:02}.txt")(account.code(first))
    account.put(hello("two"), base=first)

    account.start()

    assert told(account)["count"] == 80
    assert len(told(account)["paths"]) == len(told(account)["share"]) == 10


@pytest.mark.soak
def test_a_release_without_a_list_is_compared_with_what_was_shipped(account: Account) -> None:
    """So are those of the first edition. What commands have made there, nobody knows."""
    first = account.deploy(hello("one"), run=["echo made > made"])
    account.file(f"files/{first}.json").unlink()
    second = account.deploy(hello("two"), base=first, copied=[""])
    account.file(f"files/{second}.json").unlink()
    make_rows(account.released("db"))
    account.put(hello("three"), base=second)

    account.start()

    assert told(account)["paths"] == ["db"]


@pytest.mark.soak
@pytest.mark.parametrize("damaged", one_in(4, ['{"files": {"a', "", "[]", '{"files": []}']))
def test_with_a_damaged_list_no_new_file_is_lost(account: Account, damaged: str) -> None:
    first = account.deploy(hello("one"))
    account.file(f"files/{first}.json").write_text(damaged)
    write("uploads/photo.jpg")(account.code(first))
    account.put(hello("two"), base=first)

    account.start()

    assert refusal(account).startswith("wrote: uploads/photo.jpg: ")


@pytest.mark.soak
def test_a_release_that_comes_again_does_not_forget_what_was_written_there(
    account: Account,
) -> None:
    first = account.deploy(hello("one"))
    write("notes")(account.code(first))
    second = account.deploy(hello("two"), base=first, discard=["notes"])
    account.deploy(hello("one"))
    account.point(second, app="mysite:app")

    account.start()

    assert told(account)["paths"] == ["notes"]


# --- a rollback, and releases that go


@pytest.mark.soak
def test_a_rollback_is_not_refused_and_says_what_it_hides(account: Account) -> None:
    first = account.deploy(hello("one"))
    second = account.deploy(hello("two"), base=first)
    write("notes")(account.code(second))
    account.point_back(first)

    assert account.start().headers["X-Release"] == first

    assert (
        f"release {second} has files that this one does not have: notes"
        in (account.status()["output"])
    )
    assert account.code(second).joinpath("notes").exists()


def test_what_was_written_in_a_release_outlives_it(account: Account) -> None:
    first = account.deploy(hello("one"))
    second = account.deploy(hello("two"), base=first)
    write("notes/today", "text")(account.code(second))
    make_rows(account.code(second) / "app.db", 20)
    account.point_back(first)
    account.start()

    for text in "345":
        account.deploy(hello(text), base=first)

    assert not account.code(second).exists()
    (kept,) = account.file("backups/notes").iterdir()
    assert kept.read_text() == "text"
    (kept,) = account.file("backups").glob("app.db.*.replaced")
    assert rows_in(kept) == 20


@pytest.mark.parametrize("is_there", first_of([True, False]))
def test_it_outlives_it_too_if_no_status_lists_the_release(
    account: Account, *, is_there: bool
) -> None:
    first = account.deploy(hello("one"))
    second = account.deploy(hello("two"), base=first)
    write("upload.txt", "text")(account.code(second))
    account.point_back(first)
    account.start()
    status = {**account.status(), "releases": []}
    account.file("status.json").unlink()
    if is_there:
        account.file("status.json").write_text(json.dumps(status))

    for text in "345":
        account.deploy(hello(text), base=first)

    assert not account.code(second).exists()
    (kept,) = account.file("backups").glob("upload.txt*")
    assert kept.read_text() == "text"


class TestASharedPathWithAFileInThePlaceOfItsLink:
    """A request that was under way when the release was left has renamed its file over it."""

    @pytest.fixture
    def former(self, account: Account) -> str:
        former = account.deploy(hello("one", data="old"), shared=["data"])
        account.deploy(hello("two"), shared=["data"])
        (account.code(former) / "data").unlink()
        (account.code(former) / "data").write_text("late")
        account.file("shared/data").write_text("newest")
        return former

    @pytest.mark.soak
    def test_it_is_not_what_the_site_has_after_a_rollback(
        self, account: Account, former: str
    ) -> None:
        account.point_back(former)
        account.start()

        assert account.live() == former
        assert account.start().body == "one"
        assert account.released("data").read_text() == "newest"

    @pytest.mark.soak
    @pytest.mark.usefixtures("former")
    def test_it_outlives_the_release(self, account: Account) -> None:
        for number in range(4):
            account.deploy(hello(str(number)), shared=["data"])

        (kept,) = account.file("backups").glob("data.*.replaced")
        assert kept.read_text() == "late"


@pytest.mark.parametrize("name", first_of(["photo-journal/a.jpg", "photo-wal", "photo-shm"]))
def test_what_is_named_like_a_part_of_a_shared_folder_is_not_shared(
    account: Account, name: str
) -> None:
    live = account.deploy(hello("one"), shared=["photo/"])
    file = account.code(live) / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("upload")
    account.put(hello("two"), shared=["photo/"])

    account.start()

    assert account.status()["state"] == "refused"
    assert file.read_text() == "upload"


@pytest.mark.soak
def test_what_was_written_in_a_release_without_a_record_is_kept(account: Account) -> None:
    live = account.deploy(hello("one"))
    (account.code(live) / "upload").write_text("upload")
    account.file(f"records/{live}.json").unlink()

    account.put(hello("one"))
    account.start()

    (kept,) = account.file("backups/releases").glob("*.replaced/code/upload")
    assert kept.read_text() == "upload"


@pytest.mark.soak
@pytest.mark.parametrize("target", one_in(2, ["data_v2", "{home}/data_v2"]))
def test_what_a_link_leads_to_that_the_app_has_put_there_is_shared(
    account: Account, target: str
) -> None:
    """As `ln -sfn data_v2 data` does."""
    live = account.deploy(hello("one", data="old"), shared=["data"])
    link = account.code(live) / "data"
    leads_to = link.parent / target.format(home=account.folder)
    leads_to.write_text("precious")
    link.unlink()
    link.symlink_to(target.format(home=account.folder))

    account.deploy(hello("two"), shared=["data"])

    assert account.released("data").read_text() == "precious"


@pytest.mark.parametrize("path", ["../db.sqlite3", "../uploads/cat.jpg"])
def test_what_was_written_above_the_source_is_not_left_behind(account: Account, path: str) -> None:
    first = account.deploy(hello("one"))
    write(path)(account.code(first))
    account.put(hello("two"), base=first)

    assert account.start().body == "one"

    assert told(account)["paths"] == [path]
    assert account.live() == first


def test_what_was_written_above_the_source_outlives_its_release(account: Account) -> None:
    first = account.deploy(hello("one"))
    last = account.deploy(hello("two"), base=first)
    write("../late.txt")(account.code(first))

    for text in ("three", "four", "five"):
        last = account.deploy(hello(text), base=last)

    assert [each.read_text() for each in account.file("backups").rglob("late.txt*")] == ["written"]
