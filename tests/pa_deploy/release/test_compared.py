"""A run whose release is live already: what is missing of it, and what was written in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hosted import DOMAIN, api, visit
from tests.pa_deploy.release.account import hello
from tests.pa_deploy.release.job import BASE, Job
from tests.soak import first_of, in_soak, one_in
from tests.terminal import Terminal


def live(job: Job, path: str = "") -> Path:
    return job.pa.path(f"{BASE}/current") / path


def change_code(job: Job) -> Path:
    """Change the app by hand, as on the Files tab."""
    file = live(job, "mysite.py")
    file.write_text(file.read_text() + "# by hand\n")
    return file


@pytest.fixture
def job(job: Job) -> Job:
    """With the key of signed requests, which the copy of the account lacks."""
    assert job.push({}, reload="always").exit_code == 0
    return job


@pytest.mark.soak
def test_what_was_deleted_is_put_back(job: Job) -> None:
    live(job, "text").unlink()

    done = job.push({})

    assert done.exit_code == 0, done.log
    assert visit(job.pa).text == "one"


@pytest.mark.soak
def test_changed_code_stops_the_run(job: Job) -> None:
    file = change_code(job)

    done = job.push({})

    assert done.exit_code == 9
    assert "Code of the live release was changed: mysite.py." in done.errors[0]
    assert "by hand" in file.read_text()


@pytest.mark.soak
def test_changed_code_that_may_be_left_behind_is_replaced(job: Job) -> None:
    file = change_code(job)

    done = job.push({}, discard_changes="mysite.py")

    assert done.exit_code == 0, done.log
    assert "by hand" not in file.read_text()


@pytest.mark.soak
@pytest.mark.parametrize("change", first_of([change_code, lambda job: live(job, "new").touch()]))
def test_check_names_it(job: Job, change: object) -> None:
    assert callable(change)
    change(job)

    done = job.push({}, mode="check")

    assert done.exit_code == 3, done.log
    assert "differs from your inputs" in done.errors[0]


@pytest.mark.soak
def test_a_file_of_the_app_is_only_warned_of(job: Job) -> None:
    live(job, "uploads").mkdir()
    live(job, "uploads/photo.jpg").write_bytes(b"photo")

    done = job.push({})

    assert done.exit_code == 0, done.log
    assert "uploads/photo.jpg" in done.warnings[-1]
    assert "shared: uploads/" in done.warnings[-1]


def test_the_site_tells_without_a_request_to_the_api(job: Job) -> None:
    job.pa.clear_requests()

    job.push(hello("one"))

    paths = [call["path"] for call in job.pa.requests()]
    assert not [path for path in paths if "/records/" in path or path.endswith("pointer.json")]


LOGIN = {"password_protection": "carol:c0rrect-horse"}


@pytest.mark.soak
@pytest.mark.parametrize(
    ("mode", "code", "more"),
    first_of([("check", 3, LOGIN), ("apply", 9, LOGIN), ("check", 3, {}), ("apply", 9, {})]),
)
def test_a_site_with_a_password_tells_it_too(
    job: Job, mode: str, code: int, more: dict[str, str]
) -> None:
    """Also if only PythonAnywhere knows the password."""
    assert job.push({}, **LOGIN).exit_code == 0
    change_code(job)

    done = job.push({}, mode=mode, **more)

    assert done.exit_code == code, done.log
    assert "Code of the live release was changed: mysite.py." in done.errors[0]


@pytest.mark.soak
def test_a_new_release_of_a_site_with_a_password_costs_one_reload(job: Job) -> None:
    assert job.push({}, **LOGIN).exit_code == 0
    job.pa.clear_requests()

    assert job.push(hello("two"), password_protection="carol:another one").exit_code == 0

    reloads = [each for each in job.pa.requests() if each["path"].endswith("/reload/")]
    assert len(reloads) == 1


SHOWS = """\
import os, sqlite3
def app(environ, start_response):
    start_response('200 OK', [('Content-Type', 'text/plain')])
    with sqlite3.connect('app.db') as database:
        database.execute('CREATE TABLE IF NOT EXISTS t (x)')
        count = database.execute('SELECT count(*) FROM t').fetchone()[0]
    return [f"{os.environ['S']} {os.environ['V']} {count}".encode()]
