"""A path that becomes shared takes along what is live, while the live app goes on with it."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pa_deploy.loader.test_crashes import EVERY, steps_until
from tests.pa_deploy.loader.test_loader import refusal
from tests.pa_deploy.loader.test_written import make_rows, rows_in, told, wal, write
from tests.pa_deploy.release.account import Account, hello
from tests.soak import first_of, one_in

WRITER = """\
import select, sqlite3, sys, time
database = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
database.execute("PRAGMA journal_mode=" + sys.argv[2]).fetchone()
count = 0
print("begun", flush=True)
while not select.select([sys.stdin], [], [], 0)[0]:
    if sys.argv[3] == "anew":
        database.close()
        database = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
    database.execute("INSERT INTO rows VALUES (?)", [count])
    count += 1
    time.sleep(0.005)
print(count)
"""


@pytest.fixture
def account(tmp_path: Path) -> Account:
    return Account(tmp_path)


PATHS = [
    ("db.sqlite3", "db.sqlite3"),
    ("instance/app.db", "instance/"),
    ("deep/down/rows", "deep/down/rows"),
]


@pytest.mark.parametrize(("path", "shared"), first_of(PATHS))
def test_rows_are_there_after_the_switch(account: Account, path: str, shared: str) -> None:
    first = account.deploy(hello("one"))
    make_rows(account.code(first) / path, 20)

    account.deploy(hello("two"), base=first, shared=[shared], run=["true"])

    assert rows_in(account.released(path)) == 20
    make_rows(account.code(first) / path, 1)
    assert rows_in(account.released(path)) == 21


@pytest.mark.soak
def test_what_was_shipped_too_is_taken_as_it_is_live(account: Account) -> None:
    files = hello("one", **{"data.json": "seed", "media/seed.png": "seed"})
    first = account.deploy(files)
    write("data.json", "live")(account.code(first))
    write("media/new.png", "live")(account.code(first))

    shared = ["data.json", "media/"]
    new = {"data.json": "newer", "media/more/new.css": "new", "media/seed.png": "newer"}
    account.deploy({**files, **new}, base=first, shared=shared, copied=[""])

    assert account.released("data.json").read_text() == "live"
    assert account.released("media/new.png").read_text() == "live"
    assert account.released("media/seed.png").read_text() == "seed"
    assert account.released("media/more/new.css").read_text() == "new"


@pytest.mark.soak
def test_what_nobody_has_written_to_comes_from_the_new_release(account: Account) -> None:
    first = account.deploy(hello("one", **{"data/a": "old"}))

    account.deploy(hello("two", **{"data/a": "new"}), base=first, shared=["data/"])

    assert account.released("data/a").read_text() == "new"


MODES = [
    ("delete", "kept"),
    ("wal", "kept"),
    ("delete", "anew"),
    ("wal", "anew"),
    ("persist", "kept"),
]


@pytest.mark.parametrize(("mode", "connection"), first_of(MODES))
@pytest.mark.parametrize("shared", first_of(["db.sqlite3", "data/"]))
def test_no_row_is_lost_that_is_written_meanwhile(
    account: Account, mode: str, connection: str, shared: str
) -> None:
    path = "data/db" if shared == "data/" else "db.sqlite3"
    first = account.deploy(hello("one"))
    here = account.code(first) / path
    make_rows(here, 0)
    words = [sys.executable, "-c", WRITER, str(here), mode, connection]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as app:
        assert app.stdout
        assert app.stdout.readline() == "begun\n"
        account.deploy(hello("two"), base=first, shared=[shared], run=["sleep 0.3"])
        count, errors = app.communicate("end\n", timeout=30)

    assert not errors
    assert rows_in(account.released(path)) == int(count) > 0


def test_a_refused_release_leaves_the_live_app_with_its_data(account: Account) -> None:
    first = account.deploy(hello("one"))
    make_rows(account.code(first) / "db.sqlite3", 20)
    account.put(hello("two"), base=first, shared=["db.sqlite3"], run=["false"])

    assert account.start().headers["X-Release"] == first
    make_rows(account.code(first) / "db.sqlite3", 1)

    account.deploy(hello("three"), base=first, shared=["db.sqlite3"])
    assert rows_in(account.released("db.sqlite3")) == 21


@pytest.mark.soak
def test_what_the_live_app_puts_in_the_place_of_the_link_is_kept(account: Account) -> None:
    first = account.deploy(hello("one"))
    path = account.code(first) / "data.json"
    path.write_text("old")
    save = f"cd {path.parent} && echo newer > x && mv x data.json"

    account.deploy(hello("two"), base=first, shared=["data.json"], run=[save])

    assert account.released("data.json").read_text() == "newer\n"


@pytest.mark.soak
def test_nobody_chooses_between_two_that_both_have_data(account: Account) -> None:
    """As after a rollback to a release that did not share it yet."""
    first = account.deploy(hello("one"))
    make_rows(account.code(first) / "db.sqlite3", 2)
    account.file("shared/db.sqlite3").parent.mkdir(exist_ok=True)
    make_rows(account.file("shared/db.sqlite3"), 7)
    files = hello("two")
    account.put(files, base=first, shared=["db.sqlite3"])

    account.start()

    assert refusal(account).startswith("wrote: db.sqlite3: ")
    assert (told(account)["twice"], told(account)["share"]) == (["db.sqlite3"], [])
    account.deploy(files, base=first, shared=["db.sqlite3"], discard=["db.sqlite3"])
    assert rows_in(account.released("db.sqlite3")) == 7


@pytest.mark.soak
def test_a_folder_that_becomes_shared_around_a_shared_file(account: Account) -> None:
    first = account.deploy(hello("one", **{"data/a": "seed"}), shared=["data/a"])
    write("data/a", "live")(account.code(first))
    write("data/b", "live")(account.code(first))

    account.deploy(hello("two", **{"data/a": "seed"}), base=first, shared=["data/"])

    assert account.released("data/a").read_text() == "live"
    assert account.released("data/b").read_text() == "live"


@pytest.mark.soak
def test_a_path_that_is_not_shared_any_more_is_the_releases_own(account: Account) -> None:
    files = hello("one", **{"data.json": "seed"})
    first = account.deploy(files, shared=["data.json"])

    account.deploy({**files, "text": "two"}, base=first)

    assert not account.released("data.json").is_symlink()
    assert account.released("data.json").read_text() == "seed"


# --- an app that writes at each moment

AT_EACH_STEP = """\
import os, sys
sys.path.insert(0, sys.argv[1])
from pa_deploy_loader.files import Home
from pa_deploy_loader.releases import Release, live
from pa_deploy_loader.shared import take_along
base, name, path, is_making = sys.argv[2:]
home, written, is_busy, made = Home(base), 0, False, 0
path = home.at("current", path)

