"""What an earlier edition has left is taken over, whoever starts in which order."""

from __future__ import annotations

import itertools
import json
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.pa_deploy.loader.packages import packages
from tests.pa_deploy.loader.test_crashes import EVERY, steps_until
from tests.pa_deploy.release.account import Account, hello
from tests.pa_deploy.release.edition import NUMBERS, Edition, Former
from tests.soak import first_of, one_in

OLD, NEW = "0" * 16, "1" * 16
ENV = {"GREETING": "a former secret"}
APP = """\
import os
from pathlib import Path
def app(environ, start_response):
    start_response('200 OK', [])
    text = Path('text').read_text()
    return [' '.join([text, Path('db.sqlite3').read_text(), os.environ['GREETING']]).encode()]
"""


def files(text: str) -> dict[str, str]:
    """An app that answers with a text of its release, with its data and with its secret."""
    return {**code(text), "db.sqlite3": "seed"}


def code(text: str) -> dict[str, str]:
    return {"mysite.py": APP, "text": text}


@pytest.fixture(scope="module", params=NUMBERS)
def edition(request: pytest.FixtureRequest) -> Edition:
    return Edition(request.param)


@pytest.fixture
def account(edition: Edition, left: Account, tmp_path: Path) -> Account:
    """An account with what the other one has."""
    made = Account(tmp_path)
    shutil.rmtree(made.base)
    shutil.copytree(left.base, made.base, symlinks=True)
    write_back(made, edition)
    return made


@pytest.fixture(scope="module")
def left(edition: Edition, tmp_path_factory: pytest.TempPathFactory) -> Account:
    """An account with two releases of that edition, whose app has written data."""
    made = Account(tmp_path_factory.mktemp("left"))
    write_back(made, edition)
    former = Former(edition, made.base)
    for release, text in ((OLD, "old"), (NEW, "new")):
        former.point(release, files(text), ENV)
        assert made.start().headers["X-Release"] == release, made.status()
    made.file("shared/db.sqlite3").write_text("rows")
    return made


def write_back(account: Account, edition: Edition) -> None:
    account.wsgi.write_text(edition.loader(str(account.base)))


def upgrade(account: Account) -> None:
    account.install()


@pytest.mark.soak
def test_the_live_release_goes_on_serving(account: Account) -> None:
    upgrade(account)

    answer = account.start()

    assert (answer.body, answer.headers["X-Release"]) == ("new rows a former secret", NEW)
    assert answer.errors == ""


def test_records_and_secrets_come_to_their_places(account: Account, edition: Edition) -> None:
    upgrade(account)
    account.start()

    assert account.names("releases") == [OLD, NEW]
    assert account.names("records") == account.names("secrets") == [f"{OLD}.json", f"{NEW}.json"]
    assert json.loads(account.file(f"secrets/{NEW}.json").read_text()) == ENV
    record = account.record(NEW)
    assert (record["layout"], record["env"]) == (edition.number, ["GREETING"])
    assert account.status()["layout"] == 2


def test_secrets_are_nowhere_else_and_closed(account: Account) -> None:
    upgrade(account)
    account.start()

    having = [each for each in account.base.rglob("*") if each.is_file() and not each.is_symlink()]
    having = [each for each in having if b"a former secret" in each.read_bytes()]
    assert {each.parent.name for each in having} == {"secrets"}
    assert {stat.S_IMODE(each.stat().st_mode) for each in having} == {0o600}
    assert stat.S_IMODE(account.file("secrets").stat().st_mode) == 0o700


def test_a_second_start_changes_nothing(account: Account) -> None:
    upgrade(account)
    account.start()
    before = listing(account)

    account.start()

    assert listing(account) == before


def listing(account: Account) -> dict[str, float]:
    found = {str(each): each.lstat().st_mtime_ns for each in account.base.rglob("*")}
    changing = ("__pycache__", "boot.json")
    return {path: found[path] for path in found if not any(part in path for part in changing)}


@pytest.mark.soak
def test_back_to_a_release_of_that_edition(account: Account) -> None:
    upgrade(account)
    account.point(OLD)

    answer = account.start()

    assert (answer.body, answer.headers["X-Release"]) == ("old rows a former secret", OLD)


@pytest.mark.soak
def test_a_new_release_is_built_from_the_former_one(account: Account) -> None:
    upgrade(account)
    account.start()

    release = account.put(code("newer"), base=NEW, shared=["db.sqlite3"], env=ENV)

    assert account.start().body == "newer rows a former secret"
    assert account.live() == release
    assert account.code(release).is_dir()


@pytest.mark.soak
def test_releases_of_that_edition_are_pruned_in_the_end(account: Account) -> None:
    upgrade(account)
    for number in range(4):
        account.deploy(hello(str(number)))

    assert not {OLD, NEW} & set(account.names("releases"))
    assert not {f"{OLD}.json", f"{NEW}.json"} & {*account.names("records")}
    assert account.names("secrets") == []


