"""The command line of `pa-emulator verify`: what is refused, asked and never shown."""

from __future__ import annotations

import os
import pty
import socket
import subprocess
from typing import TYPE_CHECKING

import pytest

from pa_emulator.verify.command import run
from pa_emulator.verify.options import parse
from tests.pa_emulator.processes import COMMAND
from tests.pa_emulator.verify.verifying import as_real
from tests.scripted_server import Reply, ScriptedServer
from tests.soak import first_of

if TYPE_CHECKING:
    from pathlib import Path

    from pa_emulator import Emulator

SERVICES = ("files", "webapps")
REAL = "--host=www.pythonanywhere.com"
SECRET = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("PA_TOKEN", SECRET)
    return SECRET


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "--username: missing."),
        (["--username=alice"], "--host: missing."),
        (["--username=a/b", REAL], "--username: use letters and digits"),
        (
            ["--username=alice", "--host=http://www.pythonanywhere.com"],
            "--host: pass an https address",
        ),
        (["--username=alice", "--host=ftp://x"], "--host: pass a host alone"),
        (["--username=alice", "--against=u:p@127.0.0.1"], "--against: pass the emulator"),
        (["--username=alice", "--against=www.pythonanywhere.com"], "--against: www.python"),
        (["--username=alice", "--against=http://127.0.0.1:0/x"], "--against: pass the emulator"),
        (
            ["--username=alice", "--against=127.0.0.1:1", "--allow-host=a"],
            "--allow-host: works only",
        ),
        (["--username=alice", REAL, "--domain=a b"], "--domain: 'a b' is not a domain"),
        (["--username=alice", REAL, "--only=mail"], "--only: 'mail' is not one of"),
        (
            ["--username=alice", REAL, "--json=/dev/null/x"],
            "--json /dev/null/x: /dev/null is not a directory",
        ),
        (["--username=alice", REAL, "--token-file=/no/such"], "--token-file: cannot read"),
        (["--username=alice", REAL, "--wrong"], "--wrong: unknown option"),
        (["--username=alice", REAL, "--yes=" + SECRET], ""),
    ],
)
@pytest.mark.usefixtures("token")
def test_bad_input_names_the_option_and_is_2(
    options: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code = run(options)
    except SystemExit as error:  # argparse's own
        code = int(str(error.code))

    errors = capsys.readouterr().err
    assert code == 2
    assert errors.startswith(f"pa-emulator verify: {message}") or not message


@pytest.mark.parametrize(
    "words",
    [
        ["--token", SECRET],
        [f"--token={SECRET}"],
        [SECRET],
        ["--tokn", SECRET],
        [f"--tokn={SECRET}"],
    ],
)
@pytest.mark.usefixtures("token")
def test_a_token_on_the_command_line_is_refused_and_not_shown(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([REAL, "--username=alice", *words]) == 2

    assert SECRET not in "".join(capsys.readouterr())


@pytest.mark.parametrize("name", ["PA_TOKEN", "API_TOKEN"])
def test_the_token_comes_from_the_environment(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, f" {SECRET}\n")
    assert parse([REAL, "--username=alice"], SERVICES).target.token == SECRET


@pytest.mark.parametrize("content", [SECRET, f"{SECRET}\n", f"\n{SECRET}\r\n"])
def test_the_token_comes_from_a_file(content: str, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(content)
    options = parse([REAL, "--username=alice", f"--token-file={tmp_path}/token"], SERVICES)
    assert options.target.token == SECRET


@pytest.mark.parametrize("content", [b"", b"two words", b"\xff\xfe", b"x" * 201])
def test_what_is_no_token_is_refused(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "token").write_bytes(content)
    assert run([REAL, "--username=alice", f"--token-file={tmp_path}/token"]) == 2
    assert capsys.readouterr().err.startswith("pa-emulator verify: --token-file: ")


@pytest.mark.parametrize(
    ("host", "url", "domain"),
    [
        ("www.pythonanywhere.com", "https://www.pythonanywhere.com", "alice.pythonanywhere.com"),
        (
            "https://www.pythonanywhere.com/",
            "https://www.pythonanywhere.com",
            "alice.pythonanywhere.com",
        ),
        ("eu.pythonanywhere.com", "https://eu.pythonanywhere.com", "alice.eu.pythonanywhere.com"),
    ],
)
@pytest.mark.usefixtures("token")
def test_the_domain_is_the_accounts_own_on_that_system(host: str, url: str, domain: str) -> None:
    target = parse([f"--host={host}", "--username=Alice"], SERVICES).target
    assert (target.url, target.domain) == (url, domain)


@pytest.mark.usefixtures("token")
def test_without_a_terminal_it_does_not_go_on_unasked(
    pa: Emulator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PA_TOKEN", pa.token)
    pa.clear_requests()

    assert run([*as_real(pa.url), "--username=alice"]) == 2

    errors = capsys.readouterr().err
    assert "a web app at alice.pythonanywhere.com" in errors
    assert "Pass --yes to confirm" in errors
    assert {call["method"] for call in pa.requests()} == {"GET"}


@pytest.mark.parametrize(
    ("answer", "code"), first_of([("n\n", 2), ("\n", 2), ("y\n", 0), ("yes\n", 0)])
)
def test_on_a_terminal_it_asks_first(pa: Emulator, answer: str, code: int) -> None:
    terminal, its_end = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, "verify", *as_real(pa.url), "--username=alice", "--only=students"],
        env={**os.environ, "PA_TOKEN": pa.token},
        stdin=its_end,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        os.write(terminal, answer.encode())
        output, errors = process.communicate(timeout=60)
    os.close(its_end)
    os.close(terminal)

    assert process.returncode == code, errors
    assert "Continue? [y/N]" in errors
    assert ("3 hold" in output or "2 hold" in output) == (code == 0)


@pytest.mark.parametrize("username", ["alice", "bob", "nobody"])
def test_a_token_that_is_not_accepted_is_4(
    pa: Emulator, username: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PA_TOKEN", "0" * 40 if username == "alice" else pa.token)
    pa.add_user("bob")

    assert run([f"--against={pa.url}", f"--username={username}"]) == 4

    assert "to the token" in capsys.readouterr().err


@pytest.mark.usefixtures("token")
def test_a_server_that_is_not_there_is_3(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
    assert run([*as_real(url), "--username=alice", "--yes"]) == 3
    assert "no connection" in capsys.readouterr().err


@pytest.mark.usefixtures("token")
def test_what_is_no_emulator_is_not_taken_for_one(
    server: ScriptedServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.answers(Reply(status=404))
    assert run([f"--against={server.url}", "--username=alice"]) == 2
    assert "--against: no pa-emulator answers" in capsys.readouterr().err
