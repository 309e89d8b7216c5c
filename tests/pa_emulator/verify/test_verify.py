"""`pa-emulator verify`: whole runs, and what they leave."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pa_emulator import Emulator
from pa_emulator.verify.account import look
from pa_emulator.verify.cases import Request, load
from pa_emulator.verify.command import run
from pa_emulator.verify.ledger import Ledger
from pa_emulator.verify.made import MARK, Made
from pa_emulator.verify.pace import CALLS, Clock, Pace
from pa_emulator.verify.runner import Runner
from pa_emulator.verify.server import Server, Target
from pa_emulator.verify.stop import TOLD
from tests.liar import Liar, Reply, Undone
from tests.pa_emulator.client import DOMAIN, WSGI, Client, wsgi_saying
from tests.pa_emulator.processes import COMMAND
from tests.pa_emulator.verify.verifying import Verifier, account, as_real
from tests.pa_emulator.waiting import eventually as until
from tests.soak import first_of, in_soak

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pa_emulator.verify.cases import Case
    from pa_emulator.verify.runner import Result


IMAGE = "the system image is shown with the images on offer"


@pytest.fixture
def verify(pa: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Verifier:
    return Verifier(pa, tmp_path, monkeypatch)


@pytest.mark.soak
def test_against_an_emulator_all_holds_and_all_is_undone(
    pa: Emulator, verify: Verifier, capsys: pytest.CaptureFixture[str]
) -> None:
    before = account(pa)

    found = verify()

    assert (found.code, found.report["left"], found.named("differs")) == (0, [], [])
    assert {case["why"] for case in found.report["cases"] if case["status"] == "not tried"} == {
        "needs a free account",
        "takes 30 s; pass --slow",
    }
    assert account(pa) == before
    shown = capsys.readouterr().out
    assert "0 differ" in shown
    assert "\x1b" not in shown


@pytest.mark.soak
def test_a_real_free_account_is_left_as_it_was_and_never_throttled(
    pa: Emulator, verify: Verifier
) -> None:
    pa.add_user("alice", token=pa.token, plan="free")
    before = account(pa)
    pa.clear_requests()

    found = verify(real=True)

    assert (found.code, found.report["left"], found.named("differs")) == (0, [], [])
    assert found.report["plan"] == "free"
    reasons = {case["why"] for case in found.report["cases"] if case["status"] == "not tried"}
    assert all(why.startswith(("not safe: ", "needs a paid", "takes 30 s")) for why in reasons)
    # The only 429 is the page of the console limit.
    throttled = [call["path"] for call in pa.requests() if call["status"] == 429]
    assert throttled == ["/api/v0/user/alice/consoles/"]
    assert account(pa) == before


@pytest.mark.parametrize("has_header", first_of([True, False]))
def test_a_throttled_call_is_repeated_when_it_may_be(
    pa: Emulator, verify: Verifier, *, has_header: bool
) -> None:
    pa.add_fault(path="*/system_image/", throttle=17, retry_after=has_header, times=2)
    before = verify.clock.now()

    found = verify("--only=account", real=True)

    assert found.case(IMAGE)["status"] == "holds"
    assert verify.clock.now() - before >= 34


def test_a_call_that_is_throttled_for_ever_is_not_tried(pa: Emulator, verify: Verifier) -> None:
    pa.add_fault(path="*/system_image/", throttle=17, times=None)

    found = verify("--only=account", real=True)

    assert found.case(IMAGE)["why"].startswith("no answer: it answered 429")


def test_what_is_not_safe_is_not_sent_to_a_real_account(pa: Emulator, verify: Verifier) -> None:
    pa.clear_requests()

    verify("--only=files", real=True)

    deleted = {call["path"] for call in pa.requests() if call["method"] == "DELETE"}
    assert all(MARK in path or path.endswith("/files/sharing/") for path in deleted)


@pytest.mark.parametrize(
    ("method", "path"),
    first_of(
        [
            ("DELETE", "files/path/home/alice/mine"),
            ("DELETE", "files/path<root>/../mine"),
            ("DELETE", "consoles/1/"),
            ("PATCH", "default_python3_version/"),
        ]
    ),
)
def test_a_mistake_in_the_contract_touches_nothing_of_the_account(
    alice: Client, method: str, path: str
) -> None:
    alice.upload("/home/alice/mine", "text")
    alice.post("consoles/", data={"executable": "bash"})
    before = account(alice.pa)
    request = Request(method=method, path=path, form={"default_python3_version": "3.10"})
    case = replace(load()[0], request=request, given=())

    (result,) = verified(alice.pa, case)

    assert result.why == "it would change something that this run did not make"
    assert account(alice.pa) == before


def verified(pa: Emulator, case: Case) -> list[Result]:
    """The results of one case on what is taken for a real account."""
    target = Target(pa.url, "alice", pa.token, DOMAIN, is_emulator=False)
    server = Server(target, Pace(CALLS, Clock()))
    made = Made(pa.url, "alice", "0123abcd")
    runner = Runner(server, Ledger(target, look(server), made, "none", "nobody"), slow=False)
    runner.run([case])
    server.close()
    return runner.results


def test_a_web_app_that_was_there_is_not_touched(
    pa: Emulator, alice: Client, verify: Verifier
) -> None:
    alice.host(wsgi_saying("mine"))
    before = account(pa)
    pa.clear_requests()

    found = verify("--only=webapps", "--only=sites", real=True)

    tried = [case["name"] for case in found.report["cases"] if case["status"] != "not tried"]
    assert "creation takes JSON too" not in tried
    assert found.case("creation takes JSON too")["why"].startswith("DOMAIN already has a web app")
    assert account(pa) == before


def test_the_wsgi_file_of_a_deleted_web_app_is_not_overwritten(
    alice: Client, verify: Verifier
) -> None:
    alice.host(wsgi_saying("mine"))
    alice.delete(f"webapps/{DOMAIN}/")

    found = verify("--only=webapps", real=True)

    assert "would be overwritten" in found.case("creation takes JSON too")["why"]
    assert alice.read(WSGI) == wsgi_saying("mine")


@pytest.mark.parametrize("service", first_of(["files", "consoles", "websites"]))
def test_other_things_of_the_account_stay(alice: Client, verify: Verifier, service: str) -> None:
    alice.upload("/home/alice/mine", "text")
    console = alice.post("consoles/", data={"executable": "bash"}).json()
    before = account(alice.pa)

    assert verify(f"--only={service}", real=True).code == 0

    assert account(alice.pa) == before
    assert alice.get("consoles/").json() == [console]


@pytest.mark.parametrize(
    ("at", "number"),
    [
        ("/webapps/", signal.SIGINT),
        in_soak(("/reload/", signal.SIGTERM)),
        in_soak(("/static_files/", signal.SIGINT)),
    ],
)
def test_a_signal_leaves_nothing(pa: Emulator, number: int, at: str) -> None:
    before = account(pa)
    pa.clear_requests()
    with _running(pa, "--only=webapps") as process:
        until(lambda: posted(pa)[at] > 0)
        process.send_signal(number)
        _, errors = process.communicate(timeout=60)

    assert process.returncode == 3, errors
    assert "interrupted" in errors
    assert TOLD in errors
    assert account(pa) == before


@pytest.mark.soak
@pytest.mark.parametrize("number", first_of([signal.SIGINT, signal.SIGTERM, signal.SIGHUP]))
def test_a_signal_while_the_run_undoes_does_not_end_the_undoing(pa: Emulator, number: int) -> None:
    before = account(pa)
    with _undoing(pa) as process:
        process.send_signal(number)
        _, errors = process.communicate(timeout=60)

    assert process.returncode == 0, errors
    assert errors.count(TOLD) == 1
    assert account(pa) == before


@pytest.mark.parametrize("number", first_of([signal.SIGINT, signal.SIGTERM, signal.SIGHUP]))
@pytest.mark.soak
def test_a_second_signal_ends_the_undoing_once_the_first_was_answered(
    pa: Emulator, number: int
) -> None:
    with _undoing(pa) as process:
        process.send_signal(number)
        _read_to(TOLD, process)
        _read_to(f"removing file /var/log/{DOMAIN}.access.log", process)  # after the reading time
        process.send_signal(number)
        _, errors = process.communicate(timeout=60)

    assert process.returncode == 5, errors
    assert f"  folder /home/alice/{MARK}" in errors


@contextlib.contextmanager
def _undoing(pa: Emulator) -> Iterator[subprocess.Popen[str]]:
    """A run that has begun to undo at its end, slowly."""
    pa.clear_requests()
    with _running(pa, "--only=webapps", "--only=files") as process:
        until(lambda: posted(pa)["/webapps/"] >= 4)
        pa.add_fault(method="DELETE", path="*/files/path/var/log/*", delay=0.7, times=None)
        _read_to("removing ", process)
        yield process


def _read_to(beginning: str, process: subprocess.Popen[str]) -> None:
    """Read what a run says, up to the line that begins so."""
    assert process.stderr is not None
    while line := process.stderr.readline():
        if line.startswith(beginning):
            return
    pytest.fail(f"no line begins with {beginning}")


@pytest.mark.soak
def test_a_run_that_was_killed_is_tidied_by_the_next(pa: Emulator, alice: Client) -> None:
    before = account(pa)
    pa.clear_requests()
    pa.add_fault(method="PUT", delay=20)
    with _running(pa, "--only=webapps", "--only=files") as process:
        # The fourth wants a second web app, and so stands behind the mark of the first.
        until(lambda: posted(pa)["/webapps/"] >= 4)
        process.kill()
        process.communicate()
    assert account(pa) != before
    pa.clear_faults()
    pa.clear_rate_limit()

    with _running(pa, "--only=students") as process:
        _, errors = process.communicate(timeout=60)

    assert "An earlier run left this behind" in errors
    assert f"web app {DOMAIN}" in errors
    assert alice.get("webapps/").json() == []
    assert not [path for path in pa.path("/home/alice").iterdir() if MARK in path.name]


def posted(pa: Emulator) -> Counter[str]:
    """How many POSTs there were so far, by the last word of their paths, as `/reload/`."""
    paths = [call["path"].rstrip("/") for call in pa.requests() if call["method"] == "POST"]
    return Counter(f"/{path.rpartition('/')[2]}/" for path in paths)


def _running(pa: Emulator, *options: str) -> subprocess.Popen[str]:
    """A run in a process of its own, on what it takes to be a real account."""
    return subprocess.Popen(
        [*COMMAND, "verify", *as_real(pa.url), "--yes", "--username=alice", *options],
        env={**os.environ, "PA_TOKEN": pa.token},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.soak
@pytest.mark.parametrize(
    ("service", "path", "what"),
    [
        ("webapps", r"webapps/[^/]+/$", f"web app {DOMAIN}"),
        in_soak(("websites", r"websites/[^/]+/$", f"website {DOMAIN}")),
        in_soak(("files", "files/path/home/alice/[^/]+$", "folder /home/alice/")),
        in_soak(("consoles", "consoles/[0-9]+/$", "console ")),
        in_soak(("schedule", "schedule/[0-9]+/$", "scheduled task ")),
        in_soak(("always_on", "always_on/[0-9]+/$", "always-on task ")),
        in_soak(("webapps", "files/path/var/www/", f"file {WSGI}")),
    ],
)
def test_what_a_server_does_not_undo_is_said_with_the_command(
    pa: Emulator,
    verify: Verifier,
    capsys: pytest.CaptureFixture[str],
    service: str,
    path: str,
    what: str,
) -> None:
    with Liar(pa.url, Undone("DELETE", path, Reply(204, "", b""))) as liar:
        found = verify(f"--only={service}", url=liar.url, real=True)

    assert found.code == 5
    errors = capsys.readouterr().err
    assert f"  {what}" in errors
    assert "curl -X DELETE" in errors
    assert pa.token not in errors


@pytest.mark.parametrize("service", first_of(["consoles", "schedule", "always_on", "websites"]))
def test_what_was_made_without_an_answer_is_undone(
    pa: Emulator, verify: Verifier, service: str
) -> None:
    before = account(pa)
    pa.add_fault(method="POST", path=f"*/{service}/", drop="after", times=None)

    found = verify(f"--only={service}", real=True)

    assert any(case["why"].startswith("no answer") for case in found.report["cases"])
    assert found.report["left"] == []
    assert account(pa) == before


@pytest.mark.soak
def test_an_account_whose_web_apps_are_all_in_use_has_no_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Emulator(webapps=1, hosting=False) as pa:
        client = Client(pa)
        client.create("www.example.com")
        client.session.close()
        before = account(pa)

        found = Verifier(pa, tmp_path, monkeypatch)("--only=webapps", real=True)

        assert (found.code, found.named("differs")) == (0, [])
        why = "the plan of the account does not allow one more"
        assert found.case("creation takes JSON too")["why"] == why
        assert account(pa) == before


@pytest.mark.soak
def test_a_server_that_is_gone_is_said_with_what_is_left(
    pa: Emulator, verify: Verifier, capsys: pytest.CaptureFixture[str]
) -> None:
    pa.add_fault(path="*/reload/", drop="before", times=None)
    pa.add_fault(method="DELETE", drop="before", times=None)

    found = verify("--only=webapps")

    assert found.code == 5
    assert f"web app {DOMAIN}" in capsys.readouterr().err


def test_a_dry_run_makes_no_call(pa: Emulator, capsys: pytest.CaptureFixture[str]) -> None:
    pa.clear_requests()

    assert run([*as_real(pa.url), "--dry-run", "--username=alice"]) == 0

    assert pa.requests() == []
    lines = capsys.readouterr().out.splitlines()
    assert {f"# {case.service}: {case.name}" for case in load()} <= {
        line.partition(" (")[0].partition("; not tried")[0] for line in lines
    }


@pytest.mark.parametrize("service", ["webapps", "websites", "sites"])
def test_a_dry_run_says_which_files_are_removed_only_if_the_run_made_them(
    capsys: pytest.CaptureFixture[str], service: str
) -> None:
    run(["--host=www.pythonanywhere.com", "--dry-run", "--username=alice", f"--only={service}"])

    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("DELETE")]
    shared = [line for line in lines if "/files/path/var/" in line]
    assert shared
    assert {line for line in lines if line.endswith("  (only if this run made it)")} == set(shared)


def test_a_dry_run_lists_what_a_run_calls(
    pa: Emulator, capsys: pytest.CaptureFixture[str], verify: Verifier
) -> None:
    run([*as_real(pa.url), "--dry-run", "--username=alice", "--only=consoles", "--only=files"])
    listed = Counter(line.split()[0] for line in capsys.readouterr().out.splitlines())
    pa.clear_requests()

    verify("--only=consoles", "--only=files", real=True)

    made = Counter(call["method"] for call in pa.requests())
    assert made["POST"] <= listed["POST"]
    assert made["GET"] <= listed["GET"]


@pytest.mark.soak
@pytest.mark.parametrize("service", first_of(["files", "webapps"]))
def test_a_report_has_no_secret(
    pa: Emulator, verify: Verifier, capsys: pytest.CaptureFixture[str], service: str
) -> None:
    found = verify(f"--only={service}")

    text = json.dumps(found.report)
    shown = "".join(capsys.readouterr())
    assert pa.token not in text + shown
    assert "alice" not in text.lower()
    assert "USER" in text


def test_the_limit_is_the_api_pages() -> None:
    assert CALLS == 40


@pytest.mark.parametrize("service", first_of(["files", "webapps", "consoles"]))
def test_a_run_says_what_it_does(
    pa: Emulator, verify: Verifier, capsys: pytest.CaptureFixture[str], service: str
) -> None:
    pa.add_fault(path="*/user/*/*", throttle=17, times=1)

    verify(f"--only={service}", real=True)

    shown = capsys.readouterr()
    assert f"\n{service}: trying " in shown.err
    assert "waiting 18 s for the rate limit\n" in shown.err
    assert ("removing " in shown.err) == (service != "consoles")
    assert "trying" not in shown.out
