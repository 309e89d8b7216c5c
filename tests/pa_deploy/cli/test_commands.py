"""What single commands do beyond the facts of test_every_command.py."""

from __future__ import annotations

import io
import json

import pytest

from pa_emulator import Emulator
from tests import hosted
from tests.hosted import DOMAIN
from tests.terminal import Terminal


@pytest.fixture
def console(pa: Emulator) -> str:
    return str(hosted.api(pa, "POST", "consoles/", executable="bash").json()["id"])


@pytest.fixture
def webapp(pa: Emulator) -> str:
    hosted.api(pa, "POST", "webapps/", domain_name=DOMAIN, python_version="python313")
    return DOMAIN


@pytest.fixture
def mapping(pa: Emulator, webapp: str) -> str:
    row = hosted.api(pa, "POST", f"webapps/{webapp}/static_files/", url="/s/", path="/x")
    return str(row.json()["id"])


@pytest.fixture
def file(pa: Emulator) -> str:
    place = pa.path("/home/alice/notes.txt")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("text")
    return "/home/alice/notes.txt"


def test_consoles_list_as_json(terminal: Terminal, console: str) -> None:
    shown = json.loads(terminal.type("consoles", "list", "--json").out)

    assert [str(each["id"]) for each in shown] == [console]


@pytest.mark.parametrize(
    ("words", "nothing"),
    [
        ("consoles list", "You have no consoles."),
        ("consoles shared", "No consoles are shared with you."),
        ("webapps list", "There are no web apps."),
    ],
)
def test_an_empty_list_says_so_beside_the_data(
    terminal: Terminal, words: str, nothing: str
) -> None:
    shown = terminal.type(*words.split())

    assert (shown.exit_code, shown.out, shown.err) == (0, "", f"{nothing}\n")


@pytest.mark.parametrize("words", ["consoles list", "consoles shared", "webapps list"])
def test_an_empty_list_as_json_is_an_empty_list(terminal: Terminal, words: str) -> None:
    assert json.loads(terminal.type(*words.split(), "--json").out) == []


def test_consoles_show(terminal: Terminal, console: str) -> None:
    shown = json.loads(terminal.type("consoles", "show", console, "--json").out)

    assert shown["url"] == f"{terminal.environ['PA_HOST']}/user/alice/consoles/{console}/"


def test_consoles_kill(terminal: Terminal, console: str) -> None:
    assert terminal.type("consoles", "kill", console, "--yes").exit_code == 0
    assert terminal.type("consoles", "list").out == ""


def test_what_destroys_needs_yes_where_nobody_can_be_asked(
    terminal: Terminal, console: str, pa: Emulator
) -> None:
    pa.clear_requests()

    shown = terminal.type("consoles", "kill", console)

    assert (shown.exit_code, pa.requests()) == (2, [])
    assert "Pass --yes" in shown.err


def test_nothing_is_killed_where_one_is_missing(terminal: Terminal, console: str) -> None:
    assert terminal.type("consoles", "kill", console, "999", "--yes").exit_code == 5
    assert console in terminal.type("consoles", "list").out


def test_what_was_destroyed_is_told_as_json(
    terminal: Terminal, console: str, mapping: str, file: str
) -> None:
    terminal.type("files", "share", file)

    def told(*words: str) -> object:
        return json.loads(terminal.type(*words, "--yes", "--json").out)

    assert told("consoles", "kill", console) == {"killed": [int(console)]}
    assert told("static-files", "remove", mapping) == {"domain": DOMAIN, "removed": [int(mapping)]}
    assert told("files", "unshare", file) == {"path": file, "shared": False}
    assert told("webapps", "delete") == {"domain_name": DOMAIN, "deleted": True}


