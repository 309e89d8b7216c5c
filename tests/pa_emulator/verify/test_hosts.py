"""`pa-emulator verify` sends the token to PythonAnywhere, or to a host that was repeated."""

from __future__ import annotations

import pytest
import requests

from pa_emulator.verify import hosts
from pa_emulator.verify.cases import Request
from pa_emulator.verify.command import run
from pa_emulator.verify.pace import Clock, Pace
from pa_emulator.verify.server import Server, Target
from tests.scripted_server import Reply, ScriptedServer, scripted_server

SECRET = "0123456789abcdef0123456789abcdef01234567"
LOOKALIKES = (
    "pythonanywhere.com",
    "pythonanywere.com",
    "api.pythonanywhere.com",
    "alice.pythonanywhere.com",
    "www.pythonanywhere.com.evil.example",
    "www-pythonanywhere.com",
    "eu.pythonanywhere.co",
    "https://evil.example",
    "www.pythonanywhere.com:8443",
    "www.pythonanywhere.com:443",
    "xn--pythnanywhere-1ij.com",
    "93.184.216.34",
    "[2001:db8::1]",
)
MALFORMED = (
    "https://u:p@www.pythonanywhere.com",
    "www.pythonanywhere.com@evil.example",
    "https://www.pythonanywhere.com\\@evil.example",
    "https://www.pythonanywhere.com/api",
    "https://www.pythonanywhere.com//",
    "www.pythonanywhere.com?x",
    "www.pythonanywhere.com#x",
    "WWW.pythonanywhere.com",
    "HTTPS://www.pythonanywhere.com",
    "www.pythonanywhere.com.",
    "www.pyth\u03bfnanywhere.com",
    "www。pythonanywhere.com",
    " www.pythonanywhere.com",
    "www.python\tanywhere.com",
    "www.pythonanywhere.com\n",
    "www.pythonanywhere.com:0",
    "www.pythonanywhere.com:99999",
    "www.pythonanywhere.com:",
    "www.pythonanywhere.com:٤٤٣",
    "ftp://www.pythonanywhere.com",
    "//www.pythonanywhere.com",
    "[::1",
    "[:]",
    "www..pythonanywhere.com",
)
UNENCRYPTED = ("http://www.pythonanywhere.com", "http://evil.example", "http://10.0.0.1")
LOCAL = ("http://127.0.0.1:8888", "127.0.0.1:8888", "localhost:8888", "https://[::1]:8888")


@pytest.fixture(autouse=True)
def no_connection(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was tried to be called."""
    called: list[str] = []

    def send(_: object, request: requests.PreparedRequest, **__: object) -> None:
        called.append(str(request.url))
        raise requests.ConnectionError

    monkeypatch.setattr(requests.Session, "send", send)
    monkeypatch.setenv("PA_TOKEN", SECRET)
    return called


@pytest.mark.parametrize("host", [*LOOKALIKES, *MALFORMED, *UNENCRYPTED, *LOCAL])
def test_no_other_host_is_called(
    host: str, no_connection: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([f"--host={host}", "--username=alice", "--yes"]) == 2

    assert no_connection == []
    errors = capsys.readouterr().err
    assert errors.startswith("pa-emulator verify: --host: ")
    assert "Write www.pythonanywhere.com" in errors or f"--against {host}" in errors


@pytest.mark.parametrize("host", [*LOOKALIKES, *LOCAL, "staging:8443"])
def test_a_host_that_is_repeated_exactly_is_called(host: str, no_connection: list[str]) -> None:
    assert run([f"--host={host}", f"--allow-host={host}", "--username=alice", "--yes"]) == 3

    assert len(no_connection) == 1
    assert host.removeprefix("https://").removeprefix("http://") in no_connection[0]


@pytest.mark.parametrize("host", [*MALFORMED, *UNENCRYPTED])
def test_what_is_malformed_or_unencrypted_cannot_be_allowed(
    host: str, no_connection: list[str]
) -> None:
    assert run([f"--host={host}", f"--allow-host={host}", "--username=alice", "--yes"]) == 2

    assert no_connection == []


@pytest.mark.parametrize(
    "allowed",
    ["www.example.com", "https://api.example.com", "api.example.com:443", "API.example.com", ""],
)
def test_a_host_that_is_repeated_otherwise_is_not_called(
    allowed: str, no_connection: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--host=api.example.com", f"--allow-host={allowed}", "--username=alice", "--yes"]
    assert run(options) == 2

    assert no_connection == []
    assert "Repeat the value of --host exactly" in capsys.readouterr().err


@pytest.mark.parametrize("host", [*hosts.OFFICIAL, "https://www.pythonanywhere.com/"])
def test_pythonanywhere_needs_no_permission(host: str, no_connection: list[str]) -> None:
    assert run([f"--host={host}", "--username=alice", "--yes"]) == 3

    assert len(no_connection) == 1


@pytest.mark.parametrize("host", [SECRET, f"u:{SECRET}@x", f"https://x.example/{SECRET}"])
def test_a_token_in_the_place_of_a_host_is_not_shown(
    host: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for option in ("--host", "--against"):
        assert run([f"{option}={host}", "--username=alice"]) == 2
        assert SECRET not in "".join(capsys.readouterr())


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_no_redirect_is_followed(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch, status: int, method: str
) -> None:
    monkeypatch.undo()
    with scripted_server() as other:
        other.answers(Reply())
        server.answers(Reply(status=status, headers={"Location": f"{other.url}/x"}))
        target = Target(server.url, "alice", SECRET, "alice.example.com", is_emulator=True)
        caller = Server(target, Pace(0, Clock()))
        answer = caller.send(Request(method=method, path="webapps/"))
        caller.has_control_surface()
        caller.close()

    assert answer.status == status
    assert other.received == []
