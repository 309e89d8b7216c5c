"""`pa-deploy doctor` names what is wrong with an account, a web app, its site and a repository."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pa_emulator import Emulator
from tests.hosted import DOMAIN, api
from tests.pa_deploy.release.account import hello
from tests.pa_deploy.release.shipper import WSGI, Shipper
from tests.terminal import Terminal

CONFIG = 'python-version = "3.13"\nsource = "site"\napp = "mysite:app"\n'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def webapp(pa: Emulator) -> Emulator:
    api(pa, "POST", "webapps/", domain_name=DOMAIN, python_version="python313")
    return pa


def page(terminal: Terminal, *words: str) -> dict[str, str]:
    """What is said of each part: the state, what was found, the next step."""
    rows = (line.split("\t") for line in terminal.type("doctor", *words).out.splitlines())
    return {part: f"{state}: {' '.join(rest)}" for part, state, *rest in rows}


def test_a_token_that_is_refused_ends_the_look_at_the_account(terminal: Terminal) -> None:
    shown = terminal.type("doctor", "--token=" + "0" * 40)

    assert shown.exit_code == 4
    assert shown.out.startswith("token\twrong\tPythonAnywhere does not accept this token.")
    assert "\nplan\t" not in shown.out


def test_without_a_token_the_repository_is_looked_at(offline: Terminal) -> None:
    shown = offline.type("doctor")

    assert shown.exit_code == 2
    assert "inputs\twrong\t`token`: it is required" in shown.out
    assert "repository\tok\t`source` is not set, and no web app was found here." in shown.out


def test_each_problem_with_the_inputs_is_told_once(folder: Path, terminal: Terminal) -> None:
    (folder / "pa-deploy.toml").write_text("source = 3\n")

    assert terminal.type("doctor").out.count("it is a number") == 1


@pytest.mark.usefixtures("webapp")
def test_a_web_app_that_is_missing_is_told_with_those_that_are_there(terminal: Terminal) -> None:
    shown = terminal.type("doctor", "--domain=www.example.com")

    assert shown.exit_code == 5
    assert f"There is no web app www.example.com. The account has {DOMAIN}." in shown.out


@pytest.mark.usefixtures("webapp")
def test_the_plan_is_told(terminal: Terminal) -> None:
    assert page(terminal)["plan"].startswith("ok: It is a paid account, with 2000 CPU seconds")


def test_a_free_account_is_told(terminal: Terminal, pa: Emulator) -> None:
    token = pa.add_user("bob", plan="free")

    assert "It is a free account" in page(terminal, f"--token={token}", "--username=bob")["plan"]


def test_a_look_that_fails_does_not_end_the_others(webapp: Emulator, terminal: Terminal) -> None:
    webapp.add_fault(method="GET", path="static_files", status=403, times=9)

    said = page(terminal)

    assert said["paths"].startswith("note: It could not be checked:")
    assert "site" in said


def test_a_path_that_is_missing_is_told(webapp: Emulator, terminal: Terminal) -> None:
    api(webapp, "POST", f"webapps/{DOMAIN}/static_files/", url="/static/", path="/home/alice/gone")
    shown = terminal.type("doctor")

    assert shown.exit_code == 5
    assert "/home/alice/gone does not exist, but the mapping /static/ points to it." in shown.out


def test_a_missing_wsgi_file_is_told(webapp: Emulator, terminal: Terminal) -> None:
    webapp.path(WSGI).unlink()

    assert page(terminal)["WSGI file"].startswith(f"wrong: There is no {WSGI}")


@pytest.mark.usefixtures("webapp")
def test_a_wsgi_file_of_others_is_no_problem(terminal: Terminal) -> None:
    assert page(terminal)["WSGI file"].startswith(f"ok: {WSGI} is not pa-deploy's")


@pytest.mark.usefixtures("webapp")
def test_a_site_that_does_not_answer_well_is_wrong(terminal: Terminal) -> None:
    shown = terminal.type("doctor")

    assert shown.exit_code == 8
    assert f"site\twrong\thttps://{DOMAIN}/ answered" in shown.out


def test_an_exception_of_the_last_day_is_told(webapp: Emulator, terminal: Terminal) -> None:
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
    log = f"{now},000: Traceback (most recent call last):\n{now},000: KeyError: 'X'\n"
    webapp.path(f"/var/log/{DOMAIN}.error.log").write_text(log)

    assert "The newest of the last 24 hours: KeyError: 'X'" in page(terminal)["errors"]


def test_an_older_exception_is_not(webapp: Emulator, terminal: Terminal) -> None:
    webapp.path(f"/var/log/{DOMAIN}.error.log").write_text("2020-01-01 00:00:00,000: KeyError\n")

    assert page(terminal)["errors"].startswith("ok: ")


def test_a_log_that_cannot_be_read_has_no_newest_exception(
    webapp: Emulator, terminal: Terminal
) -> None:
    webapp.add_fault(method="GET", path="error.log", status=403, times=9)

    assert page(terminal)["errors"].startswith("note: It could not be checked:")


@pytest.mark.parametrize("status", [404, 500])
def test_the_token_is_not_blamed_for_other_errors(
    webapp: Emulator, terminal: Terminal, status: int
) -> None:
    webapp.add_fault(method="GET", path="webapps", status=status, times=9)

    assert [*page(terminal)] == ["account", "repository"]


@pytest.mark.usefixtures("webapp")
def test_settings_that_differ_from_the_config_are_told(folder: Path, terminal: Terminal) -> None:
    (folder / "pa-deploy.toml").write_text('python-version = "3.12"\nforce-https = true\n')

    said = page(terminal)["config"]

    assert said.startswith("note: A deploy would make 2 changes: ")
    assert said.endswith("See: pa-deploy plan")


@pytest.mark.usefixtures("webapp")
def test_settings_that_are_as_the_config_says_are_well(folder: Path, terminal: Terminal) -> None:
    (folder / "pa-deploy.toml").write_text('python-version = "3.13"\n')

    assert page(terminal)["config"].startswith("ok: ")


@pytest.mark.usefixtures("webapp")
def test_an_input_that_a_deploy_would_refuse_is_wrong(folder: Path, terminal: Terminal) -> None:
    (folder / "pa-deploy.toml").write_text('python-version = "3.99x"\n')
    shown = terminal.type("doctor")

    assert "inputs\twrong\t`python-version`" in shown.out
    assert "\nconfig\t" not in shown.out


@pytest.mark.usefixtures("webapp")
def test_nothing_that_is_written_on_a_terminal_is_in_json(terminal: Terminal) -> None:
    rows = json.loads(terminal.type("doctor", "--json").out)

    assert set(rows[0]) == {"part", "state", "found", "next"}


def test_a_live_release_its_disk_and_its_lock_are_told(
    webapp: Emulator, folder: Path, terminal: Terminal
) -> None:
    shipper = Shipper(webapp, folder / "site")
    shipper.install()
    release = shipper.ship(hello("one")).live
    (folder / "pa-deploy.toml").write_text(CONFIG)

    said = page(terminal)

    assert said["release"].startswith(f"ok: {release} is live, and was seen healthy.")
    assert "by the releases of this web app" in said["disk"]
    assert said["lock"].startswith("ok: ")
    assert said["config"].startswith("ok: ")
    assert said["site"].startswith("ok: ")
    assert said["repository"].startswith("ok: The release would have 2 files")


def test_a_lock_that_was_left_is_told(webapp: Emulator, folder: Path, terminal: Terminal) -> None:
    shipper = Shipper(webapp, folder / "site")
    shipper.install()
    shipper.ship(hello("one"))
    webapp.path(f"/home/alice/.pa-deploy/{DOMAIN}/lock").mkdir(exist_ok=True)
    webapp.path(f"/home/alice/.pa-deploy/{DOMAIN}/lock/1-2-3").write_text("")

    assert page(terminal)["lock"].startswith("note: A run has the lock, or was killed")


def test_an_edited_wsgi_file_is_told(webapp: Emulator, folder: Path, terminal: Terminal) -> None:
    shipper = Shipper(webapp, folder / "site")
    shipper.install()
    shipper.ship(hello("one"))
    file = webapp.path(WSGI)
    file.write_text(f"{file.read_text()}\nx = 1\n")

    assert "somebody has edited it" in page(terminal)["WSGI file"]


def test_what_a_deploy_would_warn_of_is_told(folder: Path, offline: Terminal) -> None:
    (folder / "pa-deploy.toml").write_text(CONFIG)
    (folder / "site").mkdir()
    (folder / "site" / "mysite.py").write_text('import os\napp = os.environ["APP_TOKEN"]\n')

    said = page(offline)["repository"]

    assert said.startswith("note: `env`: The code needs variables that nothing sets: APP_TOKEN")
    assert said.endswith("Add APP_TOKEN to `env`.")


def test_a_repository_without_config_is_told_what_it_is(folder: Path, offline: Terminal) -> None:
    (folder / "app.py").write_text("from flask import Flask\napp = Flask(__name__)\n")

    said = page(offline)["repository"]

    assert said == "note: This is a Flask app, and `source` is not set. Run: pa-deploy init"