def write(event, _):
    global written, is_busy, made
    if is_busy or not event.startswith(("os.", "shutil.")):
        return
    is_busy = True
    try:
        if is_making and made < 2 and not os.path.isdir(os.path.dirname(path)):
            os.makedirs(os.path.dirname(path))
            made += 1
        with open(path, "a") as file:
            file.write("row\\n")
        written += 1
    except OSError:
        pass  # a visitor has met an error page, and nothing is lost
    is_busy = False

sys.addaudithook(write)
take_along(Release(home, live(home)), name)
print(written)
"""
BECOMING = [
    (["data/rows"], "data/", "data/rows"),
    ([], "data/", "data/rows"),
    (["data/in/rows"], "data/", "data/in/rows"),
    (["data/in/"], "data/", "data/in/rows"),
    (["data/other"], "data/", "data/rows"),
    ([], "data/rows", "data/rows"),
    (["data/other"], "data/", "data/in/rows"),
]


@pytest.mark.soak
@pytest.mark.parametrize("is_making", first_of(["makes the folder", ""]))
@pytest.mark.parametrize(("before", "shared", "path"), one_in(3, BECOMING))
def test_what_an_app_has_stays_its_own_at_each_step(
    account: Account, before: list[str], shared: str, path: str, is_making: str
) -> None:

    files = hello("one", **{"data/rows": "", "data/other": "", "data/in/rows": ""})
    live = account.deploy(files, shared=before)
    (account.code(live) / path).write_text("row\n" * 1000)
    loader = str(next(account.file("loader").glob("*.zip")))
    words = [sys.executable, "-c", AT_EACH_STEP, loader, str(account.base), shared, path, is_making]

    done = subprocess.run(words, check=False, capture_output=True, text=True)
    assert not done.stderr
    written = int(done.stdout)

    kept = account.file("shared", path).read_text().count("row")
    copies = account.file("backups").rglob("*")
    aside = sum(each.read_text().count("row") for each in copies if each.is_file())
    assert written > 3
    assert kept >= 1000 + written - 9, "nothing but what was made in the moment between"
    assert kept + aside == 1000 + written
    assert (account.code(live) / path).samefile(account.file("shared", path))
    assert not list(account.code(live).rglob("*.pa-deploy-link"))


# --- killed at any moment


@pytest.mark.soak
@pytest.mark.parametrize(
    ("before", "shared"), [([], "data/"), ([], "db.sqlite3"), (["data/db"], "data/")]
)
def test_a_preparer_that_is_killed_loses_nothing(
    account: Account, before: list[str], shared: str
) -> None:
    path = "data/db" if shared == "data/" else "db.sqlite3"
    first = account.deploy(hello("one", **{"data/other": ""}), shared=before)
    make_rows(account.code(first) / path, 20)
    release = account.put(hello("two"), base=first, shared=[shared])
    start = account.folder / "start"
    shutil.copytree(account.base, start, symlinks=True)
    total = steps_until(account, "prepare", 0)

    for fatal in range(1, total + 1, EVERY):
        shutil.rmtree(account.base)
        shutil.copytree(start, account.base, symlinks=True)
        assert steps_until(account, "prepare", fatal) < fatal, fatal

        account.start()

        assert account.live() == release, fatal
        assert rows_in(account.released(path)) == 20, fatal
        assert rows_in(account.code(first) / path) == 20, fatal
        assert not list(account.code(first).glob("**/*.pa-deploy-link")), fatal


@pytest.mark.soak
def test_what_is_beside_a_database_goes_with_it(account: Account) -> None:
    """A `-wal` of another database would damage the one that has taken its place."""
    first = account.deploy(hello("one"), shared=["app.db"])
    wal(account.file("shared"))
    account.released("app.db").unlink()
    make_rows(account.released("app.db"), 3)

    account.deploy(hello("two"), base=first, shared=["app.db"])

    assert rows_in(account.released("app.db")) == 3
    (kept,) = account.file("backups").glob("app.db.*.replaced")
    assert rows_in(kept) == 0


def test_a_link_that_somebody_has_deleted_is_made_again(account: Account) -> None:
    first = account.deploy(hello("one", data="seed"), shared=["data"])
    account.released("data").unlink()
    account.put(hello("two", data="seed"), base=first, shared=["data"], run=["false"])

    account.start()

    assert account.released("data").read_text() == "seed"


KILLED = """\
import os, sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("PRAGMA cache_size=1")
database.execute("SELECT count(*) FROM rows").fetchone()
print("begun", flush=True)
sys.stdin.readline()
database.execute("BEGIN")
database.execute("UPDATE rows SET n = 'x' || hex(randomblob(500))")
os.kill(os.getpid(), 9)
"""


@pytest.mark.soak
def test_the_half_of_a_transaction_is_undone(account: Account) -> None:
    """Of an app that has opened the database where it was, and is killed while it writes."""
    first = account.deploy(hello("one"))
    path = account.code(first) / "db"
    make_rows(path, 2000)
    words = [sys.executable, "-c", KILLED, str(path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True) as app:
        assert app.stdout
        assert app.stdout.readline() == "begun\n"
        account.put(hello("two"), base=first, shared=["db"], run=["true"])
        account.boot()
        assert account.wait_for_preparer() == "ready"
        app.communicate("go\n", timeout=30)
    assert path.with_name("db-journal").exists()

    account.start()

    database = sqlite3.connect(account.released("db"))
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert database.execute("SELECT count(*) FROM rows WHERE n LIKE 'x%'").fetchone() == (0,)
    database.close()


LAZY = """\
import os, sqlite3, sys
database = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
print("begun", flush=True)
sys.stdin.readline()
database.execute("INSERT INTO rows VALUES (1)")
print("written", flush=True)
sys.stdin.readline()
if sys.argv[2] == "killed":
    os.kill(os.getpid(), 9)
