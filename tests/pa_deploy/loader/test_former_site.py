"""The first release takes over what a site has written that somebody made by hand."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.pa_deploy.loader.test_loader import refusal
from tests.pa_deploy.loader.test_preparing import waiting
from tests.pa_deploy.loader.test_written import make_rows, rows_in, told
from tests.pa_deploy.release.account import Account, hello
from tests.pa_emulator.waiting import eventually
from tests.soak import first_of, one_in

BY_HAND = """\
import sys
path = '{path}'
if path not in sys.path:
    sys.path.append(path)
def application(environ, start_response):
    start_response("200 OK", [])
    return [b"by hand"]
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home/alice"


@pytest.fixture
def account(home: Path) -> Account:
    """An account whose site is in `mysite`, with what the release has too."""
    account = Account(home / ".pa-deploy")
    write_site(home / "mysite")
    by_hand(account, "/home/alice/mysite")
    return account


def write_site(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in hello("by hand").items():
        (folder / name).write_text(text)


def by_hand(account: Account, path: str) -> None:
    account.file("before/wsgi_before.py").write_text(BY_HAND.format(path=path))


def of_the_web_tab(account: Account) -> list[str]:
    by_hand(account, "/var/www")
    return ["/home/alice/mysite/"]


def of_the_wsgi_file(account: Account) -> list[str]:
    by_hand(account, "~/mysite")
    return []


def of_a_folder_below(account: Account) -> list[str]:
    by_hand(account, "/home/alice/mysite/inner")
    (account.folder.parent / "mysite" / "inner").mkdir()
    return ["/home/alice/"]


@pytest.mark.parametrize("tell", first_of([of_the_web_tab, of_the_wsgi_file, of_a_folder_below]))
@pytest.mark.parametrize("path", ["db.sqlite3", "data/db"])
def test_rows_of_the_former_site_are_there(
    account: Account, home: Path, tell: Callable[[Account], list[str]], path: str
) -> None:
    make_rows(home / "mysite" / path, 20)
    shared = "data/" if "/" in path else path

    account.deploy(hello("one"), shared=[shared], run=["true"], former=tell(account))

    assert rows_in(account.released(path)) == 20
    make_rows(account.released(path), 1)
    assert rows_in(home / "mysite" / path) == 20


@pytest.mark.parametrize(("rows", "is_run"), [(20, False), (0, True)])
def test_commands_for_a_new_site_do_not_run_on_the_data_of_a_former_one(
    account: Account, home: Path, rows: int, *, is_run: bool
) -> None:
    if rows:
        make_rows(home / "mysite" / "db", rows)

    account.deploy(hello("one"), shared=["db"], first_run=["touch ran"])

    assert account.released("ran").exists() is is_run
    assert ("first-run is left out" in account.status()["output"]) is not is_run


def test_a_database_that_is_not_shared_stops_the_first_release(
    account: Account, home: Path
) -> None:
    make_rows(home / "mysite" / "db.sqlite3", 20)
    account.put(hello("one"))

    assert account.start().body == "by hand"

    assert refusal(account).startswith(f"former: {home}/mysite: ")
    assert told(account)["share"] == ["db.sqlite3"]
    account.deploy(hello("one"), discard=["db.sqlite3"])


def test_a_site_that_has_nothing_to_do_with_the_release_is_left_alone(
    account: Account, home: Path
) -> None:
    for name in hello(""):
        (home / "mysite" / name).unlink()
    make_rows(home / "mysite" / "db.sqlite3", 20)

    account.deploy(hello("one"), shared=["db.sqlite3"])

    assert not account.released("db.sqlite3").exists()
    assert f"stays where it is: {home}/mysite/db.sqlite3" in account.status()["output"]


@pytest.mark.soak
def test_what_the_former_site_writes_meanwhile_refuses_the_release(
    account: Account, home: Path
) -> None:
    """It is copied anew by the next one."""
    path = home / "mysite" / "db"
    make_rows(path, 20)
    more = f"{sys.executable} -c \"import sqlite3; c = sqlite3.connect('{path}'); "
    more += "c.execute('INSERT INTO rows VALUES (1)'); c.commit()\""
    account.put(hello("one"), shared=["db"], run=[more])

    account.start()

    assert refusal(account).startswith("shared: db: the old site has written to")
    account.deploy(hello("one"), shared=["db"], run=["true"])
    assert rows_in(account.released("db")) == 21


@pytest.mark.soak
def test_what_was_taken_over_is_not_taken_again(account: Account, home: Path) -> None:
    make_rows(home / "mysite" / "db", 20)
    first = account.deploy(hello("one"), shared=["db"])
    make_rows(account.released("db"), 1)
    make_rows(home / "mysite" / "db", 5)

    account.deploy(hello("two"), base=first, shared=["db"])

    assert rows_in(account.released("db")) == 21


class TestASiteThatHasServedAgain:
    """A release was left for it: by a rollback to before all releases, or by hand."""

    @pytest.fixture
    def left(self, account: Account, home: Path) -> Account:
        make_rows(home / "mysite/db", 3)
        account.deploy(hello("bad"), shared=["db"])
        make_rows(home / "mysite/db", 10)
        account.file("before/again").touch()
        return account

    @pytest.mark.soak
    def test_it_serves_while_the_next_release_is_prepared(self, left: Account) -> None:
        go = left.base / "go"
        left.put(hello("two"), shared=["db"], run=[f"until test -e {go}; do sleep 0.02; done"])

        assert left.boot().body == "by hand"

        go.touch()
        assert left.start().body == "two"

    @pytest.mark.soak
    def test_its_data_is_taken_and_that_of_the_release_is_kept(self, left: Account) -> None:
        left.deploy(hello("two"), shared=["db"])

        assert rows_in(left.released("db")) == 13
        (kept,) = left.file("backups").glob("db.*.replaced")
        assert rows_in(kept) == 3


@pytest.mark.soak
@pytest.mark.parametrize(
    "moved",
    one_in(
        2,
        [
            {f"static/{number}.css": "x" for number in range(20)},
            {"web/mysite.py": hello("")["mysite.py"]},
        ],
    ),
)
def test_new_files_of_the_repository_do_not_hide_the_former_site(
    account: Account, home: Path, moved: dict[str, str]
) -> None:
    make_rows(home / "mysite/db", 20)

    account.deploy({**hello("one"), **moved}, shared=["db"])

    assert rows_in(account.released("db")) == 20


@pytest.mark.soak
def test_a_database_of_the_former_site_may_be_a_link(account: Account, home: Path) -> None:
    make_rows(home / "data.sqlite3", 20)
    (home / "mysite/db").symlink_to(home / "data.sqlite3")

    account.deploy(hello("one"), shared=["db"])

    assert rows_in(account.released("db")) == 20


def test_links_in_its_folders_are_copied_as_what_they_lead_to(account: Account, home: Path) -> None:
    (home / "pictures").mkdir()
    (home / "pictures/a.jpg").write_text("a")
    (home / "mysite/media").mkdir()
    (home / "mysite/media/a.jpg").symlink_to("../../pictures/a.jpg")
    (home / "mysite/media/gone.jpg").symlink_to("nowhere")

    account.deploy(hello("one"), shared=["media/"])

    assert account.released("media/a.jpg").read_text() == "a"


NAMED = [
    "sys.path.insert(0, str(Path.home() / 'mysite'))",
    "sys.path.insert(0, '/home/alice/linked')",
    "sys.path.insert(0, '/home/alice/etisym'[::-1])",
    "sys.path.insert(0, os.path.join(os.environ['HOME'], 'mysite'))",
    "exec(open('/no/such').read())",
    "sys.path.insert(0, here('mysite'))",
    "from mysite import app as application",
]


@pytest.mark.soak
@pytest.mark.parametrize("line", one_in(3, NAMED))
def test_the_folder_is_found_however_the_wsgi_file_names_it(
    account: Account, home: Path, line: str
) -> None:
    """If it cannot be read, by the code that is there."""
    account.file("before/wsgi_before.py").write_text(f"import os, sys\n{line}\n")
    (home / "linked").symlink_to("mysite")
    make_rows(home / "mysite/db", 20)

    account.deploy(hello("one"), shared=["db"], former=["/home/alice/"])

    assert rows_in(account.released("db")) == 20


UNREADABLE = "from mysite import app as application\n"


class TestAFolderOfTheSameNamesThatNothingNames:
    """It may be another site's."""

    @pytest.fixture
    def blog(self, account: Account, home: Path) -> Account:
        account.file("before/wsgi_before.py").write_text(UNREADABLE)
        make_rows(home / "mysite/db", 20)
        return account

    @pytest.mark.parametrize("place", first_of(["www", "before"]))
    def test_it_is_left_alone_if_another_site_is_there(
        self, blog: Account, home: Path, place: str
    ) -> None:
        other = home / ".pa-deploy/blog/before/wsgi_before.py"
        if place == "www":
            other = home.parent.parent / "var/www/blog_example_com_wsgi.py"
        other.parent.mkdir(parents=True)
        other.write_text(BY_HAND.format(path="/home/alice/mysite"))

        blog.deploy(hello("one"), shared=["db"])

        assert not blog.released("db").exists()

    def test_it_stops_the_release_if_its_code_is_another(self, blog: Account, home: Path) -> None:
        (home / "mysite/mysite.py").write_text("another = 'app'\n")
        blog.put(hello("one"), shared=["db"])

        blog.start()

        assert refusal(blog) == f"former-folder: {home}/mysite: it may be in {home}/mysite"


class TestSeveralFoldersThatMayBeTheSites:
    @pytest.fixture
    def several(self, account: Account, home: Path) -> Account:
        """One of them has data."""
        account.file("before/wsgi_before.py").write_text(UNREADABLE)
        write_site(home / "deep/copy")
        make_rows(home / "mysite/db", 20)
        return account

    @pytest.mark.parametrize("shared", first_of([["db"], [], ["media/"]]))
    def test_they_stop_the_first_release(
        self, several: Account, home: Path, shared: list[str]
    ) -> None:
        several.put(hello("one"), shared=shared)

        several.start()

        assert refusal(several) == (
            f"former-folder: {home}/mysite: it may be in {home}/mysite or in {home}/deep/copy"
        )

    @pytest.mark.soak
    @pytest.mark.parametrize(
        "more", one_in(2, [{"former": ["/home/alice/mysite"]}, {"discard": ["db"]}])
    )
    def test_the_next_step_works(self, several: Account, more: dict[str, Any]) -> None:
        several.deploy(hello("one"), shared=["db"], **more)

        assert several.released("db").exists() == ("former" in more)

    @pytest.mark.soak
    def test_they_do_not_if_there_is_no_data(self, several: Account, home: Path) -> None:
        (home / "mysite/db").unlink()

        several.deploy(hello("one"), shared=["db"])


@pytest.mark.parametrize("has_data", first_of([True, False]))
def test_a_site_that_is_named_elsewhere_is_not_guessed(
    account: Account, home: Path, *, has_data: bool
) -> None:
    """The folder that has the code may be a clone in which somebody has tried it."""
    (home / "other").mkdir()
    by_hand(account, "/home/alice/other")
    if has_data:
        make_rows(home / "mysite/db", 20)
    account.put(hello("one"), shared=["db"])

    account.start()

    assert account.status()["state"] == ("refused" if has_data else "live")


def test_a_folder_that_is_not_found_is_told(account: Account, home: Path) -> None:
    account.file("before/wsgi_before.py").write_text(UNREADABLE)
    for name in hello(""):
        (home / "mysite" / name).unlink()

    account.deploy(hello("one"), shared=["db"])

    assert "the folder of the old site was not found" in account.status()["output"]


class TestAnAppThatOpensItsDatabaseByARelativePath:
    """It is in the folder in which the app runs: on PythonAnywhere, mostly the home directory."""

    def test_it_is_taken_over(self, account: Account, home: Path) -> None:
        make_rows(home / "db", 20)

        account.deploy(hello("one"), shared=["db"], former=["/home/alice/"])

        assert rows_in(account.released("db")) == 20

    def test_it_stops_the_release_if_it_is_not_shared(self, account: Account, home: Path) -> None:
        make_rows(home / "rows.db", 20)
        make_rows(home / "other.db", 20)
        (home / "mysite/mysite.py").write_text("open('rows.db')\n")
        account.put(hello("one"), former=["/home/alice/"])

        account.start()

        assert told(account)["share"] == ["rows.db"]

    @pytest.mark.soak
    def test_nobody_chooses_between_two(self, account: Account, home: Path) -> None:
        make_rows(home / "db", 20)
        make_rows(home / "mysite/db", 2)
        account.put(hello("one"), shared=["db"], former=["/home/alice/"])

        account.start()

        assert refusal(account) == f"former-data: db: there are {home}/mysite/db and {home}/db"

    @pytest.mark.parametrize("link", first_of(["file", "folder"]))
    def test_two_names_of_one_are_one(self, account: Account, home: Path, link: str) -> None:
        make_rows(home / "mysite/db", 20)
        if link == "file":
            (home / "db").symlink_to("mysite/db")
        former = ["/home/alice/"] if link == "file" else ["/home/alice/again"]
        (home / "again").symlink_to("mysite")

        account.deploy(hello("one"), shared=["db"], former=former)

        assert rows_in(account.released("db")) == 20


def closed(app: sqlite3.Connection, _: Path) -> None:
    """So SQLite moves what is in the file beside it into the database."""
    app.close()


def moved(app: sqlite3.Connection, _: Path) -> None:
    app.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


def touched(_: sqlite3.Connection, path: Path) -> None:
    path.touch()


@pytest.mark.soak
@pytest.mark.parametrize("do", one_in(3, [closed, moved, touched]))
@pytest.mark.parametrize("path", one_in(2, ["db", "data/db"]))
def test_a_database_that_has_changed_outwardly_alone_does_not_stop_it(
    account: Account, home: Path, do: Callable[[sqlite3.Connection, Path], None], path: str
) -> None:
    here, go = home / "mysite" / path, account.base / "go"
    make_rows(here, 20)
    app = sqlite3.connect(here, isolation_level=None)
    app.execute("PRAGMA journal_mode=wal")
    app.execute("INSERT INTO rows VALUES (1)")
    shared = ["data/" if "/" in path else path]
    account.put(hello("one"), shared=shared, run=[waiting(go)])
    account.boot()
    assert eventually(Path(f"{go}.begun").exists)

    do(app, here)
    go.touch()

    assert account.start().body == "one"
    assert rows_in(account.released(path)) == 21
    app.close()


@pytest.mark.soak
def test_databases_that_links_in_its_folders_lead_to_are_copied_whole(
    account: Account, home: Path
) -> None:
    make_rows(home / "store/db", 20)
    app = sqlite3.connect(home / "store/db", isolation_level=None)
    app.execute("PRAGMA journal_mode=wal")
    app.execute("INSERT INTO rows VALUES (1)")
    (home / "mysite/data").mkdir()
    (home / "mysite/data/one").symlink_to(home / "store/db")
    (home / "mysite/data/all").symlink_to(home / "store")
    (home / "store/back").symlink_to(home / "store")

    account.deploy(hello("one"), shared=["data/"])

    assert [rows_in(account.released(f"data/{each}")) for each in ("one", "all/db")] == [21, 21]
    app.close()
