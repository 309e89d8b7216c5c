"""`pa-deploy releases`, `rollback` and `release …`, as typed."""

from __future__ import annotations

import json
import math
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from pa_deploy.clock import SystemClock
from pa_deploy.loader.seal import sealed
from pa_deploy.lock import Lock
from pa_deploy.lock.lock import LEASE_SECONDS
from pa_emulator import Emulator
from tests.hosted import DOMAIN, api, visit
from tests.pa_deploy.release.account import hello
from tests.pa_deploy.release.job import Job
from tests.pa_deploy.release.shipper import WSGI, Shipper, releases, writes
from tests.runner import Runner
from tests.soak import first_of
from tests.terminal import Terminal


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the folder of an account with two releases is kept, once there is one."""
    return tmp_path_factory.mktemp("shipped") / "folder"


@pytest.fixture
def two(shipper: Shipper, shipped: Path) -> list[str]:
    """Two releases that went live one after the other; their ids."""
    if shipped.exists():
        shutil.copytree(shipped, shipper.folder, symlinks=True, dirs_exist_ok=True)
        shipper.reload()
    else:
        for text in ("one", "two"):
            shipper.ship(hello(text))
        shutil.copytree(shipper.folder, shipped, symlinks=True)
    status = shipper.status()
    return [status.previous, status.live]


def test_releases_are_listed_with_their_state(terminal: Terminal, two: list[str]) -> None:
    rows = json.loads(terminal.type("releases", "--json").out)

    assert [(row["id"], row["state"]) for row in rows] == [(two[1], "live"), (two[0], "kept")]
    assert [row["rollback"] for row in rows] == ["no", "next"]


def test_status_names_the_live_release_and_its_commit(
    terminal: Terminal, shipper: Shipper, two: list[str]
) -> None:
    place = shipper.folder / "records" / f"{two[1]}.json"
    record = json.loads(place.read_text())
    place.write_text(json.dumps(sealed({**record, "commit": "0123456789abcdef"})))

    shown = terminal.type("status")
    data = json.loads(terminal.type("status", "--json").out)

    assert f"release              {two[1]} (commit 0123456789ab, created 20" in shown.out
    assert (data["release"]["id"], data["release"]["commit"]) == (two[1], "0123456789abcdef")


@pytest.mark.parametrize("harm", [["record"], ["status"], ["status", "settled"]])
def test_status_says_what_it_knows_of_a_release(
    terminal: Terminal, shipper: Shipper, two: list[str], harm: list[str]
) -> None:
    for each in harm:
        gone = f"records/{two[1]}.json" if each == "record" else f"{each}.json"
        (shipper.folder / gone).write_text("{}")

    done = terminal.type("status")

    assert done.exit_code == 0
    assert (two[1] in done.out) == ("settled" not in harm)


@pytest.mark.soak
@pytest.mark.usefixtures("two")
def test_status_names_no_release_that_is_not_served(terminal: Terminal, pa: Emulator) -> None:
    terminal.type("release", "detach", "--yes")
    pa.clear_requests()

    assert json.loads(terminal.type("status", "--json").out)["release"] is None
    assert not [call for call in pa.requests() if "status.json" in call["path"]]


def test_no_releases(terminal: Terminal) -> None:
    assert terminal.type("releases").err == "There are no releases.\n"


def test_rollback_goes_back_and_asks_the_site(
    terminal: Terminal, pa: Emulator, two: list[str]
) -> None:
    done = terminal.type("rollback")

    assert done.exit_code == 0, done.err
    assert done.out.startswith(f"Release {two[0]} is live again, in place of {two[1]}: https://")
    assert visit(pa).text == "one"


@pytest.mark.parametrize("damaged", [None, "{"])
def test_rollback_goes_back_though_the_status_was_lost(
    terminal: Terminal, pa: Emulator, shipper: Shipper, two: list[str], damaged: str | None
) -> None:
    (shipper.folder / "status.json").unlink()
    if damaged:
        (shipper.folder / "status.json").write_text(damaged)

    done = terminal.type("rollback")

    assert done.out.startswith(f"Release {two[0]} is live again, in place of {two[1]}: "), done.err
    assert visit(pa).text == "one"


@pytest.mark.soak
def test_rollback_tells_of_a_mapping_that_shows_what_the_release_lacks(
    terminal: Terminal, pa: Emulator, two: list[str]
) -> None:
    path = f"/home/alice/.pa-deploy/{DOMAIN}/current"
    for url, folder in (("/static/", "assets"), ("/code/", "mysite.py")):
        api(pa, "POST", f"webapps/{DOMAIN}/static_files/", url=url, path=f"{path}/{folder}")

    done = terminal.type("rollback")

    assert f"/static/ shows `assets`, which release {two[0]} does not have" in done.err
    assert "/code/" not in done.err


def test_rollback_to_a_release(terminal: Terminal, pa: Emulator, two: list[str]) -> None:
    done = terminal.type("rollback", "--to", two[0], "--json")

    assert json.loads(done.out) == {"release": two[0], "previous_release": two[1]}
    assert visit(pa).text == "one"


@pytest.mark.soak
def test_a_rolled_back_release_is_listed_as_such(terminal: Terminal, two: list[str]) -> None:
    terminal.type("rollback")

    rows = json.loads(terminal.type("releases", "--json").out)

    assert [(row["id"], row["state"]) for row in rows] == [
        (two[0], "live"),
        (two[1], "rolled back"),
    ]


def test_rollback_without_a_release_is_exit_code_5(terminal: Terminal) -> None:
    done = terminal.type("rollback")

    assert done.exit_code == 5
    assert "There is no release to go back to: nothing was deployed yet." in done.err


def test_rollback_to_a_release_that_was_deleted_by_hand(
    terminal: Terminal, pa: Emulator, shipper: Shipper, two: list[str]
) -> None:
    shutil.rmtree(shipper.folder / "releases" / two[0])

    done = terminal.type("rollback")

    assert done.exit_code == 5
    assert f"Release {two[0]} was deleted" in done.err
    assert visit(pa).text == "two"


@pytest.mark.soak
@pytest.mark.usefixtures("two")
def test_rollback_where_releases_are_detached_says_so_at_once(
    terminal: Terminal, shipper: Shipper
) -> None:
    terminal.type("release", "detach", "--yes")
    pointer = (shipper.folder / "pointer.json").read_bytes()

    done = terminal.type("rollback")

    assert done.exit_code == 5
    assert "does not serve releases" in done.err
    assert (shipper.folder / "pointer.json").read_bytes() == pointer


@pytest.mark.soak
def test_rollback_to_an_unhealthy_release_is_exit_code_8(
    terminal: Terminal, shipper: Shipper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pa_deploy.verify.wait.PAUSE_SECONDS", math.inf)  # it is asked once
    broken = "def app(environ, start_response):\n    raise ValueError\n"
    shipper.ship({"mysite.py": broken})
    shipper.ship(hello("two"))

    done = terminal.type("rollback")

    assert done.exit_code == 8
    assert "is live again, but the site is not healthy" in done.err


@pytest.mark.soak
@pytest.mark.usefixtures("two")
def test_rollback_of_a_site_with_a_password_asks_it_with_its_login(
    terminal: Terminal, pa: Emulator
) -> None:
    protection = {
        "password_protection_enabled": "true",
        "password_protection_username": "carol",
        "password_protection_password": "c0rrect:",
    }
    api(pa, "PATCH", f"webapps/{DOMAIN}/", **protection)
    api(pa, "POST", f"webapps/{DOMAIN}/reload/")
    assert visit(pa).status_code == 401

    done = terminal.type("rollback")

    assert done.exit_code == 0, done.err


BOT = {
    "mysite.py": "def app(environ, start_response):\n"
    "    is_there = environ['PATH_INFO'] == '/bot'\n"
    "    start_response('200 OK' if is_there else '404 No', [])\n"
    "    return [b'bot']\n"
}
"""An app without a page at `/`."""


class TestRollbackOfAnAppWithoutAFrontPage:
    """It is asked for as the deploy of the release has asked."""

    @pytest.mark.parametrize(
        ("check", "said"),
        first_of(
            [
                ({"health_check": "/bot"}, "/bot answered 200"),
                ({"health_status": "404"}, "/ answered 404"),
                ({"health_check": "/bot", "health_text": "bot"}, "/bot answered 200"),
                ({"health_check": "none"}, "the site was not asked"),
                ({"health_check": f"https://{DOMAIN}/bot?x=1"}, "/bot?*** answered 200"),
            ]
        ),
    )
    def test_is_healthy(
        self, runner: Runner, pa: Emulator, terminal: Terminal, check: dict[str, str], said: str
    ) -> None:
        job = Job(runner, pa)
        for text in ("one", "two"):
            done = job.push({**BOT, "text": text}, **check)
            assert done.exit_code == 0, done.log

        done_back = terminal.type("rollback")

        assert done_back.exit_code == 0, done_back.err
        assert said in done_back.out
        assert said.partition(" ")[0] in terminal.type("status").out or "none" in check.values()

    @pytest.mark.soak
    def test_is_asked_as_an_input_says(
        self, runner: Runner, pa: Emulator, terminal: Terminal
    ) -> None:
        job = Job(runner, pa)
        for text in ("one", "two"):
            job.push({**BOT, "text": text}, health_check="/bot")

        done = terminal.type("rollback", "--health-check", "/none")

        assert done.exit_code == 8
        assert "/none answered 404" in done.err
        assert "--health-check /PAGE" not in done.err

    @pytest.mark.soak
    def test_that_is_not_known_names_the_flag(
        self, shipper: Shipper, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("pa_deploy.verify.wait.PAUSE_SECONDS", math.inf)  # it is asked once
        shipper.ship({**BOT, "text": "one"})
        shipper.ship({**BOT, "text": "two"})

        done = terminal.type("rollback")

        assert done.exit_code == 8
        assert "pa-deploy status --health-check /PAGE" in done.err


@pytest.mark.soak
def test_an_automatic_rollback_asks_as_the_former_deploy_has_asked(
    runner: Runner, pa: Emulator
) -> None:
    job = Job(runner, pa)
    assert job.push(BOT, health_check="/bot").exit_code == 0

    done = job.push(hello("new"), health_check="/", health_text="never there", preflight="false")

    assert done.exit_code == 8
    assert "Rolled back: the former release and configuration are live again." in done.errors[0]
    assert "/bot answered 200" in done.errors[0]


def put_ticket(shipper: Shipper) -> Path:
    """That of another deploy."""
    now = int(SystemClock().time())
    file = shipper.folder / "lock" / f"{now - 60}-{'0' * 16}-{now - 60 + LEASE_SECONDS}"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps({"owner": "bob", "run": "https://ci.example/7"}))
    return file


def tickets(shipper: Shipper) -> list[Path]:
    return list((shipper.folder / "lock").glob("*"))


def ship_three(shipper: Shipper, ticket: Path) -> Callable[[], object]:
    """What the other deploy does until it gives the lock back."""

    def ship() -> None:
        shipper.ship(hello("three"))
        ticket.unlink()

    return ship


def while_it_waits(monkeypatch: pytest.MonkeyPatch, do: Callable[[], object]) -> None:
    """The first wait of the command ends when this is done; the others as they do."""

    class Clock(SystemClock):
        waited = False

        def sleep(self, seconds: float) -> None:
            if self.waited:
                super().sleep(seconds)
            else:
                self.waited = True
                do()

    monkeypatch.setattr("pa_deploy.cli.SystemClock", Clock)


@pytest.mark.soak
@pytest.mark.usefixtures("two")
def test_rollback_writes_the_pointer_and_around_it_the_ticket_of_the_lock(
    terminal: Terminal, pa: Emulator
) -> None:
    pa.clear_requests()

    terminal.type("rollback")

    upload, *rest = writes(pa)
    assert upload.startswith(f"POST {releases('lock/')}")
    assert rest == [
        f"POST {releases('pointer.json')}",
        f"POST webapps/{DOMAIN}/reload/",
        f"DELETE {upload.removeprefix('POST ')}",
    ]


@pytest.mark.soak
@pytest.mark.usefixtures("two")
def test_rollback_without_the_lock_is_the_pointer_and_the_reload(
    terminal: Terminal, pa: Emulator, shipper: Shipper
) -> None:
    put_ticket(shipper)
    pa.clear_requests()

    terminal.type("rollback", "--lock", "false")

    assert writes(pa) == [
        f"POST {releases('pointer.json')}",
        f"POST webapps/{DOMAIN}/reload/",
    ]


@pytest.mark.usefixtures("two")
def test_rollback_waits_for_the_lock_of_another_no_longer_than_it_may(
    terminal: Terminal, pa: Emulator, shipper: Shipper
) -> None:
    ticket = put_ticket(shipper)

    done = terminal.type("rollback", "--lock-timeout", "1")

    assert done.exit_code == 10
    assert "(bob https://ci.example/7); waited 1 s." in done.err
    assert visit(pa).text == "two"
    assert tickets(shipper) == [ticket]


@pytest.mark.soak
@pytest.mark.usefixtures("two")
def test_rollback_goes_on_when_the_lock_is_free(
    terminal: Terminal, pa: Emulator, shipper: Shipper, monkeypatch: pytest.MonkeyPatch
) -> None:
    while_it_waits(monkeypatch, put_ticket(shipper).unlink)

    done = terminal.type("rollback")

    assert done.exit_code == 0, done.err
    assert visit(pa).text == "one"


@pytest.mark.soak
@pytest.mark.usefixtures("two")
def test_rollback_to_whatever_was_before_is_not_made_from_a_release_that_nobody_has_seen(
    terminal: Terminal, pa: Emulator, shipper: Shipper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would bring back the one that somebody wanted to get away from."""
    while_it_waits(monkeypatch, ship_three(shipper, put_ticket(shipper)))

    done = terminal.type("rollback")

    assert done.exit_code == 10
    assert f"release {shipper.status().live} went live in place of" in done.err
    assert visit(pa).text == "three"
    assert tickets(shipper) == []


