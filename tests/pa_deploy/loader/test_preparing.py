"""A release is prepared beside the live site, and only an import switches to it."""

from __future__ import annotations

import fcntl
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.pa_deploy.loader.test_loader import refusal
from tests.pa_deploy.release.account import ASK, Account, hello, preparers
from tests.pa_emulator.waiting import eventually
from tests.soak import first_of, one_in

HOUR = 3600.0
SLOW_APP = """\
import time
from pathlib import Path
while not Path({go!r}).exists():
    time.sleep(0.02)
def app(environ, start_response):
    start_response('200 OK', [])
    return [b'slow']
"""


@pytest.fixture
def account(tmp_path: Path) -> Account:
    return Account(tmp_path)


@pytest.fixture
def go(account: Account) -> Path:
    """A file that `waiting` waits for."""
    return account.base / "go"


def waiting(go: Path) -> str:
    """A command that says that it has begun, and ends when it is told to."""
    return f"touch {go}.begun; until test -e {go}; do sleep 0.02; done"


def begin(account: Account, go: Path, **more: object) -> str:
    """Let a release be prepared that takes long; the id of the one that is live."""
    first = account.serve()
    account.put(hello("two"), base=first, run=[waiting(go)], **more)
    account.boot()
    assert eventually(Path(f"{go}.begun").exists)
    return first


def age(account: Account, seconds: float) -> None:
    """Let the files by which a pointer counts be as old."""
    moment = time.time() - seconds
    os.utime(account.file("pointer.json"), (moment, moment))


# --- the visitor


@pytest.mark.soak
def test_the_live_release_serves_meanwhile(account: Account, go: Path) -> None:
    first = begin(account, go)

    answer = account.boot()

    assert (answer.body, answer.headers["X-Release"]) == ("one", first)
    assert account.status()["state"] == "preparing"
    go.touch()
    assert account.start().body == "two"


@pytest.mark.soak
def test_what_is_ready_waits_for_an_import(account: Account, go: Path) -> None:
    first = begin(account, go)
    go.touch()

    assert account.wait_for_preparer() == "ready"

    assert account.live() == first
    assert account.boot().body == "two"
    assert account.status()["state"] == "live"


@pytest.mark.soak
def test_a_release_that_is_gone_when_it_was_ready_is_prepared_again(
    account: Account, go: Path
) -> None:
    begin(account, go)
    go.touch()
    account.wait_for_preparer()
    account.file(f"records/{account.pointer['id']}.json").unlink()

    account.boot()
    assert account.status()["live"] != account.pointer["id"]

    assert account.wait_for_preparer() == "refused"
    assert refusal(account).startswith("unpack: ")


@pytest.mark.soak
@pytest.mark.parametrize("before", one_in(2, ["default", "broken", "none"]))
def test_with_nothing_to_serve_visitors_are_told_to_come_again(
    account: Account, go: Path, before: str
) -> None:
    page = account.file("before", "wsgi_before.py")
    if before == "none":
        page.unlink()
    elif before == "default":
        said = "HELLO_WORLD = '<title>PythonAnywhere hosted web application</title>'\n"
        page.write_text(said + page.read_text())
    else:
        page.write_text("import no_such_module\n")
    account.put(hello("one"), run=[waiting(go)])

    answer = account.boot()

    assert (answer.status, answer.headers["Retry-After"]) == ("503 Service Unavailable", "10")
    go.touch()
    assert account.start().body == "one"


@pytest.mark.soak
def test_a_site_of_before_serves_until_the_first_release_is_live(
    account: Account, go: Path
) -> None:
    account.put(hello("one"), run=[waiting(go)])

    assert account.boot().body == "before"

    go.touch()
    assert account.start().body == "one"


@pytest.mark.soak
def test_the_default_page_is_back_when_the_first_release_is_refused(account: Account) -> None:
    page = account.file("before", "wsgi_before.py")
    page.write_text("# HELLO_WORLD PythonAnywhere hosted web application\n" + page.read_text())
    account.put(hello("one"), run=["false"])

    assert account.start().status in {"200 OK", "503 Service Unavailable"}

    assert account.boot().body == "before"


# --- the import


def test_when_an_import_begins_and_ends_is_told(account: Account, go: Path) -> None:
    """A reload in between would be lost."""
    release = account.put({"mysite.py": SLOW_APP.format(go=str(go))})
    go.touch()
    account.start()
    go.unlink()
    account.boot_file().unlink()

    worker = account.spawn()

    assert eventually(account.boot_file().exists)
    during = json.loads(account.boot_file().read_text())
    go.touch()
    out, _ = worker.communicate(timeout=60)
    assert release in out
    after = json.loads(account.boot_file().read_text())
    assert (during["ended"], after["ended"]) == (False, True)
    assert during["id"] == after["id"]