@pytest.mark.soak
@pytest.mark.parametrize("then", first_of(["a release", "nothing", "back"]))
def test_its_wsgi_file_written_back_by_hand_serves_what_is_live(
    account: Account, edition: Edition, then: str
) -> None:
    upgrade(account)
    account.start()
    live = NEW
    if then == "a release":
        live = account.deploy(hello("newer"))
    elif then == "back":
        account.point(OLD)
        account.start()
        live = OLD
    expected = account.start().body
    write_back(account, edition)

    answer = account.start()

    assert answer.body == expected
    assert account.live() == live
    upgrade(account)
    assert account.deploy(hello("the next")) == account.live()


@pytest.mark.soak
def test_its_wsgi_file_written_back_by_hand_puts_a_new_release_in_place(
    account: Account, edition: Edition
) -> None:
    """The new pointer is there, and the file has changed at the same time."""
    upgrade(account)
    account.start()
    release = account.put(hello("newer"))
    write_back(account, edition)

    assert account.start().body == "newer"
    assert account.live() == release


@pytest.mark.soak
def test_a_new_pointer_means_nothing_to_it(account: Account, edition: Edition) -> None:
    """The new pointer comes first, and the old WSGI file is still there."""
    release = account.put(hello("newer"))
    write_back(account, edition)

    assert account.start().body == "new rows a former secret"
    upgrade(account)
    assert account.start().body == "newer"
    assert account.live() == release


@pytest.mark.soak
def test_a_downgrade_and_an_upgrade_again(account: Account, edition: Edition) -> None:
    """An older pa-deploy ships a release onto what a newer one has laid out."""
    upgrade(account)
    account.deploy(hello("newer"))
    write_back(account, edition)
    assert account.start().body == "newer"
    Former(edition, account.base).point("2" * 16, files("downgraded"), ENV)
    assert account.start().body == "downgraded rows a former secret"

    upgrade(account)

    assert account.start().body == "downgraded rows a former secret"
    assert account.names("records")[-1] == f"{'2' * 16}.json"
    assert account.deploy(hello("newest")) == account.live()


@pytest.mark.soak
def test_a_refused_downgrade_leaves_what_is_live(account: Account, edition: Edition) -> None:
    upgrade(account)
    app = hello("newer")
    app["mysite.py"] = "import greeting\n" + app["mysite.py"]
    account.deploy(app, environment=packages(account))
    write_back(account, edition)
    broken = {"mysite.py": "import no_such_package\n"}
    Former(edition, account.base).point("2" * 16, broken, ENV)

    assert account.start().body == "newer"
    upgrade(account)
    assert account.start().body == "newer"


@pytest.mark.soak
def test_what_it_was_asked_for_and_has_not_done_is_not_done(
    account: Account, edition: Edition
) -> None:
    """Its run has ended after the upload. Whoever deploys next says what should be live."""
    Former(edition, account.base).point("2" * 16, files("left"), ENV)
    upgrade(account)

    assert account.start().body == "new rows a former secret"
    assert not account.file(edition.place("pointer")).exists()
    assert account.deploy(hello("newer")) == account.live()


def damage_record(account: Account, edition: Edition) -> None:
    account.file(edition.place("record", OLD)).write_text("{")


def drop_secrets(account: Account, edition: Edition) -> None:
    account.file(edition.place("secrets", OLD)).unlink()


def drop_code(account: Account, edition: Edition) -> None:
    shutil.rmtree(account.file(edition.place("code", OLD)))


def drop_status(account: Account, _edition: Edition) -> None:
    account.file("status.json").unlink()


@pytest.mark.parametrize("damage", one_in(3, [damage_record, drop_secrets, drop_code, drop_status]))
def test_what_is_damaged_there_does_not_stop_it(
    account: Account, edition: Edition, damage: Callable[[Account, Edition], None]
) -> None:
    damage(account, edition)
    upgrade(account)

    assert account.start().body == "new rows a former secret"
    assert account.names("records")[-1] == f"{NEW}.json"


def spoil(account: Account, edition: Edition, release: str, damage: str) -> None:
    """Damage the file with a release's variables."""
    file = account.file(edition.place("secrets", release))
    contents = {"empty": b"", "cut": b'{"GREETING": "a fo', "list": b"[]", "null": b"null"}
    file.unlink()
    if damage == "folder":
        file.mkdir()
    elif damage != "gone":
        file.write_bytes(contents.get(damage, b"\xff\xfe"))


DAMAGES = ["gone", "empty", "cut", "list", "null", "bytes", "folder"]


def point_back(account: Account, release: str) -> None:
    """As a rollback does: what it writes says nothing of the release."""
    account.point(release)
    account.pointer["record"] = {}
    account.file("pointer.json").write_text(json.dumps(account.pointer))