"""
USE = "import sqlite3; c = sqlite3.connect('db'); c.execute('INSERT INTO rows VALUES (2)')"
USE += "; c.commit(); c.close()"
OTHERS = [(["true"], 4), ([f'python -c "{USE}"'], 5)]


@pytest.mark.soak
@pytest.mark.parametrize("end", one_in(2, ["killed", "closed", "goes on"]))
@pytest.mark.parametrize(("run", "count"), one_in(2, OTHERS))
def test_what_an_app_writes_that_has_opened_it_before_and_not_read_is_there(
    account: Account, end: str, run: list[str], count: int
) -> None:
    """SQLite looks for the file beside a database at the first statement, by the old name."""
    first = account.deploy(hello("one"))
    path = account.code(first) / "db"
    make_rows(path, 3)
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA journal_mode=wal")
    database.close()
    words = [sys.executable, "-c", LAZY, str(path), end]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True) as app:
        assert app.stdin
        assert app.stdout
        assert app.stdout.readline() == "begun\n"
        account.put(hello("two"), base=first, shared=["db"], run=run)
        account.boot()
        assert account.wait_for_preparer() == "ready"
        print("go", file=app.stdin, flush=True)
        assert app.stdout.readline() == "written\n"
        if end != "goes on":
            app.communicate("end\n", timeout=30)

        account.start()

        assert rows_in(account.released("db")) == count
        if end == "goes on":
            app.communicate("end\n", timeout=30)