def test_an_app_that_does_not_start_has_ended_its_import_too(account: Account) -> None:
    account.serve()
    account.released("mysite.py").write_text("raise SystemExit\n")

    account.spawn().communicate(timeout=60)

    assert json.loads(account.boot_file().read_text())["ended"] is True


# --- what the preparer and its commands inherit


def test_a_command_heeds_the_signals_that_uwsgi_ignores(account: Account) -> None:
    account.put(hello("one"), run=["grep SigIgn /proc/self/status"])
    worker = f"{sys.executable} -c {shlex.quote(ASK)} {account.wsgi}"
    ignoring = f"trap '' TERM HUP; exec {worker}"
    subprocess.run(["sh", "-c", ignoring], check=True, capture_output=True)

    account.start()

    ignored = int(account.status()["output"].split("SigIgn:")[1].split()[0], 16)
    assert not ignored & (1 << 14 | 1 << 0), hex(ignored)


@pytest.mark.soak
def test_a_command_finds_no_variable_of_uwsgi(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UWSGI_EMPEROR_FD", "7")
    account.deploy(hello("one"), run=["env | grep -c ^UWSGI_ || true"])

    assert "\n0\n" in account.status()["output"]


def test_the_preparer_has_no_file_of_the_worker(account: Account, go: Path) -> None:
    """A listening socket that it kept open would be in the way of the next master."""
    begin(account, go)
    (process,) = preparers(account.base)

    files = {str(each.readlink()) for each in Path(f"/proc/{process}/fd").iterdir()}

    assert not [each for each in files if each.startswith("socket:")]
    named = {Path(each).name for each in files if each.startswith(str(account.base))}
    assert named <= {"loader.lock", "output.log", "status.json", "status.json.new", "pointer.json"}
    go.touch()


def test_it_is_nobody_s_child(account: Account, go: Path) -> None:
    """So no server has to wait for its end."""
    begin(account, go)
    (process,) = preparers(account.base)

    session = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[3]

    assert int(session) != os.getsid(0)
    go.touch()


# --- a run that does not wait any longer


@pytest.mark.parametrize("seconds", one_in(3, [HOUR, 190.0, -HOUR]))
def test_nothing_is_begun_for_a_pointer_that_nobody_waits_for(
    account: Account, seconds: float
) -> None:
    first = account.serve()
    account.put(hello("two"), base=first)
    age(account, seconds)

    assert account.start().headers["X-Release"] == first
    assert refusal(account).startswith("lease: ")


@pytest.mark.soak
def test_nor_is_it_switched_to_what_is_ready(account: Account, go: Path) -> None:
    first = begin(account, go)
    go.touch()
    account.wait_for_preparer()
    age(account, HOUR)

    assert account.boot().headers["X-Release"] == first
    assert refusal(account).startswith("lease: ")


@pytest.mark.soak
def test_a_lease_that_was_renewed_counts(account: Account, go: Path) -> None:
    begin(account, go)
    go.touch()
    account.wait_for_preparer()
    age(account, HOUR)
    account.file("lease").touch()

    assert account.boot().body == "two"


@pytest.mark.parametrize("how", first_of(["deleted", "another"]))
def test_a_command_that_is_no_longer_wanted_is_ended(account: Account, go: Path, how: str) -> None:
    first = begin(account, go)
    pointer = account.file("pointer.json")
    if how == "deleted":
        pointer.unlink()
    else:
        account.put(hello("three"), base=first)

    state = account.wait_for_preparer()

    if how == "deleted":
        assert state == "refused"
        assert refusal(account).endswith("it is no longer wanted")
    assert account.start().body == ("one" if how == "deleted" else "three")


def test_what_the_next_run_has_uploaded_is_left_alone(account: Account, go: Path) -> None:
    """The run has died, and its lock has ended; its preparer is still at work."""
    begin(account, go)
    age(account, HOUR)
    account.upload(b"x", "part")
    account.put_secrets("next", {"KEY": "value"})
    go.touch()

    account.wait_for_preparer()

    assert account.file("incoming/part").exists()
    assert account.file("secrets/next.json").exists()


class TestWhatAnotherRunUploads:
    """Without the lock it may do so while this one prepares, or is refused."""

    @pytest.mark.parametrize("run", one_in(2, ["true", "exit 1"]))
    def test_is_left_alone(self, account: Account, run: str) -> None:
        account.put(hello("two"), run=[run])
        account.upload(b"x", "part")
        account.put_secrets("next", {"KEY": "value"})

        account.start()

        assert account.names("incoming") == ["part"]
        assert account.file("secrets/next.json").exists()

    @pytest.mark.parametrize("hours", first_of([-4, 4]))
    def test_is_removed_once_it_is_old(self, account: Account, hours: int) -> None:
        account.put(hello("two"))
        moment = time.time() - hours * HOUR
        account.upload(b"x", "part")
        account.put_secrets("next", {"KEY": "value"})
        for path in ("incoming/part", "secrets/next.json"):
            os.utime(account.file(path), (moment, moment))

        account.start()

        assert account.names("incoming") == account.names("secrets") == []

    def test_own_secrets_of_a_refused_release_are_removed_at_once(self, account: Account) -> None:
        account.put(hello("two"), run=["exit 1"], env={"KEY": "value"})

        account.start()

        assert account.names("secrets") == []


# --- what is there already


def test_no_command_runs_in_the_release_that_is_live(account: Account) -> None:
    """A run that was stopped leaves no pointer, so the next one ships what is live again."""
    files = hello("one")
    release = account.deploy(files)
    account.point(release, run=["rm text; exit 1"])

    assert account.start().body == "one"
    assert account.status()["state"] == "live"


@pytest.mark.soak
def test_the_half_of_a_preparation_is_not_gone_on_with_by_another_run(
    account: Account, go: Path
) -> None:
    first = account.serve()
    files = hello("two", data="whole")
    account.put(files, base=first, copied=[""], run=[f"echo half > data; {waiting(go)}"])
    account.boot()
    assert eventually(Path(f"{go}.begun").exists)
    account.file("pointer.json").unlink()
    account.wait_for_preparer()

    account.deploy(files, base=first)

    assert account.released("data").read_text() == "whole"


@pytest.mark.soak
@pytest.mark.parametrize("shared", first_of(["data.json", "folder/"]))
def test_what_an_app_has_put_in_the_place_of_a_shared_link_is_kept(
    account: Account, shared: str
) -> None:
    """As a program does that saves a file by renaming a new one over it."""
    name = shared.rstrip("/")
    path = name if name == shared else f"{name}/file"
    first = account.deploy(hello("one", **{path: "seed"}), shared=[shared])
    link = account.released(name)
    link.unlink()
    account.released(path).parent.mkdir(exist_ok=True)
    account.released(path).write_text("rows")

    account.deploy(hello("two"), base=first, shared=[shared])

    assert account.released(name).is_symlink()
    assert account.released(path).read_text() == "rows"
    (backup,) = (each for each in account.file("backups").rglob("*") if each.is_file())
    assert backup.read_text() == "seed"


# --- a command that removes the lock


REMOVING = [
    "rm loader.lock",
    "rm -rf *.lock",
    "mv loader.lock x",
    "rm loader.lock; touch loader.lock",
]


@pytest.mark.soak
@pytest.mark.parametrize("remove", one_in(2, REMOVING))
def test_a_command_that_removes_the_lock_leads_to_no_second_preparer(
    account: Account, go: Path, remove: str
) -> None:
    first = account.serve()
    own = f"(cd {account.base}; {remove}); echo x >> {account.base}/count; {waiting(go)}"
    account.put(hello("two"), base=first, run=[own])
    account.boot()
    assert eventually(Path(f"{go}.begun").exists)

    for _ in range(3):
        account.boot()
        assert len(preparers(account.base)) == 1
    go.touch()

    assert eventually(lambda: account.start().body == "two")
    assert account.file("count").read_text() == "x\n"


@pytest.mark.soak
def test_the_lock_is_taken_again(account: Account, go: Path) -> None:
    begin(account, go)
    account.file("loader.lock").unlink()

    assert eventually(lambda: is_locked(account))

    go.touch()
    assert account.start().body == "two"


def is_locked(account: Account) -> bool:
    with account.file("loader.lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@pytest.mark.soak
def test_if_another_preparer_has_taken_it_the_first_one_ends(account: Account, go: Path) -> None:
    begin(account, go)
    account.file("loader.lock").unlink()
    with account.file("loader.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        assert eventually(lambda: not preparers(account.base))

        assert account.status()["state"] == "preparing"
    go.touch()
    os.utime(account.file("status.json"), (0, 0))
    assert account.start().body == "two"


@pytest.mark.soak
def test_a_lock_that_is_gone_with_its_preparer_is_made_anew(account: Account, go: Path) -> None:
    begin(account, go)
    for process in preparers(account.base):
        os.kill(process, signal.SIGKILL)
    go.touch()
    assert eventually(lambda: not is_locked(account))
    os.utime(account.file("status.json"), (0, 0))
    account.file("loader.lock").unlink()

    account.boot()

    assert account.start().body == "two"
