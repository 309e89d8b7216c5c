"""The signed request by which a live site begins to prepare a release."""

from __future__ import annotations

import hashlib
import hmac
import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.pa_deploy.release.account import Account, hello
from tests.pa_emulator.waiting import eventually
from tests.soak import first_of, one_in

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = "the key"
LIVE = """\
import json, runpy, sys
app = runpy.run_path(sys.argv[1])["application"]
for line in sys.stdin:
    told = []
    environ = {"PATH_INFO": "/", **json.loads(line)}
    body = b"".join(app(environ, lambda *words: told.append(words))).decode()
    status, headers = told[0]
    print(json.dumps([status, dict(headers), body]), flush=True)
"""


class Worker:
    """A worker of a live site, which is asked by `visit`."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self._process = subprocess.Popen(
            [sys.executable, "-c", LIVE, str(account.wsgi)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def visit(self, **environ: str) -> tuple[str, dict[str, str], str]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(environ) + "\n")
        self._process.stdin.flush()
        status, headers, body = json.loads(self._process.stdout.readline())
        return status, headers, body

    def ask(self, key: str = KEY, nonce: str = "") -> str:
        """Send the request; what the loader says, "" if the app answers."""
        nonce = nonce or str(self.account.pointer["nonce"])
        signature = hmac.new(key.encode(), nonce.encode(), "sha256").hexdigest()
        return self.visit(HTTP_X_PA_DEPLOY=f"{nonce}:{signature}")[1].get("X-Pa-Deploy", "")

    def end(self) -> None:
        self._process.communicate(timeout=60)


@pytest.fixture
def account(tmp_path: Path) -> Account:
    made = Account(tmp_path)
    made.serve()
    made.file("request-key").write_text(KEY)
    return made


@pytest.fixture
def worker(account: Account) -> Iterator[Worker]:
    made = Worker(account)
    assert made.visit()[2] == "one"
    yield made
    made.end()


def test_it_has_the_release_prepared_and_not_switched_to(account: Account, worker: Worker) -> None:
    first = account.live()
    account.put(hello("two"), base=first)

    assert worker.ask() == "preparing"

    assert account.wait_for_preparer() == "ready"
    assert worker.visit()[2] == "one"
    assert account.live() == first
    assert account.boot().body == "two"


@pytest.mark.soak
def test_a_second_one_begins_nothing(account: Account, worker: Worker) -> None:
    go = account.base / "go"
    account.put(hello("two"), run=[f"echo >> {go}.begun; until test -e {go}; do sleep 0.02; done"])
    worker.ask()
    assert eventually(Path(f"{go}.begun").exists)

    assert worker.ask() == "busy"

    go.touch()
    account.wait_for_preparer()
    assert worker.ask() == "idle"
    assert len(Path(f"{go}.begun").read_text().splitlines()) == 1


@pytest.mark.parametrize(
    "said",
    first_of(
        [
            "",
            "nonce",
            "n2:",
            "n2:" + "0" * 64,
            "n2:" + "é" * 64,
            ":" + "0" * 64,
            "n2:" + "0" * 64 + "\n",
            "../../secrets:" + "0" * 64,
            "n" * 10_000,
        ],
    ),
)
def test_any_other_goes_to_the_app(account: Account, worker: Worker, said: str) -> None:
    account.put(hello("two"))

    status, headers, body = worker.visit(HTTP_X_PA_DEPLOY=said)

    assert (status, body) == ("200 OK", "one")
    assert "X-Pa-Deploy" not in headers
    assert account.status()["state"] == "live"


@pytest.mark.parametrize(("key", "nonce"), first_of([("another key", ""), (KEY, "n1"), ("", "")]))
def test_so_does_one_with_another_key_or_for_another_pointer(
    account: Account, worker: Worker, key: str, nonce: str
) -> None:
    account.put(hello("two"))

    assert worker.ask(key, nonce) == ""


def test_without_a_key_nobody_is_heard(account: Account, worker: Worker) -> None:
    account.put(hello("two"))
    account.file("request-key").unlink()

    assert worker.ask() == ""


def test_commands_do_not_find_what_the_live_app_has_put_into_its_environment(
    account: Account,
) -> None:
    app = "import os\nos.environ['OF_THE_APP'] = 'x'\n" + hello("")["mysite.py"]
    account.deploy({"mysite.py": app, "text": "set"}, env={"SECRET": "x"})
    live = Worker(account)
    live.visit()
    account.put(hello("two"), run=["env"])

    assert live.ask() == "preparing"
    account.wait_for_preparer()

    output = account.status()["output"].splitlines()
    live.end()
    assert not [line for line in output if line.startswith(("OF_THE_APP", "SECRET"))]


STATES = [
    "import signal; signal.signal(signal.SIGCHLD, signal.SIG_IGN)",
    "import os; os.umask(0o777)",
    "import resource as r; r.setrlimit(r.RLIMIT_FSIZE, (99999, r.getrlimit(r.RLIMIT_FSIZE)[1]))",
    "import resource as r; r.setrlimit(r.RLIMIT_NOFILE, (60, r.getrlimit(r.RLIMIT_NOFILE)[1]))",
    "import signal; signal.signal(signal.SIGUSR1, signal.SIG_IGN)",
    "import os; os.chdir('/')",
    "import os; os.environ['PATH'] = '/nowhere'",
    "import os; os.environ.clear()",
]
SHOW = "sh -c 'umask; ulimit -a; pwd; grep Sig[BIC] /proc/self/status'"


@pytest.mark.soak
@pytest.mark.parametrize("state", one_in(3, STATES))
def test_commands_do_not_find_what_the_live_app_has_made_of_its_process(
    account: Account, state: str
) -> None:
    account.put({"mysite.py": f"{hello('')['mysite.py']}\n{state}\n", "text": "v", "in/x": "x"})
    account.start()
    account.put(hello("two", **{"in/x": "x"}), run=[SHOW, "exit 7"])
    account.boot()  # as an import has it prepared
    account.wait_for_preparer()
    expected = account.status()["output"]
    live = Worker(account)
    live.visit()
    account.put(hello("two", **{"in/x": "x"}), run=[SHOW, "exit 7"])

    said = live.ask()
    account.wait_for_preparer()

    live.end()
    assert said == "preparing"
    assert account.status()["error"].endswith("exit code 7"), account.status()
    assert account.status()["output"] == expected


LOCKED = """\
import sqlite3
held = sqlite3.connect({path!r}, isolation_level=None)
held.execute("CREATE TABLE IF NOT EXISTS rows (n)")
held.execute("BEGIN IMMEDIATE")
"""


def test_a_comparison_leaves_the_locks_of_the_app(account: Account) -> None:
    path = account.released("db")
    code = account.code(account.live())
    (code / "mysite.py").write_text(LOCKED.format(path=str(path)) + hello("")["mysite.py"])
    worker = Worker(account)
    worker.visit()

    assert worker.ask(nonce=f"{account.pointer['nonce']}:compare") == "compared"

    with sqlite3.connect(path, timeout=0) as other, pytest.raises(sqlite3.OperationalError):
        other.execute("INSERT INTO rows VALUES (1)")
    other.close()
    worker.end()


LOST = [
    "import os; os.nice(5)",
    "import resource as r; r.setrlimit(r.RLIMIT_FSIZE, (99999, 99999))",
    "import resource as r; r.setrlimit(r.RLIMIT_CORE, (0, 0))",
]


@pytest.mark.soak
@pytest.mark.parametrize("lost", first_of(LOST))
def test_an_app_that_has_lowered_itself_for_good_lets_a_reload_begin(
    account: Account, lost: str
) -> None:
    account.put({"mysite.py": f"{hello('')['mysite.py']}\n{lost}\n", "text": "v"})
    account.start()
    live = Worker(account)
    live.visit()
    account.put(hello("two"))

    assert live.ask() == ""

    live.end()
    assert account.start().body == "two"


@pytest.mark.soak
def test_the_status_tells_by_a_digest_which_key_is_there(account: Account) -> None:
    account.deploy(hello("two"))

    digest = hashlib.sha256(KEY.encode()).hexdigest()
    assert account.status()["request_key"] == digest
    assert KEY not in account.file("status.json").read_text()


class TestThatALiveReleaseIsHealthy:
    """It is said with `verified` after the nonce, and so has a signature of its own."""

    def note(self, worker: Worker, nonce: str = "") -> str:
        return worker.ask(nonce=f"{nonce or worker.account.pointer['nonce']}:verified")

    def marks(self, account: Account) -> list[bool]:
        return [row.get("verified") is True for row in account.status()["releases"]]

    def test_it_is_noted(self, account: Account, worker: Worker) -> None:
        assert self.note(worker) == "verified"

        assert self.marks(account) == [True]

    @pytest.mark.soak
    def test_it_stays_noted_when_another_release_is_live(
        self, account: Account, worker: Worker
    ) -> None:
        self.note(worker)
        account.deploy(hello("two"))

        assert self.marks(account) == [False, True]

    @pytest.mark.soak
    def test_a_note_by_upload_counts_as_much(self, account: Account) -> None:
        said = {"release": account.live(), "nonce": account.pointer["nonce"]}
        account.file("verified.json").write_text(json.dumps(said))
        account.deploy(hello("two"))

        assert self.marks(account) == [False, True]

    @pytest.mark.soak
    def test_an_old_note_does_not_count_when_it_is_live_again(
        self, account: Account, worker: Worker
    ) -> None:
        self.note(worker)
        account.deploy(hello("two"))
        account.deploy(hello("one"))

        assert self.marks(account) == [False, False]

    def test_it_does_not_count_while_the_release_is_not_live(
        self, account: Account, worker: Worker
    ) -> None:
        account.put(hello("two"))

        assert self.note(worker) == "busy"
        assert self.marks(account) == [False]

    def test_a_signature_of_the_nonce_alone_does_not_do(
        self, account: Account, worker: Worker
    ) -> None:
        nonce = account.pointer["nonce"]
        signature = hmac.new(KEY.encode(), nonce.encode(), "sha256").hexdigest()

        worker.visit(HTTP_X_PA_DEPLOY=f"{nonce}:verified:{signature}")

        assert self.marks(account) == [False]


@pytest.mark.parametrize(
    "damaged", first_of(["", "{", "[]", "7", '{"release": 1, "nonce": []}', "\xff", "null"])
)
def test_a_damaged_note_of_health_is_none(account: Account, damaged: str) -> None:
    account.file("verified.json").write_text(damaged)

    account.deploy(hello("two"))

    assert account.boot().body == "two"
