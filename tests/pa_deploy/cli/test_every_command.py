"""Each command that there is: its success, its empty case and its error, against the emulator.

The table must name each command of the program, so that none comes in without its three facts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
import requests

from pa_deploy.cli.commands import cli
from pa_emulator import Emulator
from tests import hosted
from tests.hosted import DOMAIN
from tests.pa_deploy.release.account import hello
from tests.pa_deploy.release.shipper import Shipper
from tests.soak import in_soak, one_in
from tests.terminal import Result, Terminal

HOME = "/home/alice"
WRONG = "--token=" + "0" * 40


@dataclass(frozen=True)
class Says:
    """What a command is given, and what it must answer: exit code, and text on stdout or stderr.

    `{console}`, `{mapping}` and `{link}` stand for what the account has.
    """

    words: str
    text: str
    exit_code: int = 0


@dataclass(frozen=True, kw_only=True)
class Facts:
    """`empty` is asked of an account that has a web app and nothing else, or where it says `bare`
    of one that has nothing at all; None where the command is about one thing that must be there.
    """

    success: Says
    empty: Says | None
    error: Says
    bare: bool = False


REFUSED = Says(WRONG, "Invalid token", 4)
EVERY = {
    "check": Facts(
        success=Says("--force-https false", "no differences"),
        empty=Says("--force-https true", "Differences found", 3),
        error=Says("--mode apply", "No such option '--mode'", 2),
    ),
    "consoles list": Facts(
        success=Says("", "{console}"), empty=Says("", "You have no consoles."), error=REFUSED
    ),
    "consoles shared": Facts(
        success=Says("", "bob"),
        empty=Says("", "No consoles are shared with you."),
        error=REFUSED,
    ),
    "consoles show": Facts(
        success=Says("{console}", "bash"), empty=None, error=Says("999", "Not found", 5)
    ),
    "consoles kill": Facts(
        success=Says("{console} --yes", "Killed console {console}."),
        empty=Says("999 --yes", "no console 999; nothing was changed.\nThere are none.", 5),
        error=Says("{console} 999 --yes", "There are only: {console}.", 5),
    ),
    "deploy": Facts(
        success=Says("--force-https true --reload never", "1 change made"),
        empty=Says("--reload never", "nothing to change"),
        error=Says("--mode nonsense", "is not one of the choices", 2),
    ),
    "doctor": Facts(
        success=Says("", "token\tok\tIt is valid for alice", 8),
        empty=Says("", "shipped no release to this web app", 8),
        error=Says("--mode apply", "No such option '--mode'", 2),
    ),
    "files tree": Facts(
        success=Says("~", f"{HOME}/notes.txt"),
        empty=Says("~/empty", "Nothing is there."),
        error=Says("~/none", "does not exist", 5),
    ),
    "files share": Facts(
        success=Says("~/notes.txt", "/user/alice/shares/"),
        empty=None,
        error=Says("~/none", "Not found", 5),
    ),
    "files shared": Facts(
        success=Says("~/shared.txt", "{link}"),
        empty=None,
        error=Says("~/notes.txt", "is not shared", 5),
    ),
    "files unshare": Facts(
        success=Says("~/shared.txt --yes", "is no longer shared"),
        empty=Says("~/empty --yes", "was not shared; nothing was changed", 5),
        error=Says("~/shared.txt", "Pass --yes", 2),
    ),
    "init": Facts(
        success=Says("--dry-run --app mysite:app", "mysite:app"),
        empty=Says("", "No web app was found", 2),
        error=Says("--username alice@example.com", "is not a PythonAnywhere user name", 2),
    ),
    "logs": Facts(
        success=Says("server", "a line of the log"),
        empty=Says("access", "access.log is empty."),
        error=Says("--domain none.example.com", "There is no /var/log/none.example.com", 5),
    ),
    "plan": Facts(
        success=Says("--force-https true", "1 change planned"),
        empty=Says("", "no changes planned"),
        error=Says("--mode check", "No such option '--mode'", 2),
    ),
    "reload": Facts(
        success=Says("", f"Reloaded {DOMAIN}."),
        empty=None,
        error=Says("--domain none.example.com", "no such web app", 5),
    ),
    "release detach": Facts(
        success=Says("--yes", "as it was before the first release"),
        empty=None,
        error=Says("--yes --domain none.example.com", "does not serve releases", 5),
    ),
    "release files": Facts(
        success=Says(f"--source {hosted.FLASK}", "app.py"),
        empty=None,
        error=Says("--source none", "There is no folder none in the workspace.", 2),
    ),
    "releases list": Facts(
        success=Says("", "{release}"), empty=Says("", "There are no releases."), error=REFUSED
    ),
    "releases prune": Facts(
        success=Says("--keep 1", "Removed releases {release}"),
        empty=Says("", "There are no releases."),
        error=Says("--keep 0", "0 is not in the range 1<=x<=50", 2),
    ),
    "rollback": Facts(
        success=Says("", "Release {release} is live again"),
        empty=None,
        error=Says("--to nonsense", 'There is no release "nonsense"', 5),
    ),
    "static-files list": Facts(
        success=Says("", "{mapping}\t/s/\t/x"),
        empty=Says("", f"{DOMAIN} has no static file mappings."),
        error=Says("--domain none.example.com", "There is no such web app", 5),
    ),
    "static-files show": Facts(
        success=Says("{mapping}", "/s/"), empty=None, error=Says("999", "Not found", 5)
    ),
    "static-files add": Facts(
        success=Says("/t/ ~/t", f"{HOME}/t"),
        empty=None,
        error=Says("t relative", "is not absolute", 2),
    ),
    "static-files set": Facts(
        success=Says("{mapping} /t/ ~/t", f"{HOME}/t"),
        empty=None,
        error=Says("999 /t/ ~/t", "There are only: {mapping}.", 5),
    ),
    "static-files remove": Facts(
        success=Says("{mapping} --yes", "Removed mapping {mapping}."),
        empty=Says("999 --yes", "There is no static file mapping of " + DOMAIN, 5),
        error=Says("{mapping} 999 --yes", "with the id 999; nothing was changed", 5),
    ),
    "status": Facts(
        success=Says("", "/s/ = /x"),
        empty=Says("", "0 mappings"),
        error=Says("--domain none.example.com", "There is no web app none.example.com", 5),
    ),
    "webapps list": Facts(
        success=Says("", DOMAIN),
        empty=Says("", "There are no web apps."),
        error=REFUSED,
        bare=True,
    ),
    "webapps show": Facts(
        success=Says("", "python_version"),
        empty=None,
        error=Says("--domain none.example.com", "There is no such web app", 5),
    ),
    "webapps delete": Facts(
        success=Says("--yes", f"Deleted {DOMAIN}."),
        empty=None,
        error=Says("--yes --domain none.example.com", "There is no such web app", 5),
    ),
}

# Their success needs releases that went live; tests/pa_deploy/release/test_commands.py has it too.
OF_RELEASES = {"release detach", "releases list", "releases prune", "rollback"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of its own, as some commands read or write in the current one."""
    monkeypatch.chdir(tmp_path)