def test_a_no_changes_nothing_and_says_so(
    terminal: Terminal, console: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stdin = io.StringIO("n\n")
    stdin.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr("sys.stdin", stdin)

    shown = terminal.type("consoles", "kill", console)

    assert shown.exit_code != 0
    assert shown.err.endswith("Nothing was changed.\n")
    assert "Interrupted" not in shown.err
    assert console in terminal.type("consoles", "list").out


def test_a_mapping_that_goes_meanwhile_is_not_said_to_be_removed(
    terminal: Terminal, pa: Emulator, mapping: str
) -> None:
    pa.add_fault(method="DELETE", path=".*", status=404, body="{}", times=1)

    shown = terminal.type("static-files", "remove", mapping, "--yes")

    assert f"Mapping {mapping} is gone already." in shown.err


@pytest.mark.parametrize("command", ["static-files add", "static-files set {}"])
def test_a_mapping_to_a_path_that_is_missing_is_warned_of(
    terminal: Terminal, pa: Emulator, mapping: str, command: str
) -> None:
    pa.path("/home/alice/there").mkdir(parents=True)
    words = command.format(mapping).split()

    gone = terminal.type(*words, "/gone/", "~/gone")
    assert gone.exit_code == 0
    assert "/home/alice/gone does not exist on PythonAnywhere." in gone.err
    assert "does not exist" not in terminal.type(*words, "/there/", "~/there").err


def test_files_tree(terminal: Terminal, file: str) -> None:
    assert file in terminal.type("files", "tree", "~").out.splitlines()


def test_files_share_prints_a_link_that_works(terminal: Terminal, file: str) -> None:
    link = terminal.type("files", "share", "~/notes.txt").out.strip()

    assert terminal.type("files", "shared", file).out.strip() == link
    assert link.startswith(f"{terminal.environ['PA_HOST']}/user/alice/shares/")


def test_files_unshare(terminal: Terminal, file: str) -> None:
    terminal.type("files", "share", file)

    assert "no longer shared" in terminal.type("files", "unshare", file, "--yes").err
    assert (
        "was not shared; nothing was changed"
        in terminal.type("files", "unshare", file, "--yes").err
    )


def test_webapps_show(terminal: Terminal, webapp: str) -> None:
    assert (
        f"domain_name                   {webapp}"
        in terminal.type("webapps", "show").out.splitlines()
    )


def test_webapps_delete(terminal: Terminal, webapp: str) -> None:
    assert f"Deleted {webapp}" in terminal.type("webapps", "delete", "--yes").err
    assert terminal.type("webapps", "list").out == ""


def test_static_files_add_is_done_once(terminal: Terminal, pa: Emulator, webapp: str) -> None:
    first = terminal.type("static-files", "add", "/s/", "~/s")
    second = terminal.type("static-files", "add", "/s/", "~/s")

    assert hosted.mappings(pa) == [("/s/", "/home/alice/s")], webapp
    assert "takes effect after a reload" in first.err
    assert "was there already" in second.err


def test_static_files_add_has_the_rules_of_the_input(terminal: Terminal) -> None:
    shown = terminal.type("static-files", "add", "s", "relative")

    assert shown.exit_code == 2
    assert "must begin with a slash" in shown.err
    assert "is not absolute" in shown.err


def test_static_files_show(terminal: Terminal, mapping: str) -> None:
    shown = json.loads(terminal.type("static-files", "show", mapping, "--json").out)

    assert shown == {"id": int(mapping), "url": "/s/", "path": "/x"}


def test_static_files_set(terminal: Terminal, pa: Emulator, mapping: str) -> None:
    terminal.type("static-files", "set", mapping, "/t/", "~/t")

    assert hosted.mappings(pa) == [("/t/", "/home/alice/t")]


def test_static_files_remove(terminal: Terminal, pa: Emulator, mapping: str) -> None:
    terminal.type("static-files", "remove", mapping, "--yes")

    assert hosted.mappings(pa) == []


def test_logs_show_the_end(terminal: Terminal, pa: Emulator, webapp: str) -> None:
    log = pa.path(f"/var/log/{webapp}.error.log")
    log.write_text("one\ntwo#012three\nfour\n")

    assert terminal.type("logs", "-n", "2").out == "three\nfour\n"


def test_a_log_line_cannot_move_the_cursor(terminal: Terminal, pa: Emulator, webapp: str) -> None:
    log = pa.path(f"/var/log/{webapp}.error.log")
    log.write_text("\x1b[2Jgone\n")

    assert terminal.type("logs").out == "gone\n"


def test_elsewhere_the_login_name_says_nothing(terminal: Terminal) -> None:
    del terminal.environ["PYTHONANYWHERE_USERNAME"]
    terminal.environ["USER"] = "alice"

    assert terminal.type("webapps", "list").exit_code == 2


def test_a_terminal_gets_a_table(
    terminal: Terminal, webapp: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pa_deploy.cli.show._on_a_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", "200")

    shown = terminal.type("webapps", "list").out.splitlines()

    assert "python_version" in shown[0] + shown[1]
    assert webapp in "".join(shown)


@pytest.mark.parametrize("width", ["40", "80"])
def test_a_narrow_terminal_cuts_nothing(
    terminal: Terminal, pa: Emulator, monkeypatch: pytest.MonkeyPatch, width: str
) -> None:
    domain = f"www.{'very-' * 10}long.example.com"
    hosted.api(pa, "POST", "webapps/", domain_name=domain, python_version="python313")
    monkeypatch.setattr("pa_deploy.cli.show._on_a_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", width)

    shown = terminal.type("webapps", "list").out

    assert "…" not in shown
    _, _, body = shown.partition("─")
    pieces = (line.split(maxsplit=1)[0] for line in body.splitlines()[1:] if line.strip())
    assert domain in "".join(pieces)