@pytest.mark.soak
def test_rollback_to_whatever_was_before_is_not_made_where_that_is_another_one_by_now(
    terminal: Terminal,
    pa: Emulator,
    shipper: Shipper,
    two: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ticket = put_ticket(shipper)

    def there_and_back() -> None:
        shipper.ship(hello("three"))
        shipper.rollback(two[1])
        ticket.unlink()

    while_it_waits(monkeypatch, there_and_back)

    done = terminal.type("rollback")

    assert done.exit_code == 10
    assert f"and then release {two[1]} again" in done.err
    assert visit(pa).text == "two"


@pytest.mark.soak
def test_rollback_to_a_named_release_is_made_whatever_went_live_meanwhile(
    terminal: Terminal,
    pa: Emulator,
    shipper: Shipper,
    two: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    while_it_waits(monkeypatch, ship_three(shipper, put_ticket(shipper)))

    done = terminal.type("rollback", "--to", two[0])

    assert done.exit_code == 0, done.err
    assert visit(pa).text == "one"


@pytest.mark.soak
@pytest.mark.usefixtures("two")
def test_the_ticket_of_a_rollback_says_whose_it_is(
    terminal: Terminal, shipper: Shipper, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.environ["USER"] = "carol"
    said: list[str] = []
    real = Lock.acquire

    def acquire(self: Lock, timeout_seconds: float) -> None:
        real(self, timeout_seconds)
        said.extend(file.read_text() for file in tickets(shipper))

    monkeypatch.setattr(Lock, "acquire", acquire)

    terminal.type("rollback")

    assert [json.loads(text)["owner"] for text in said] == ["carol"]


@pytest.mark.soak
@pytest.mark.usefixtures("two")
def test_a_rollback_that_is_refused_gives_the_lock_back(
    terminal: Terminal, pa: Emulator, shipper: Shipper
) -> None:
    pa.add_fault(method="POST", path="pointer.json$", status=400, body="{}")

    assert terminal.type("rollback").exit_code == 5
    assert tickets(shipper) == []


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("method", first_of(["acquire", "release"]))
def test_a_signal_leaves_no_lock_whether_it_was_just_taken_or_is_being_given_back(
    terminal: Terminal, shipper: Shipper, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    real = getattr(Lock, method)
    seen: list[int] = []

    def interrupted(*args: object) -> object:
        if method == "acquire":
            real(*args)
        seen.append(len(tickets(shipper)))
        os.kill(os.getpid(), signal.SIGTERM)
        return real(*args)

    monkeypatch.setattr(Lock, method, interrupted)

    done = terminal.type("rollback")

    assert (done.exit_code, seen) == (143, [1]), done.err
    assert tickets(shipper) == []


def test_an_interrupted_rollback_does_not_advise_to_go_back_once_more(
    terminal: Terminal, two: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be live by then, and the same command would leave it too."""

    def interrupted(*_: object) -> object:
        os.kill(os.getpid(), signal.SIGINT)
        return None

    monkeypatch.setattr("pa_deploy.cli.releases.activate", interrupted)

    done = terminal.type("rollback")

    assert done.exit_code == 130
    assert f"pa-deploy rollback --to {two[0]}" in done.err
    assert "Run again" not in done.err


@pytest.mark.parametrize(("command", "exit_code"), first_of([("rollback", 2), ("status", 0)]))
@pytest.mark.usefixtures("two")
def test_what_is_said_of_the_lock_counts_where_it_is_taken(
    terminal: Terminal, command: str, exit_code: int
) -> None:
    terminal.environ["PA_LOCK"] = "perhaps"

    assert terminal.type(command).exit_code == exit_code


def test_a_rollback_to_nowhere_takes_no_lock(
    terminal: Terminal, pa: Emulator, two: list[str]
) -> None:
    pa.clear_requests()

    terminal.type("rollback", "--to", two[1])

    assert {call["method"] for call in pa.requests()} == {"GET"}


def test_detach_puts_the_former_wsgi_file_back(
    terminal: Terminal, pa: Emulator, shipper: Shipper, two: list[str]
) -> None:
    done = terminal.type("release", "detach", "--yes")

    assert done.exit_code == 0, done.err
    assert "Hello, World!" in visit(pa).text
    assert shipper.status().live == two[1]


@pytest.mark.parametrize("edit", first_of(["# precious\n", "\nBASE = 'precious'\n"]))
def test_detach_keeps_what_somebody_has_made_of_the_wsgi_file(
    terminal: Terminal, pa: Emulator, shipper: Shipper, edit: str
) -> None:
    shipper.serve("one")
    edited = pa.path(WSGI).read_text() + edit
    pa.path(WSGI).write_text(edited)

    done = terminal.type("release", "detach", "--yes")

    assert done.exit_code == 0, done.err
    (kept,) = (shipper.folder / "backups").glob("*.replaced")
    assert kept.read_text() == edited
    assert f"kept as {shipper.account.layout.backups}/{kept.name}." in done.err


@pytest.mark.usefixtures("two")
def test_detach_asks_first(terminal: Terminal, pa: Emulator) -> None:
    assert terminal.type("release", "detach").exit_code == 2
    assert visit(pa).text == "two"


@pytest.mark.usefixtures("shipper")
def test_there_is_nothing_to_detach_from_without_releases(terminal: Terminal, pa: Emulator) -> None:
    pa.path(WSGI).write_text("application = None\n")

    done = terminal.type("release", "detach", "--yes")

    assert done.exit_code == 5
    assert "does not serve releases" in done.err


def test_files_of_a_release_are_listed_the_largest_first(
    offline: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, size in (("a", 1), ("b", 300), ("c", 20), ("d.pyc", 4)):
        (tmp_path / name).write_text("x" * size)
    monkeypatch.chdir(tmp_path)

    done = offline.type("release", "files", "--source", ".", "-n", "2")

    assert done.out == "b\t300\t\nc\t20\t\nd.pyc\t\ta cache\n"
    assert done.err == "The release has 3 files, 1 KiB.\n1 file is left out of the release.\n"


LEFT_OUT = {
    ".env": "named like a secret",
    ".git/": "version control",
    "a.log": "ignored by .gitignore, line 1",
    "docs/": "in `exclude`",
    "out.json": "a file of this run",
    "pa-deploy.toml": "the config file",
    "tls.pem": "a private key",
    "token.txt": "a file of this run",
    "notes.txt": "a file with your API token in it",
}


def test_all_that_is_left_out_of_a_release_is_listed_with_the_reason(
    offline: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = "0123456789abcdef" * 2
    for name in (".git/x", ".env", "a.log", "docs/a.md", "out.json", "token.txt", "app.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / ".gitignore").write_text("*.log\n")
    (tmp_path / "out.json").write_text('{"generator": "pa-deploy"}')
    (tmp_path / "notes.txt").write_text(f"mine is {token}")
    (tmp_path / "tls.pem").write_text("-----BEGIN PRIVATE KEY-----\n")
    (tmp_path / "pa-deploy.toml").write_text(
        'source = "."\nexclude = ["docs/"]\nreport = "out.json"\n'
    )
    monkeypatch.chdir(tmp_path)
    offline.environ.update(PA_TOKEN=token, PA_TOKEN_FILE="token.txt")

    done = offline.type("release", "files", "--json")

    rows = json.loads(done.out)
    assert {row["path"]: row["left_out"] for row in rows if row["left_out"]} == LEFT_OUT
    assert {row["path"] for row in rows if not row["left_out"]} == {".gitignore", "app.py"}
    assert token not in done.out + done.err
    assert '"tls.pem"' in done.err


@pytest.mark.parametrize("name", ["PA_TOKEN", "PA_TOKEN_FILE", "INPUT_TOKEN-FILE", "PLUGIN_TOKEN"])
def test_a_file_with_the_token_is_left_out_wherever_the_token_stands(
    offline: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    token = "0123456789abcdef" * 2
    (tmp_path / "app.py").write_text("x")
    (tmp_path / "notes.txt").write_text(f"mine is {token}")
    (tmp_path / "kept").write_text(f"{token}\n")
    monkeypatch.chdir(tmp_path)
    offline.environ[name] = "kept" if name.endswith("FILE") else token

    done = offline.type("release", "files", "--source", ".", "--json")

    rows = {row["path"]: row["left_out"] for row in json.loads(done.out)}
    assert rows["notes.txt"] == "a file with your API token in it"
    assert rows["app.py"] is None


@pytest.mark.parametrize("content", [None, "", "two words"])
def test_a_token_file_that_cannot_be_used_is_told_with_all_other_problems(
    offline: Terminal, tmp_path: Path, content: str | None
) -> None:
    if content is not None:
        (tmp_path / "kept").write_text(content)
    offline.environ["PA_TOKEN_FILE"] = str(tmp_path / "kept")

    done = offline.type("release", "files")

    assert done.exit_code == 2
    assert "token-file: " in done.err
    assert "source: it was not given." in done.err


def test_files_of_no_source(offline: Terminal) -> None:
    done = offline.type("release", "files")

    assert done.exit_code == 2
    assert "source: it was not given." in done.err
