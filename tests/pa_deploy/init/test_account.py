"""`init --from-account` writes the config of a web app that is there, which changes nothing."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from pa_emulator import Emulator
from tests.hosted import DOMAIN, api, make_virtualenv
from tests.pa_deploy.release.shipper import WSGI, Shipper
from tests.terminal import Terminal

OTHER = "www.example.com"
HAND_MADE = """\
import os, sys
sys.path.insert(0, "/home/alice/mysite")
os.environ["SECRET_KEY"] = "not-to-be-shown"
from mysite.wsgi import application
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def make(pa: Emulator, domain: str = DOMAIN, python: str = "python313") -> None:
    api(pa, "POST", "webapps/", domain_name=domain, python_version=python)


def change(pa: Emulator, **settings: str) -> None:
    api(pa, "PATCH", f"webapps/{DOMAIN}/", **settings)


def read(terminal: Terminal, folder: Path, *words: str) -> dict[str, object]:
    """The config that was written, without the account's name."""
    shown = terminal.type("init", "--from-account", *words)
    assert shown.exit_code == 0, shown.err
    table = tomllib.loads((folder / "pa-deploy.toml").read_text())
    assert table.pop("username") == "alice"
    return table


def said(terminal: Terminal, *words: str) -> str:
    return terminal.type("init", "--from-account", *words).err


MAPPINGS = [
    ("/static/", "/home/alice/static"),
    ("/média/", "/home/alice/mé dia"),
    ('/q"/', "/home/alice/a = 'b'\\c"),
    ("/static/", "/home/alice/another"),
    ("/c/", "/home/alice/a #b"),
    ("/x y/", "/x"),
    ("/a = /b", "/home/alice/s"),
    ("/a=/b/", "/home/alice/s"),
]


@pytest.mark.parametrize("rows", [MAPPINGS[:1], MAPPINGS, []])
@pytest.mark.parametrize("python", ["python310", "python313"])
def test_a_plan_straight_after_it_is_empty(
    pa: Emulator, terminal: Terminal, folder: Path, rows: list[tuple[str, str]], python: str
) -> None:
    make(pa, python=python)
    make_virtualenv(pa, "mine")
    change(pa, force_https="true", source_directory="/home/alice/my site")
    for url, path in rows:
        api(pa, "POST", f"webapps/{DOMAIN}/static_files/", url=url, path=path)
    api(pa, "POST", f"webapps/{DOMAIN}/static_headers/", url="/s/", name="X-A", value='b: "c" # d')
    read(terminal, folder)

    shown = terminal.type("check")

    assert shown.exit_code == 0, shown.err


def test_all_settings_are_in_the_file(pa: Emulator, terminal: Terminal, folder: Path) -> None:
    make(pa)
    make_virtualenv(pa, "mine")
    change(pa, force_https="true", virtualenv_path="/home/alice/.virtualenvs/mine")
    api(pa, "POST", f"webapps/{DOMAIN}/static_files/", url="/s/", path="/home/alice/s")
    api(pa, "POST", f"webapps/{DOMAIN}/static_headers/", url="/s/", name="X-A", value="b")

    assert read(terminal, folder) == {
        "python-version": "3.13",
        "source-directory": "/var/www",
        "working-directory": "/home/alice/",
        "virtualenv": "/home/alice/.virtualenvs/mine",
        "force-https": "true",
        "static-files": ["/s/ = /home/alice/s"],
        "static-headers": ["/s/ X-A: b"],
    }


def test_the_password_is_not_in_it(pa: Emulator, terminal: Terminal, folder: Path) -> None:
    make(pa)
    change(
        pa,
        password_protection_enabled="true",
        password_protection_username="bob",
        password_protection_password="hunter22",
    )

    told = said(terminal)

    assert "Visitors must log in, as 'bob'. The password is not read" in told
    assert "hunter22" not in told + (folder / "pa-deploy.toml").read_text()


def test_rows_that_are_there_twice_stay(pa: Emulator, terminal: Terminal, folder: Path) -> None:
    make(pa)
    for path in ("/home/alice/a", "/home/alice/b", "/home/alice/a"):
        api(pa, "POST", f"webapps/{DOMAIN}/static_files/", url="/s/", path=path)
    for value in ("1", "2", "1"):
        api(pa, "POST", f"webapps/{DOMAIN}/static_headers/", url="/s/", name="X-A", value=value)
    read(terminal, folder)

    assert terminal.type("check").exit_code == 0


def test_paths_that_are_not_absolute_stay(pa: Emulator, terminal: Terminal, folder: Path) -> None:
    make(pa)
    change(pa, source_directory="rel")
    api(pa, "POST", f"webapps/{DOMAIN}/static_files/", url="/s/", path="$HOME/x")
    read(terminal, folder)

    assert terminal.type("check").exit_code == 0


@pytest.mark.parametrize("name", ["Authorization", "X-Api-Key", "Set-Cookie"])
def test_a_header_that_may_be_secret_is_not_shown(
    pa: Emulator, terminal: Terminal, folder: Path, name: str
) -> None:
    make(pa)
    api(pa, "POST", f"webapps/{DOMAIN}/static_headers/", url="/s/", name=name, value="hidden-1")

    assert "hidden-1" not in said(terminal) + (folder / "pa-deploy.toml").read_text()


