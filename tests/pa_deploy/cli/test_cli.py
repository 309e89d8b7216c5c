"""What a person types, and what they see."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from pa_deploy import __version__
from pa_emulator import Emulator
from tests import hosted
from tests.hosted import DOMAIN
from tests.places import ROOT
from tests.runner import FULL, needs_full
from tests.soak import first_of
from tests.terminal import Terminal


def make_webapp(pa: Emulator) -> None:
    hosted.api(pa, "POST", "webapps/", domain_name=DOMAIN, python_version="python313")
    hosted.api(pa, "POST", f"webapps/{DOMAIN}/static_files/", url="/s/", path="/home/alice/s")
    hosted.api(pa, "POST", f"webapps/{DOMAIN}/reload/")


def test_status_shows_the_web_app(terminal: Terminal, pa: Emulator) -> None:
    make_webapp(pa)

    shown = terminal.type("status")

    assert shown.exit_code == 0
    assert shown.out.splitlines()[0] == DOMAIN
    assert "  python-version       3.13" in shown.out
    assert "    /s/ = /home/alice/s" in shown.out
    assert f"https://{DOMAIN}/ answered 200" in shown.out


def test_status_as_json_is_nothing_but_json(terminal: Terminal, pa: Emulator) -> None:
    make_webapp(pa)

    shown = json.loads(terminal.type("status", "--json").out)

    assert (shown["domain_name"], shown["static_files"][0]["url"], shown["site"]["status"]) == (
        DOMAIN,
        "/s/",
        200,
    )


def test_status_judges_the_site_as_a_deploy_does(terminal: Terminal, pa: Emulator) -> None:
    make_webapp(pa)

    assert f"healthy: https://{DOMAIN}/ answered 200" in terminal.type("status").out
    terminal.environ["PA_HEALTH_STATUS"] = "404"
    assert "unhealthy: " in terminal.type("status").out
    assert json.loads(terminal.type("status", "--json").out)["site"]["healthy"] is False


def test_status_asks_no_site_that_is_not_to_be_asked(terminal: Terminal, pa: Emulator) -> None:
    make_webapp(pa)
    terminal.environ["PA_HEALTH_CHECK"] = "none"

    assert "  site                 not asked" in terminal.type("status").out
    assert json.loads(terminal.type("status", "--json").out)["site"] is None


def test_status_of_a_missing_web_app_is_an_error_with_a_next_step(terminal: Terminal) -> None:
    shown = terminal.type("status")

    assert shown.exit_code == 5
    assert f"There is no web app {DOMAIN} on the account alice" in shown.err
    assert "To create it: pa-deploy deploy" in shown.err


def test_plan_as_json_is_nothing_but_json(terminal: Terminal) -> None:
    shown = terminal.type("plan", "--json", "--python-version", "3.13")

    assert json.loads(shown.out)["changes"][0]["kind"] == "webapp"
    assert shown.exit_code == 0


def test_a_plan_that_fails_prints_no_json(terminal: Terminal) -> None:
    shown = terminal.type("plan", "--json")

    assert (shown.exit_code, shown.out) == (2, "")


def test_without_a_command_it_deploys(terminal: Terminal, pa: Emulator) -> None:
    shown = terminal.type("--python-version", "3.13")

    assert (shown.exit_code, hosted.visit(pa).status_code) == (0, 200)


@pytest.mark.parametrize("command", ["deploy", "plan", "status"])
def test_every_command_has_help(offline: Terminal, command: str) -> None:
    shown = offline.type(command, "--help")

    assert shown.exit_code == 0
    assert "--username TEXT" in shown.out


def test_the_version_is_the_package_s(offline: Terminal) -> None:
    assert __version__ in offline.type("--version").out


def test_an_unknown_flag_is_bad_input(offline: Terminal) -> None:
    shown = offline.type("deploy", "--static-file", "x")

    assert shown.exit_code == 2
    assert "--static-files" in shown.err


@pytest.mark.parametrize("word", ["--static-file", "deplyo"])
def test_what_a_workflow_has_no_flag_or_command_for_is_an_annotation(
    offline: Terminal, word: str
) -> None:
    """As in `with: args:`."""
    offline.environ["GITHUB_ACTIONS"] = "true"

    assert offline.type(word).out.startswith("::error title=Bad input::")


def test_where_data_is_read_from_a_pipe_a_bad_flag_is_not_in_it(offline: Terminal) -> None:
    offline.environ["GITHUB_ACTIONS"] = "true"

    shown = offline.type("webapps", "list", "--jsn")

    assert (shown.exit_code, shown.out) == (2, "")
    assert "--json" in shown.err


@pytest.mark.parametrize("closed", first_of(["<&- >&- 2>&-", ">&-"]))
def test_a_log_that_is_closed_stops_nothing(pa: Emulator, closed: str) -> None:
    terminal = {"PA_TOKEN": pa.token, "PA_USERNAME": pa.username}
    where = {"PA_HOST": pa.url, "PA_ALLOW_HOST": pa.url, "PA_PYTHON_VERSION": "3.13"}
    command = f"exec {sys.executable} entrypoint.py {closed}"
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=ROOT,
        env={**os.environ, **terminal, **where},
        stderr=subprocess.PIPE,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, b"")
    assert hosted.visit(pa).status_code == 200


@pytest.mark.parametrize("group", ["", "release", "files", "consoles", "static-files", "webapps"])
def test_what_a_command_does_is_not_cut_off(offline: Terminal, group: str) -> None:
    shown = offline.type(*group.split(), "--help").out.partition("Commands:")[2]

    assert shown.strip()
    assert "..." not in shown


@needs_full
def test_help_that_goes_to_a_full_disk_says_so() -> None:
    done = subprocess.run(
        ["sh", "-c", f"exec {sys.executable} entrypoint.py --help >{FULL}"],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )

    assert (done.returncode, "No space left" in done.stderr) == (1, True)
    assert "Traceback" not in done.stderr


def test_an_unknown_command_is_bad_input(offline: Terminal) -> None:
    shown = offline.type("deplyo")

    assert shown.exit_code == 2
    assert "deploy" in shown.err


def test_missing_inputs_are_told_together(offline: Terminal) -> None:
    shown = offline.type("deploy")

    assert shown.exit_code == 2
    assert "token: " in shown.err
    assert "username: " in shown.err


def test_the_module_s_import_brings_no_test_or_emulator_package() -> None:
    code = "import sys, pa_deploy.cli; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=dict(os.environ),
    )

    assert not {"django", "rich", "cheroot", "pa_emulator", "pytest"} & set(done.stdout.split())


def test_json_is_nothing_but_json_in_a_workflow_too(terminal: Terminal) -> None:
    terminal.environ["GITHUB_ACTIONS"] = "true"

    json.loads(terminal.type("plan", "--json", "--python-version", "3.13").out)


def test_a_token_given_as_a_flag_is_hidden(terminal: Terminal, pa: Emulator) -> None:
    body = json.dumps({"detail": f"bad token {pa.token}"})
    pa.add_fault(method="GET", path=".*/webapps/$", status=400, body=body, times=2)
    del terminal.environ["API_TOKEN"]

    for command in (["deploy"], ["webapps", "list"]):
        shown = terminal.type(*command, "--token", pa.token)
        assert pa.token not in shown.out + shown.err
        assert "bad token ***" in shown.err


README = (ROOT / "README.md").read_text()


@pytest.mark.parametrize("line", re.findall(r"^pa-deploy (.+)$", README, re.MULTILINE))
def test_the_commands_in_the_readme_work(
    terminal: Terminal, pa: Emulator, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "app.py").write_text("from flask import Flask\napp = Flask(__name__)\n")
    monkeypatch.chdir(tmp_path)
    make_webapp(pa)
    terminal.environ["PA_TOKEN"] = terminal.environ.pop("API_TOKEN")
    del terminal.environ["PYTHONANYWHERE_USERNAME"]

    assert terminal.type(*shlex.split(line)).exit_code == 0


def test_help_and_version_wait_for_nothing_that_they_do_not_need() -> None:
    """Half of the time that a start takes goes into what talks to PythonAnywhere."""
    code = "import sys, pa_deploy.cli; sys.exit('requests' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("mode", ["plan", "check"])
def test_a_command_that_is_a_mode_is_stronger_than_one_that_is_set(
    terminal: Terminal, pa: Emulator, mode: str
) -> None:
    make_webapp(pa)
    terminal.environ["PA_MODE"] = "apply"
    pa.clear_requests()

    shown = terminal.type(mode, "--force-https=true")

    assert shown.exit_code == {"plan": 0, "check": 3}[mode]
    assert {request["method"] for request in pa.requests()} == {"GET"}


def test_check_as_json_is_the_plan(terminal: Terminal, pa: Emulator) -> None:
    make_webapp(pa)

    shown = terminal.type("check", "--force-https=true", "--json")

    assert (shown.exit_code, len(json.loads(shown.out)["changes"])) == (3, 1)


@pytest.mark.parametrize(
    "words", [["deploy"], ["--version"], ["webapps", "list"], ["release", "files", "--source", "."]]
)
def test_a_working_directory_that_was_deleted_is_bad_input(
    offline: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()

    shown = offline.type(*words)

    assert shown.exit_code == 2
    assert "working directory: it cannot be used (No such file or directory)." in shown.err
    assert "Traceback" not in shown.err
