"""Workers that are killed at any moment, and workers that start together."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pa_deploy.release.account import Account, hello
from tests.pa_emulator.waiting import eventually
from tests.soak import IS_SOAK, diagonal, one_in

CRASH = Path(__file__).with_name("crash.py")
# `make soak` tries every moment; every day a few must do.
EVERY = 1 if IS_SOAK else 61


@pytest.fixture
def account(tmp_path: Path) -> Account:
    return Account(tmp_path)


def steps_until(account: Account, fatal: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(CRASH), str(account.wsgi), str(fatal)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def await_mark(mark: Path, worker: subprocess.Popen[str]) -> None:
    """Wait until a command has left its mark; its worker must live."""
    assert eventually(lambda: mark.exists() or worker.poll() is not None)
    assert worker.poll() is None


def test_a_worker_killed_at_any_step_leaves_one_whole_release(account: Account) -> None:
    first = account.deploy(hello("one", same="same", db="seed"), shared=["db"])
    account.released("db").write_text("rows")
    account.put(
        hello("two", same="same", link="-> text"),
        base=first,
        shared=["db"],
        run=["true"],
        first_run=["true"],
        env={"KEY": "a"},
        python_path=["."],
    )
    start = account.folder / "start"
    shutil.copytree(account.base, start, symlinks=True)
    total = int(steps_until(account, 0).stdout)
    assert total > 100

    for fatal in range(1, total + 1, EVERY):
        shutil.rmtree(account.base)
        shutil.copytree(start, account.base, symlinks=True)
        done = steps_until(account, fatal)
        # A slow command is looked at more often, so a run may have fewer steps than the first one.
        assert done.returncode == -9 or int(done.stdout) < fatal, fatal

        answer = account.start()

        assert (answer.body, account.status()["state"]) == ("two", "live"), fatal
        assert account.released("same").read_text() == "same"
        assert account.released("db").read_text() == "rows"
        assert not account.names("unpacking"), fatal


def test_a_release_that_kills_its_worker_each_time_is_given_up(account: Account) -> None:
    first = account.deploy(hello("one"))
    account.put(hello("two"), base=first)
    for _ in range(3):
        assert steps_until(account, 80).returncode == -9
    assert account.status()["state"] == "activating"

    answer = account.start()

    assert answer.headers["X-Release"] == first
    assert account.status()["error"] == "the web worker was killed 3 times"


def test_a_killed_worker_s_command_is_waited_for_and_not_run_besides(account: Account) -> None:
    """The successor waits for the lock, which the command still holds."""
    mark, go = account.base / "mark", account.base / "go"
    wait = f"until test -e {go}; do sleep 0.05; done"
    account.put(hello("one"), run=[f"echo begin >> {mark}; {wait}; echo end >> {mark}"])
    worker = account.spawn()
    await_mark(mark, worker)
    worker.kill()
    worker.communicate()
    successor = account.spawn()
    go.touch()

    out, errors = successor.communicate(timeout=60)

    assert "ANSWER" in out, errors
    assert mark.read_text().split() == ["begin", "end"] * 2


@pytest.mark.parametrize(
    ("same", "daemon"),
    diagonal(
        [True, False],
        [
            "setsid sleep 1000 </dev/null >/dev/null 2>&1 &",
            "(setsid nohup sleep 1000 >/dev/null 2>&1 &)",
            "sleep 1000 &",
        ],
    ),
)
def test_a_daemon_does_not_keep_the_successor_of_a_killed_worker_waiting(
    account: Account, daemon: str, *, same: bool
) -> None:
    """Whether an earlier command has left it, or the one that the worker died in."""
    mark, go = account.base / "mark", account.base / "go"
    wait = f"touch {mark}; until test -e {go}; do sleep 0.05; done"
    account.put(hello("one"), run=[f"{daemon}\n{wait}"] if same else [daemon, wait])
    worker = account.spawn()
    await_mark(mark, worker)
    worker.kill()
    worker.communicate()
    go.touch()

    assert account.start().body == "one"


def test_commands_that_are_done_are_not_run_again_after_a_crash(account: Account) -> None:
    mark, go = account.base / "mark", account.base / "go"
    wait = f"touch {mark}; until test -e {go}; do sleep 0.05; done"
    account.put(hello("one"), run=["echo once >> ../../../ran", wait])
    worker = account.spawn()
    await_mark(mark, worker)
    worker.kill()
    worker.communicate()
    go.touch()

    assert account.start().body == "one"
    assert (account.base / "ran").read_text() == "once\n"


@pytest.mark.parametrize("round_", one_in(25, range(50)))
def test_of_workers_that_start_together_one_does_the_work(account: Account, round_: int) -> None:
    first = account.deploy(hello("one"))
    account.put(hello("two"), base=first, run=["echo ran >> ../../../ran"])

    workers = [account.spawn() for _ in range(4)]
    answers = [worker.communicate(timeout=60)[0] for worker in workers]

    assert all('"two"' in answer for answer in answers), round_
    assert (account.base / "ran").read_text() == "ran\n"
    # Only a try unpacks, and each is counted.
    assert account.status()["tries"] == 1


ORDER = """\
import json, os, runpy, sys
told = []
def follow(name):
    real = getattr(os, name)
    def wrapper(*arguments, **more):
        result = real(*arguments, **more)
        path = arguments[-1] if arguments else None
        if isinstance(path, int):
            path = os.readlink("/proc/self/fd/%d" % path)
        told.append([name, path])
        return result
    setattr(os, name, wrapper)
for name in ("fsync", "sync", "replace"):
    follow(name)
runpy.run_path(sys.argv[1])
print(json.dumps(told))
"""


def test_nothing_gets_its_name_before_it_is_on_the_disk(account: Account) -> None:
    """What a power cut leaves is what was flushed; a rename must come after, and be flushed too."""
    account.put(hello("one"))
    command = [sys.executable, "-c", ORDER, str(account.wsgi)]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)

    base = str(account.base)
    renames = [i for i, (name, _) in enumerate(told) if name == "replace"]
    assert {os.path.relpath(told[i][1], base) for i in renames} == {
        "status.json",
        "current",
        f"releases/{account.live()}",
        f"records/{account.live()}.json",
        "releases/code.json",
        "releases/code/pa_deploy_wsgi.py",
    }
    for i in renames:
        path = told[i][1]
        assert told[i + 1] == ["fsync", str(Path(path).parent)]
        if path.endswith((".json", ".py")):
            assert told[i - 1] == ["fsync", f"{path}.new"]
        elif path != f"{base}/current":
            assert told[i - 1][0] == "sync"
