"""`pa-emulator verify` removes and changes nothing that this machine cannot prove to be its own."""

from __future__ import annotations

import itertools
import json
import os
import shlex
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

import pytest

from pa_emulator.verify import record
from pa_emulator.verify.cases import Request
from pa_emulator.verify.ledger import Step, folder_step
from pa_emulator.verify.made import Made, read
from pa_emulator.verify.match import Reply as Answered
from pa_emulator.verify.pace import Clock, Pace, pause_asked_for
from pa_emulator.verify.server import Server, Target
from pa_emulator.verify.unanswered import Unanswered
from pa_emulator.verify.undo import left_of
from tests.liar import About, Liar, Reply, Seen
from tests.pa_emulator.client import DOMAIN, WSGI, Client
from tests.pa_emulator.verify.verifying import Verifier, account
from tests.soak import diagonal, first_of, one_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pa_emulator import Emulator

NAME = "0123abcd"
FOLDER = f"pa-emulator-verify-{NAME}"
ROOT = f"/home/alice/{FOLDER}"


@pytest.fixture
def verify(pa: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Verifier:
    return Verifier(pa, tmp_path, monkeypatch)


def _json(status: int, data: object) -> Reply:
    return Reply(status, "application/json", json.dumps(data).encode())


def _recorded(pa: Emulator, **made: Any) -> record.Record:  # noqa: ANN401 - any field of Made
    """What a run that was killed has written down; its lock is gone with it."""
    found = record.begin(Made(pa.url, "alice", NAME, **made))
    found.close(is_done=False)
    return found


def _of(pa: Emulator) -> dict[str, object]:
    """What the account has, but for the logs that its tasks write meanwhile."""
    return {path: each for path, each in account(pa).items() if "log/alwayson-" not in path}


def _make_lookalikes(alice: Client) -> None:
    home = alice.pa.path("/home/alice")
    for name in (
        "pa-emulator-verify-notes",
        f"{FOLDER}x",
        f"my {FOLDER}",
        "pa-emulator-verify-%2F..%2Fprojects",
        "pa-emulator-verify-a?b",
        "pa-emulator-verify-..",
        "projects",
        FOLDER,
    ):
        (home / name).mkdir()
        (home / name / "mine").write_text("mine")
    (home / "pa-emulator-verify-report.json").write_text("mine")
    alice.create("www.example.com")
    alice.patch("webapps/www.example.com/", data={"source_directory": f"{ROOT}/app"})
    command = "pa-emulator verify --json ~/pa-emulator-verify-report.json"
    task = {"command": command, "enabled": True, "interval": "hourly", "minute": 0}
    alice.post("schedule/", json=task)
    alice.post("schedule/", json={**task, "command": f"tail -F {ROOT}/x"})
    alice.post("always_on/", data={"command": f"ls {ROOT}", "description": "x"})
    alice.post("consoles/", data={"executable": "bash", "working_directory": f"{ROOT}/x"})


def test_what_only_looks_like_a_run_is_left_alone(
    alice: Client, verify: Verifier, capsys: pytest.CaptureFixture[str]
) -> None:
    _make_lookalikes(alice)
    before = _of(alice.pa)

    assert verify("--only=account", real=True).code == 0

    assert _of(alice.pa) == before
    errors = capsys.readouterr().err
    assert f"folder {ROOT}\n" in errors  # named, with the command
    assert f"/files/path{ROOT}\n" in errors
    assert "notes" not in errors


@pytest.mark.soak
def test_with_a_record_too_only_exact_names_are_its(alice: Client, verify: Verifier) -> None:
    _recorded(
        alice.pa,
        has_folder=True,
        texts={"schedule": {f"echo {ROOT}/1"}, "always_on": {f"{ROOT}/1"}, "consoles": {ROOT}},
    )
    _make_lookalikes(alice)
    before = _of(alice.pa)

    assert verify("--only=account", real=True).code == 0

    after = _of(alice.pa)
    gone = {path for path in before if path not in after}
    assert gone == {f"home/alice/{FOLDER}", f"home/alice/{FOLDER}/mine"}
    assert after == {path: before[path] for path in after}


@pytest.mark.soak
def test_a_task_whose_command_was_changed_is_known_by_its_id(
    alice: Client, verify: Verifier, state: Path
) -> None:
    task = {"command": "echo bar", "enabled": True, "interval": "hourly", "minute": 0}
    mine = alice.post("schedule/", json=task).json()["id"]
    its = alice.post("schedule/", json=task).json()["id"]
    texts = {f"echo {ROOT}/1", "echo bar"}
    _recorded(alice.pa, texts={"schedule": {f"echo {ROOT}/1"}}, ids={"schedule": {its: texts}})

    assert verify("--only=account", real=True).code == 0

    assert [each["id"] for each in alice.get("schedule/").json()] == [mine]
    assert list(state.iterdir()) == []


@pytest.mark.parametrize("url", first_of(["https://www.pythonanywhere.com", ""]))
def test_a_record_counts_for_its_own_server_and_account(
    alice: Client, verify: Verifier, url: str
) -> None:
    made = Made(url or alice.pa.url, "alice" if url else "bob", NAME, has_folder=True)
    record.begin(made).close(is_done=False)
    alice.upload(f"{ROOT}/mine", "text")
    before = _of(alice.pa)

    verify("--only=account", real=True)

    assert _of(alice.pa) == before


def test_what_a_run_at_work_has_made_is_not_left_behind(
    alice: Client, verify: Verifier, capsys: pytest.CaptureFixture[str]
) -> None:
    other = record.begin(Made(alice.pa.url, "alice", NAME, has_folder=True))
    alice.upload(f"{ROOT}/its", "text")
    before = _of(alice.pa)

    assert verify("--only=account", real=True).code == 0

    other.close(is_done=True)
    assert _of(alice.pa) == before
    assert FOLDER not in capsys.readouterr().err


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "[" * 100_000,
        "{}",
        '{"url": 1}',
        Made("u", "alice", "../..").as_json(),
        Made("u", "alice", NAME, shares={"/home/alice/mine"}).as_json(),
        Made("u", "alice", NAME, texts={"students": set()}).as_json(),
    ],
)
def test_a_damaged_record_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read(text)