"""
WITH_ALL = {"env": "S=secret-abc-123", "variables": "V=visible", "shared": "app.db"}


def edit(job: Job, folder: str, old: str, new: str) -> None:
    """Change a text in a file of the live release by hand."""
    (file,) = job.pa.path(f"{BASE}/{folder}").glob(f"{live(job).resolve().parent.name}.json")
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))


def link_to(job: Job, target: str) -> None:
    live(job, "app.db").unlink()
    live(job, "app.db").symlink_to(target)


def delete_link(job: Job) -> None:
    live(job, "app.db").unlink()
    visit(job.pa)  # makes an empty database there


EDITS: dict[str, Callable[[Job], None]] = {
    "a secret": lambda job: edit(job, "secrets", "secret-abc-123", "WRONG"),
    "the app": lambda job: edit(job, "records", "mysite:app", "mysite:other"),
    "a variable": lambda job: edit(job, "records", "visible", "WRONG"),
    "the link of a database": delete_link,
    "the files": lambda job: edit(job, "records", '"text"', '"texts"'),
    "where a link leads": lambda job: link_to(job, "/dev/null"),
}


@pytest.mark.parametrize("name", first_of(EDITS))
@pytest.mark.parametrize("is_loaded", first_of([False, True]))
def test_what_was_edited_is_named_by_check_and_healed(
    job: Job, name: str, *, is_loaded: bool
) -> None:
    assert job.push({"mysite.py": SHOWS}, **WITH_ALL).exit_code == 0
    with sqlite3.connect(job.pa.path(f"{BASE}/shared/app.db")) as database:
        database.execute("INSERT INTO t VALUES (1)")
    EDITS[name](job)
    if is_loaded:
        api(job.pa, "POST", f"webapps/{DOMAIN}/reload/")
        visit(job.pa)

    if not is_loaded or "link" not in name:
        assert job.push({}, mode="check", **WITH_ALL).exit_code == 3
    done = job.push({}, **WITH_ALL)

    assert done.exit_code == 0, done.log
    assert visit(job.pa).text == "secret-abc-123 visible 1"
    again = job.push({}, mode="check", **WITH_ALL)
    assert again.exit_code == 0, again.log


def test_a_generated_secret_that_was_deleted_is_made_anew(job: Job) -> None:
    shows = {"mysite.py": SHOWS.replace("os.environ['S']", "len(os.environ['S'])")}
    given = {"generate": "S", "variables": "V=visible", "shared": "app.db"}
    assert job.push(shows, **given).exit_code == 0
    assert visit(job.pa).text == "64 visible 0"
    job.pa.path(f"{BASE}/generated.json").unlink()

    assert job.push({}, mode="check", **given).exit_code == 3
    assert job.push({}, **given).exit_code == 0
    assert visit(job.pa).text == "64 visible 0"


@pytest.mark.soak
def test_a_rollback_to_a_release_whose_secrets_were_edited_is_refused(
    job: Job, terminal: Terminal
) -> None:
    assert job.push({"mysite.py": SHOWS}, **WITH_ALL).exit_code == 0
    edit(job, "secrets", "secret-abc-123", "WRONG")
    assert job.push({"text": "next"}, **WITH_ALL).exit_code == 0

    done = terminal.type("rollback")

    assert done.exit_code == 9, done.err
    assert "somebody has changed its secrets" in done.err


OURS = ["pointer.json", "status.json", "boot.json", "request-key", "verified.json", "lease"]


@pytest.mark.soak
@pytest.mark.parametrize("name", one_in(2, OURS[:2]) + [in_soak(name) for name in OURS[2:]])
@pytest.mark.parametrize("text", first_of(["two", "one"]))
def test_a_folder_in_the_place_of_our_file_is_moved_away(job: Job, name: str, text: str) -> None:
    file = job.pa.path(f"{BASE}/{name}")
    file.unlink(missing_ok=True)
    file.mkdir()
    (file / "mine").write_text("precious")

    done = job.push(hello(text))

    assert done.exit_code == 0, done.log
    assert visit(job.pa).text == text
    assert list(job.pa.path(f"{BASE}/backups").glob(f"{name}.*/mine")) or (file / "mine").exists()