def leaves(command: click.Command, name: str = "") -> Iterator[str]:
    if isinstance(command, click.Group):
        context = click.Context(command)
        for word in command.list_commands(context):
            child = command.get_command(context, word)
            assert child is not None
            yield from leaves(child, f"{name} {word}".strip())
    else:
        yield name


def test_the_table_has_every_command() -> None:
    assert sorted(EVERY) == sorted(leaves(cli))


@pytest.fixture
def bare(pa: Emulator, terminal: Terminal) -> Terminal:
    pa.path(f"{HOME}/empty").mkdir(parents=True)
    return terminal


@pytest.fixture
def with_webapp(pa: Emulator, bare: Terminal) -> Terminal:
    hosted.api(pa, "POST", "webapps/", domain_name=DOMAIN, python_version="python313")
    return bare


@pytest.fixture
def names(
    pa: Emulator,
    with_webapp: Terminal,  # noqa: ARG001 - it must be there
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> dict[str, str]:
    """Something of everything, and its names."""
    for name in ("notes", "shared"):
        pa.path(f"{HOME}/{name}.txt").write_text("text")
    pa.path(f"/var/log/{DOMAIN}.server.log").write_text("a line of the log\n")
    row = hosted.api(pa, "POST", f"webapps/{DOMAIN}/static_files/", url="/s/", path="/x")
    console = hosted.api(pa, "POST", "consoles/", executable="bash")
    link = hosted.api(pa, "POST", "files/sharing/", path=f"{HOME}/shared.txt").json()["url"]
    token = pa.add_user("bob")
    theirs = requests.post(
        f"{pa.url}/api/v0/user/bob/consoles/",
        headers={"Authorization": f"Token {token}"},
        data={"executable": "bash"},
        timeout=30,
    )
    pa.share_console(theirs.json()["id"], "alice")
    about_releases = request.node.callspec.params["command"] in OF_RELEASES
    return {
        "release": ship_two(pa, tmp_path) if about_releases else "",
        "mapping": str(row.json()["id"]),
        "console": str(console.json()["id"]),
        "link": pa.url + link,
    }


def ship_two(pa: Emulator, folder: Path) -> str:
    """The id of the first of two releases."""
    shipper = Shipper(pa, folder / "source")
    shipper.install()
    first = shipper.ship(hello("one")).live
    shipper.ship(hello("two"))
    return first


def ask(terminal: Terminal, command: str, says: Says, names: dict[str, str]) -> Result:
    shown = terminal.type(*command.split(), *says.words.format(**names).split())
    assert shown.exit_code == says.exit_code, shown.err
    assert says.text.format(**names) in shown.out + shown.err
    return shown


@pytest.mark.parametrize(
    "command", [in_soak(name) if name in OF_RELEASES else name for name in EVERY]
)
def test_success(terminal: Terminal, names: dict[str, str], command: str) -> None:
    ask(terminal, command, EVERY[command].success, names)


@pytest.mark.parametrize("command", [name for name, facts in EVERY.items() if facts.empty])
def test_nothing_there(request: pytest.FixtureRequest, command: str) -> None:
    facts = EVERY[command]
    terminal = request.getfixturevalue("bare" if facts.bare else "with_webapp")

    assert facts.empty is not None
    ask(terminal, command, facts.empty, {})


@pytest.mark.parametrize("command", EVERY)
def test_error(request: pytest.FixtureRequest, command: str) -> None:
    """Something of everything is there if the command is told a name of it."""
    error = EVERY[command].error
    names = request.getfixturevalue("names") if "{" in error.words + error.text else {}
    terminal = request.getfixturevalue("with_webapp")

    shown = ask(terminal, command, error, names)

    assert "Error: " in shown.err
    assert command in ("check", "deploy", "plan") or shown.out == ""


@pytest.mark.parametrize("command", one_in(9, sorted(set(EVERY) - {"deploy"})))
def test_data_comes_as_json_too(terminal: Terminal, names: dict[str, str], command: str) -> None:
    words = EVERY[command].success.words.format(**names).split()

    data = json.loads(terminal.type(*command.split(), *words, "--json").out)

    assert all(re.fullmatch(r"[a-z_]+", key) for key in keys_of(data))


def keys_of(data: object) -> Iterator[str]:
    """The names of all fields, at any depth."""
    if isinstance(data, dict):
        yield from data
        data = list(data.values())
    for inner in data if isinstance(data, list) else ():
        yield from keys_of(inner)


@pytest.mark.parametrize("command", one_in(6, EVERY))
def test_in_a_console_no_flag_is_needed(
    terminal: Terminal, names: dict[str, str], command: str
) -> None:
    """A console sets the token and the site; the account's name is the login name there."""
    terminal.environ = {
        "API_TOKEN": terminal.environ["API_TOKEN"],
        "PYTHONANYWHERE_SITE": terminal.environ["PA_HOST"],
        "PA_ALLOW_HOST": terminal.environ["PA_HOST"],
        "LOGNAME": "alice",
    }

    ask(terminal, command, EVERY[command].success, names)