def test_a_record_is_read_as_it_was_written(pa: Emulator) -> None:
    made = Made(pa.url, "alice", NAME, texts={"schedule": {"a"}}, ids={"schedule": {7: {"b"}}})
    made.sites["webapps/x.example.com"] = ["/var/www/x"]
    assert read(made.as_json()) == made


def test_a_record_is_for_its_owner_alone(pa: Emulator, state: Path) -> None:
    _recorded(pa)
    assert [path.stat().st_mode & 0o77 for path in state.iterdir()] == [0, 0]


def test_a_run_whose_record_cannot_be_written_makes_nothing(
    pa: Emulator, verify: Verifier, state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state.parent.mkdir(parents=True)
    state.write_text("a file")
    pa.clear_requests()

    with pytest.raises(FileNotFoundError):  # no report
        verify("--only=files", real=True)

    assert "Set XDG_STATE_HOME" in capsys.readouterr().err
    assert {call["method"] for call in pa.requests()} == {"GET"}


UNCLEAR: list[Callable[[Reply], Reply]] = [
    lambda reply: replace(reply, status=500),
    lambda reply: replace(reply, status=403),
    lambda reply: replace(reply, status=302),
    lambda reply: replace(reply, body=b"<html>"),
    lambda reply: reply.saying({"items": []}),
    lambda reply: reply.saying([1]),
]


@pytest.mark.parametrize(
    ("path", "service", "lie"),
    diagonal(
        [
            ("webapps/$", "webapps"),
            ("websites/$", "webapps"),
            (r"files/tree/\?path=%2Fvar%2Flog", "webapps"),
            ("consoles/$", "consoles"),
            ("schedule/$", "schedule"),
            ("always_on/$", "always_on"),
        ],
        range(len(UNCLEAR)),
    ),
)
def test_what_could_not_be_looked_at_is_not_made(
    pa: Emulator, verify: Verifier, path: str, service: str, lie: int
) -> None:
    pa.clear_requests()

    with Liar(pa.url, About("GET", path, 200, UNCLEAR[lie])) as liar:
        verify(f"--only={service}", url=liar.url, real=True)

    made = [call["path"] for call in pa.requests() if call["method"] in {"POST", "DELETE"}]
    assert [path for path in made if path.endswith((f"/{service}/", f"/{DOMAIN}/"))] == []


@pytest.mark.parametrize("status", one_in(2, [500, 403, 301, 429]))
def test_a_wsgi_file_that_could_not_be_looked_at_stays(
    alice: Client, verify: Verifier, status: int
) -> None:
    alice.pa.path(WSGI).write_text("mine")
    lie = About("GET", "files/path/var/www/", 200, lambda reply: replace(reply, status=status))

    with Liar(alice.pa.url, lie) as liar:
        verify("--only=webapps", "--only=sites", url=liar.url, real=True)

    assert alice.pa.path(WSGI).read_text() == "mine"
    assert alice.get("webapps/").json() == []


@pytest.mark.parametrize(
    ("service", "number"),
    first_of(
        itertools.product(
            ["schedule", "consoles", "always_on"],
            [1, True, "1", "../schedule/1", -1, 1.0, None, [1]],
        ),
    ),
)
def test_an_id_that_cannot_be_the_runs_is_not_touched(
    alice: Client, verify: Verifier, service: str, number: object
) -> None:
    task = {"command": "mine", "enabled": True, "interval": "hourly", "minute": 0}
    alice.post("schedule/", json=task)
    alice.post("always_on/", data={"command": "mine", "description": "mine"})
    alice.post("consoles/", data={"executable": "bash"})
    before = _of(alice.pa)
    lie = About("POST", f"{service}/$", 201, lambda _: _json(201, {"id": number}))

    with Liar(alice.pa.url, lie) as liar:
        verify(f"--only={service}", url=liar.url, real=True)

    assert _of(alice.pa) == before


def _unanswered(reply: Reply) -> Reply:
    return replace(reply, status=504, content_type="text/html", body=b"<title>Time-out</title>")


@pytest.mark.soak
@pytest.mark.parametrize(
    ("service", "change"),
    diagonal(
        ["consoles", "schedule", "always_on", "websites", "files"],
        [
            _unanswered,
            lambda reply: replace(reply, body=b'{"id": '),
            lambda reply: replace(reply, status=400).saying({"detail": "no"}),
        ],
    ),
)
def test_what_was_made_with_an_unclear_answer_is_undone(
    pa: Emulator, verify: Verifier, service: str, change: Callable[[Reply], Reply]
) -> None:
    before = account(pa)
    path = "files/(path|sharing)/" if service == "files" else f"{service}/$"

    with Liar(pa.url, About("POST", path, 201, change)) as liar:
        found = verify(f"--only={service}", url=liar.url, real=True)

    assert found.report["left"] == []
    assert account(pa) == before


@pytest.mark.parametrize(
    "change", first_of([_unanswered, lambda reply: replace(reply, body=b"<html>")])
)
def test_a_web_app_that_may_be_the_users_is_named_and_stays(
    alice: Client,
    verify: Verifier,
    capsys: pytest.CaptureFixture[str],
    change: Callable[[Reply], Reply],
) -> None:
    with Liar(alice.pa.url, About("POST", "webapps/$", 200, change)) as liar:
        found = verify("--only=webapps", url=liar.url, real=True)

    assert found.code == 5
    assert f"web app {DOMAIN} (may be this run's or yours)" in capsys.readouterr().err
    assert [each["domain_name"] for each in alice.get("webapps/").json()] == [DOMAIN]


@pytest.mark.parametrize(
    ("service", "path", "what", "status"),
    first_of(
        [
            (*look, status)
            for look in (
                ("consoles", "consoles/$", "console "),
                ("files", "files/path/home/alice/$", "folder /home/alice/"),
                ("webapps", "webapps/$", f"web app {DOMAIN}"),
                ("webapps", "files/path/var/www/", f"file {WSGI}"),
            )
            for status in (500, 403, 302)
        ],
    ),
)
def test_what_cannot_be_looked_at_in_the_end_is_named(
    pa: Emulator,
    verify: Verifier,
    capsys: pytest.CaptureFixture[str],
    service: str,
    path: str,
    what: str,
    status: int,
) -> None:
    first = About("GET", path, 200, lambda reply: reply)
    looks = [0]

    def lie(seen: Seen, reply: Reply) -> Reply:
        is_look = replace(first, status=reply.status, change=lambda _: Reply(0, "", b""))
        if is_look(seen, reply).status != 0:
            return reply
        looks[0] += 1
        return replace(reply, status=status) if looks[0] > 1 else reply

    with Liar(pa.url, lie) as liar:
        found = verify(f"--only={service}", url=liar.url, real=True)

    assert found.code == 5
    errors = capsys.readouterr().err
    assert any(what in line and "(could not check)" in line for line in errors.splitlines())


@pytest.mark.soak
@pytest.mark.parametrize(
    ("path", "change"),
    one_in(
        24,
        itertools.product(
            [r"webapps/[^/]+/static_", "files/", "cpu/", "consoles/."],
            [
                lambda reply: replace(reply, body=b"[" * 200_000),
                lambda reply: replace(reply, body=b'{"id": ' + b"9" * 5000 + b"}"),
                lambda reply: replace(reply, body=b'{"id": 1e999, "x": "\\ud800"}'),
                lambda reply: replace(reply, body=b"\xff\xfe\x00"),
                lambda reply: replace(reply, status=429, headers=(("Retry-After", "\xb2"),)),
                lambda reply: reply.saying([[{}], 7, None]),
            ],
        ),
    ),
)
def test_no_answer_keeps_a_run_from_undoing(
    pa: Emulator, verify: Verifier, path: str, change: Callable[[Reply], Reply]
) -> None:
    before = account(pa)
    looks = [0]

    def lie(seen: Seen, reply: Reply) -> Reply:
        looks[0] += path in {"files/", "cpu/"} and seen.method == "GET"
        is_first = path in {"files/", "cpu/"} and looks[0] < 12 and seen.method == "GET"
        is_undone = seen.method == "DELETE" or (path == "files/" and seen.method == "GET")
        methods = [] if is_first or is_undone else [seen.method]
        for method in methods:
            reply = About(method, path, reply.status, change)(seen, reply)
        return reply

    services = ["--only=webapps", "--only=files", "--only=account", "--only=consoles"]
    with Liar(pa.url, lie) as liar:
        found = verify(*services, url=liar.url, real=True)

    assert found.report["left"] == []
    assert account(pa) == before


@pytest.mark.parametrize("value", ["²", "1²", "-1", "1e3", "9" * 30, "", "soon"])
def test_a_pause_that_is_no_number_is_none(value: str) -> None:
    assert pause_asked_for(Answered(429, "", b"", {"retry-after": value})) is None


@pytest.mark.parametrize("path", ["../x", "a/../x", "files/path/home/alice/..", "./x"])
def test_no_call_has_dots_in_its_path(path: str) -> None:
    target = Target("http://127.0.0.1:9", "alice", "", DOMAIN, is_emulator=False)
    with pytest.raises(ValueError, match="dots"):
        target.address(Request(method="GET", path=path))


@pytest.mark.parametrize(
    ("name", "sent"), [("a?b", "a%3Fb"), ("a#b", "a%23b"), ("%2F..", "%252F.."), ("a b", "a%20b")]
)
def test_names_are_encoded_in_addresses(name: str, sent: str) -> None:
    target = Target("http://127.0.0.1:9", "alice", "", DOMAIN, is_emulator=False)
    address = target.address(Request(method="GET", path=f"files/path/home/alice/{name}"))
    assert address == f"http://127.0.0.1:9/api/v0/user/alice/files/path/home/alice/{sent}"


@pytest.mark.parametrize("method", first_of(["GET", "POST", "DELETE"]))
def test_a_server_that_drips_its_answer_is_given_up(
    pa: Emulator, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    monkeypatch.setattr(Server, "longest", 0.3)
    pa.add_fault(path="*/cpu/", delay=3)
    target = Target(pa.url, "alice", pa.token, DOMAIN, is_emulator=False)
    server = Server(target, Pace(0, Clock()))
    began = time.monotonic()

    with pytest.raises(Unanswered, match="in time"):
        server.send(Request(method=method, path="cpu/"))

    server.close()
    assert time.monotonic() - began < 2


def test_a_removal_that_failed_is_5(
    pa: Emulator, verify: Verifier, capsys: pytest.CaptureFixture[str]
) -> None:
    _recorded(pa, has_folder=True)
    pa.path(ROOT).mkdir()
    pa.add_fault(method="DELETE", status=500, times=None)

    with pytest.raises(FileNotFoundError):  # no report
        verify("--only=account", real=True)

    errors = capsys.readouterr().err
    assert "may still be there" in errors
    assert os.fspath(ROOT) in errors


def test_a_stop_while_leftovers_are_removed_says_what_is_gone(
    pa: Emulator,
    verify: Verifier,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts = {f"echo {ROOT}/1"}
    task = {"command": f"echo {ROOT}/1", "enabled": True, "interval": "hourly", "minute": 0}
    client = Client(pa)
    ids = [client.post("schedule/", json=task).json()["id"] for _ in range(3)]
    client.session.close()
    _recorded(pa, texts={"schedule": texts})
    send = Server.send

    def stopping(self: Server, request: Request) -> Answered:
        if request.method == "DELETE" and str(ids[1]) in request.path:
            raise KeyboardInterrupt
        return send(self, request)

    monkeypatch.setattr(Server, "send", stopping)

    with pytest.raises(FileNotFoundError):  # no report
        verify("--only=account", real=True)

    errors = capsys.readouterr().err
    removed, _, still = errors.partition("Removed:")[2].partition("still be there")
    assert f"scheduled task {ids[2]}\n" in removed
    assert f"scheduled task {ids[0]}\n" in still
    assert "nothing" not in errors.lower()


@pytest.mark.parametrize("name", ["x'$(touch y)'", "a;b", "a\nb", "\x1b[31m", "\x9b"])
def test_a_hint_is_safe_for_a_shell_and_a_terminal(name: str) -> None:
    target = Target("http://127.0.0.1:9", "alice", "", DOMAIN, is_emulator=False)
    path = f"/home/alice/{name}"
    query = Step(f"share of {path}", Request(method="GET", path="x", query={"path": path}))

    for left in left_of(target, [folder_step(path), query]):
        words = shlex.split(left.command)
        assert words[:-1][-2:] == ["-H", "Authorization: Token $PA_TOKEN"]
        assert path in unquote_plus(words[-1])
        assert (left.what + left.command).isprintable()