@pytest.mark.parametrize(
    ("damage", "is_taken_over"), first_of(itertools.product(DAMAGES, [True, False]))
)
def test_a_release_whose_secrets_are_lost_is_not_gone_back_to(
    account: Account, edition: Edition, damage: str, *, is_taken_over: bool
) -> None:
    spoil(account, edition, OLD, damage)
    upgrade(account)
    if is_taken_over:
        account.start()
    point_back(account, OLD)

    assert account.start().body == "new rows a former secret"
    status = account.status()
    assert (status["state"], status["step"]) == ("refused", "secrets")
    assert "its secrets are missing on PythonAnywhere" in status["error"]


@pytest.mark.parametrize("damage", one_in(4, ["empty", "cut", "list", "bytes", "folder"]))
def test_a_damaged_file_of_secrets_is_kept(account: Account, edition: Edition, damage: str) -> None:
    spoil(account, edition, OLD, damage)
    file = account.file(edition.place("secrets", OLD))
    before = None if file.is_dir() else file.read_bytes()
    upgrade(account)

    account.start()

    kept = account.file(f"secrets/{OLD}.json")
    assert not file.exists()
    assert (None if kept.is_dir() else kept.read_bytes()) == before


@pytest.mark.parametrize("damage", first_of(DAMAGES))
def test_what_the_pointer_of_that_edition_knows_is_not_lost(
    account: Account, edition: Edition, damage: str
) -> None:
    spoil(account, edition, NEW, damage)
    upgrade(account)

    assert account.start().body == "new rows a former secret"
    assert json.loads(account.file(f"secrets/{NEW}.json").read_text()) == ENV


@pytest.mark.parametrize("damage", first_of(DAMAGES))
def test_the_live_release_never_starts_if_its_secrets_are_lost(
    account: Account, edition: Edition, damage: str
) -> None:
    account.file(edition.place("pointer")).unlink()
    spoil(account, edition, NEW, damage)
    upgrade(account)

    out, errors = account.spawn().communicate(timeout=60)

    assert "ANSWER" not in out
    assert f"release {NEW} does not start: its secrets are missing" in errors
    assert account.deploy(hello("newer")) == account.live()


@pytest.mark.soak
@pytest.mark.parametrize("damage", first_of(DAMAGES))
def test_a_deploy_sends_lost_secrets_again(account: Account, edition: Edition, damage: str) -> None:
    spoil(account, edition, OLD, damage)
    upgrade(account)
    account.start()
    if damage == "folder":
        account.file(f"secrets/{OLD}.json").rmdir()  # the API takes no file there
    account.point(OLD, env=ENV)

    assert account.start().body == "old rows a former secret"
    point_back(account, OLD)
    assert account.start().body == "old rows a former secret"


def test_a_release_of_that_edition_without_variables_needs_none(
    account: Account, edition: Edition
) -> None:
    write_back(account, edition)
    Former(edition, account.base).point("2" * 16, hello("plain"))
    assert account.start().body == "plain"
    account.file(edition.place("pointer")).unlink()
    upgrade(account)

    assert account.start().body == "plain"


def test_a_worker_killed_at_any_step_serves_and_goes_on(account: Account, edition: Edition) -> None:
    upgrade(account)
    start = account.folder / "start"
    shutil.copytree(account.base, start, symlinks=True)
    total = steps_until(account, "import", 0)

    for fatal in range(1, total + 1, EVERY):
        shutil.rmtree(account.base)
        shutil.copytree(start, account.base, symlinks=True)
        assert not steps_until(account, "import", fatal), fatal
        # The file may be written back in this moment.
        write_back(account, edition)
        assert account.start().body == "new rows a former secret", fatal
        upgrade(account)

        assert account.start().body == "new rows a former secret", fatal
        assert account.names("records") == account.names("secrets"), fatal
        assert account.names("records") == [f"{OLD}.json", f"{NEW}.json"], fatal
        assert json.loads(account.file(f"secrets/{OLD}.json").read_text()) == ENV, fatal


def test_what_could_not_be_taken_over_is_read_where_it_is(account: Account) -> None:
    """As on a full disk."""
    in_the_way = account.file(f"records/{NEW}.json.new")
    in_the_way.mkdir(parents=True)
    upgrade(account)

    answer = account.start()

    assert answer.body == "new rows a former secret"
    in_the_way.rmdir()
    assert account.start().errors == ""
    assert account.names("records") == [f"{OLD}.json", f"{NEW}.json"]


def test_workers_that_start_together_take_over_once(account: Account) -> None:
    upgrade(account)

    workers = [account.spawn() for _ in range(4)]
    answers = [worker.communicate(timeout=60)[0] for worker in workers]

    assert all("new rows a former secret" in answer for answer in answers)
