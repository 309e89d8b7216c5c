"""Imports and preparers that are killed at any moment, and imports that start together."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pa_deploy.loader.environment import Environment
from pa_deploy.loader.files import Home
from tests.pa_deploy.loader.packages import packages
from tests.pa_deploy.release.account import Account, hello, preparers
from tests.pa_emulator.waiting import eventually
from tests.soak import IS_SOAK, diagonal, first_of, in_soak

CRASH = Path(__file__).with_name("crash.py")
# `make soak` tries every moment; every day a few must do.
EVERY = 1 if IS_SOAK else 151
ADD = "touch $(python -c 'import sys; print(sys.prefix)')/lib/added"
"""Changes an environment."""


@pytest.fixture
def account(tmp_path: Path) -> Account:
    return Account(tmp_path)


def steps_until(account: Account, part: str, fatal: int) -> int:
    """Let an import or a preparer die at a step; how many steps there were, 0 if it has died."""
    path = account.wsgi if part == "import" else account.base
    command = [sys.executable, str(CRASH), part, str(path), str(fatal)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return int(done.stdout or 0)


def kill_preparer(account: Account) -> None:
    for process in preparers(account.base):
        os.kill(process, signal.SIGKILL)
    account.wait_for_preparer()


@pytest.mark.parametrize("part", ["import", "prepare"])
def test_a_process_killed_at_any_step_leaves_one_whole_release(account: Account, part: str) -> None:
    first = account.deploy(hello("one", same="same", db="seed"), shared=["db"])
    account.released("db").write_text("rows")
    account.put(
        hello("two", same="same", link="-> text"),
        base=first,
        shared=["db"],
        run=["true"],
        first_run=["true", ADD],
        env={"KEY": "a"},
        python_path=["."],
        environment=packages(account),
    )
    if part == "import":  # of one that is ready: the import switches
        account.boot()
        assert account.wait_for_preparer() == "ready"
    start = account.folder / "start"
    shutil.copytree(account.base, start, symlinks=True)
    total = steps_until(account, part, 0)
    assert total > 50

    for fatal in range(1, total + 1, EVERY):
        shutil.rmtree(account.base)
        shutil.copytree(start, account.base, symlinks=True)
        account.write_pointer()  # it counts only for a while
        environment = Environment(Home(str(account.base)), account.pointer["environment"]["id"])
        # The heart of a slow preparation beats more often, so another may have fewer steps.
        assert steps_until(account, part, fatal) < fatal, fatal

        answer = account.start()

        assert (answer.body, account.status()["state"]) == ("two", "live"), fatal
        assert account.released("same").read_text() == "same"
        assert account.released("db").read_text() == "rows"
        assert not account.names("unpacking"), fatal
        assert environment.is_well, fatal
        assert not environment.new_files(), fatal
        assert account.file("environments", f"{environment.id}-{account.live()}.json").is_file()


@pytest.mark.soak
def test_a_release_whose_preparation_is_killed_each_time_is_given_up(account: Account) -> None:
    first = account.serve()
    account.put(hello("two"), base=first)
    for _ in range(3):
        assert not steps_until(account, "prepare", 40)
    assert account.status()["state"] == "preparing"

    answer = account.start()

    assert answer.headers["X-Release"] == first
    assert account.status()["error"] == "its preparation was killed 3 times"


def test_a_killed_preparer_s_command_is_ended_and_run_again(account: Account) -> None:
    """Never are there two of it."""
    mark, go = account.base / "mark", account.base / "go"
    command = f"echo begin >> {mark}; until test -e {go}; do sleep 0.05; done; echo end >> {mark}"
    account.put(hello("one"), run=[command])
    account.boot()
    assert eventually(mark.exists)

    kill_preparer(account)
    go.touch()

    assert account.start().body == "one"
    assert mark.read_text().split() == ["begin", "begin", "end"]


DAEMONS = (
    "setsid sleep 1000 </dev/null >/dev/null 2>&1 &",
    "(setsid nohup sleep 1000 >/dev/null 2>&1 &)",
)


@pytest.mark.soak
@pytest.mark.parametrize(
    ("same", "daemon"),
    [
        *diagonal([True, False], DAEMONS),
        *(in_soak((same, "sleep 1000 &")) for same in (True, False)),
    ],
)
def test_a_daemon_does_not_keep_the_successor_of_a_killed_preparer_waiting(
    account: Account, daemon: str, *, same: bool
) -> None:
    """Whether an earlier command has left it, or the one that the preparer died in."""
    mark, go = account.base / "mark", account.base / "go"
    wait = f"touch {mark}; until test -e {go}; do sleep 0.05; done"
    account.put(hello("one"), run=[f"{daemon}\n{wait}"] if same else [daemon, wait])
    account.boot()
    assert eventually(mark.exists)

    kill_preparer(account)
    go.touch()

    assert account.start().body == "one"


@pytest.mark.soak
def test_commands_that_are_done_are_not_run_again_after_a_crash(account: Account) -> None:
    mark, go = account.base / "mark", account.base / "go"
    wait = f"touch {mark}; until test -e {go}; do sleep 0.05; done"
    account.put(hello("one"), run=["echo once >> ../../../ran", wait])
    account.boot()
    assert eventually(mark.exists)

    kill_preparer(account)
    go.touch()

    assert account.start().body == "one"
    assert (account.base / "ran").read_text() == "once\n"


@pytest.mark.parametrize("round_", first_of(range(50)))
def test_of_imports_that_start_together_one_starts_the_preparer(
    account: Account, round_: int
) -> None:
    first = account.serve()
    account.put(hello("two"), base=first, run=["echo ran >> ../../../ran"])

    imports = [account.spawn() for _ in range(4)]
    answers = [each.communicate(timeout=60)[0] for each in imports]

    assert all("ANSWER" in answer for answer in answers), round_
    assert account.start().body == "two"
    assert (account.base / "ran").read_text() == "ran\n"
    # Only a try unpacks, and each is counted.
    assert account.status()["tries"] == 1


ORDER = """\
import json, os, sys
sys.path.insert(0, sys.argv[1])
import crash
part = crash.part(*sys.argv[2:])
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
part()
print(json.dumps(told))
"""


def test_nothing_gets_its_name_before_it_is_on_the_disk(account: Account) -> None:
    """What a power cut leaves is what was flushed; a rename must come after, and be flushed too."""
    account.put(hello("one"))
    told = []
    for words in (("prepare", account.base), ("import", account.wsgi)):
        command = [sys.executable, "-c", ORDER, str(CRASH.parent), *map(str, words)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        told += json.loads(done.stdout)

    base = str(account.base)
    renames = [i for i, (name, _) in enumerate(told) if name == "replace"]
    assert {os.path.relpath(told[i][1], base) for i in renames} == {
        "status.json",
        "settled.json",
        "space.json",
        "boot.json",
        "current",
        f"releases/{account.live()}",
        f"records/{account.live()}.json",
        f"files/{account.live()}.json",
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