def test_what_cannot_be_written_is_told_and_stays(pa: Emulator, terminal: Terminal) -> None:
    make(pa)
    for url, path in MAPPINGS:
        api(pa, "POST", f"webapps/{DOMAIN}/static_files/", url=url, path=path)

    told = said(terminal)

    assert "'/static/ = /home/alice/another' is left out of the config file" in told
    assert "'/c/ = /home/alice/a #b' is left out of the config file" in told
    assert "'/a = /b = /home/alice/s' is left out of the config file" in told
    assert "'/a=/b/ = /home/alice/s' is left out of the config file" in told


def test_the_wsgi_file_is_read_for_its_app_folders_and_variables(
    pa: Emulator, terminal: Terminal
) -> None:
    make(pa)
    pa.path(WSGI).write_text(HAND_MADE)

    told = said(terminal)

    assert "it serves `mysite.wsgi:application`; it uses /home/alice/mysite" in told
    assert "it sets SECRET_KEY" in told
    assert "not-to-be-shown" not in told


@pytest.mark.parametrize("content", [b"\xff\xfe\0", b"def (", b"x = 1\n" * 400_000])
def test_a_wsgi_file_that_cannot_be_read_does_no_harm(
    pa: Emulator, terminal: Terminal, content: bytes
) -> None:
    make(pa)
    pa.path(WSGI).write_bytes(content)

    assert f"{WSGI} stays as it is. To ship" in said(terminal)


def test_a_web_app_with_releases_is_told(pa: Emulator, terminal: Terminal, folder: Path) -> None:
    make(pa)
    Shipper(pa, folder / "site").install()

    assert "this web app serves releases already." in said(terminal)


def test_an_account_without_web_apps_is_told(pa: Emulator, terminal: Terminal) -> None:
    assert pa.url
    shown = terminal.type("init", "--from-account")

    assert shown.exit_code == 5
    assert "There is no web app alice.pythonanywhere.com on the account. It has none." in shown.err


def test_the_only_web_app_is_taken_with_its_domain(
    pa: Emulator, terminal: Terminal, folder: Path
) -> None:
    make(pa, OTHER)

    assert read(terminal, folder)["domain"] == OTHER


def test_the_one_that_is_named_is_taken_with_its_domain(
    pa: Emulator, terminal: Terminal, folder: Path
) -> None:
    make(pa)
    make(pa, OTHER)

    assert read(terminal, folder, "--domain", OTHER)["domain"] == OTHER


def test_of_several_others_one_must_be_named(pa: Emulator, terminal: Terminal) -> None:
    make(pa, OTHER)
    make(pa, "two.example.com")

    shown = terminal.type("init", "--from-account")

    assert shown.exit_code == 2
    assert f"To take it: pa-deploy init --from-account --domain {OTHER}" in shown.err


@pytest.mark.parametrize(
    "words", [("--source", "."), ("--app", "a:b"), ("--python-version", "3.13")]
)
def test_what_only_a_repository_has_is_refused(terminal: Terminal, words: tuple[str, str]) -> None:
    shown = terminal.type("init", "--from-account", *words)

    assert shown.exit_code == 2
    assert f"{words[0][2:]}: It has no effect with --from-account." in shown.err


def test_the_token_may_come_from_a_file(pa: Emulator, terminal: Terminal, folder: Path) -> None:
    make(pa)
    file = folder.parent / "token"
    file.write_text(terminal.environ.pop("API_TOKEN"))

    assert f"the web app {DOMAIN}" in said(terminal, "--token-file", str(file))


def test_a_token_without_the_account_is_refused(terminal: Terminal) -> None:
    shown = terminal.type("init", "--token-file", "token")

    assert shown.exit_code == 2
    assert "token-file: It has no effect without --from-account." in shown.err


def test_the_account_s_own_one_is_taken_before_others(
    pa: Emulator, terminal: Terminal, folder: Path
) -> None:
    make(pa, OTHER)
    make(pa)

    assert "domain" not in read(terminal, folder)


def test_a_second_run_changes_nothing(pa: Emulator, terminal: Terminal, folder: Path) -> None:
    make(pa)
    before = read(terminal, folder)

    assert "As it is already: pa-deploy.toml" in said(terminal)
    assert read(terminal, folder) == before


def test_a_dry_run_writes_nothing(pa: Emulator, terminal: Terminal, folder: Path) -> None:
    make(pa)

    said(terminal, "--dry-run")

    assert not list(folder.iterdir())


def test_it_comes_as_json_too(pa: Emulator, terminal: Terminal) -> None:
    make(pa)

    told = json.loads(terminal.type("init", "--from-account", "--json").out)

    assert told["what"] == f"the web app {DOMAIN}"


def test_a_refused_token_is_told(pa: Emulator, terminal: Terminal) -> None:
    make(pa)
    terminal.environ["API_TOKEN"] = "0" * 40

    assert terminal.type("init", "--from-account").exit_code == 4


def test_nothing_is_changed_on_the_account(pa: Emulator, terminal: Terminal) -> None:
    make(pa)
    pa.clear_requests()

    said(terminal)

    assert {each["method"] for each in pa.requests()} == {"GET"}
