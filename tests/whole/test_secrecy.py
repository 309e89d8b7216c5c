"""The token is not in anything that is shown, whatever it is in and however it got there."""

from __future__ import annotations

import ast
import base64
import html
import io
import json
import logging
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pa_deploy.ci import Ci
from pa_deploy.cli.build import build_tools
from pa_deploy.cli.context import Context
from pa_deploy.cli.signals import Interrupts
from pa_deploy.clock import SystemClock
from pa_deploy.settings.resolve import resolve
from pa_deploy.settings.sources import Given
from pa_emulator import Emulator
from tests.places import ROOT
from tests.scripted_server import ScriptedServer, json_reply
from tests.terminal import Terminal

TOKEN = "0123456789abcdef0123456789abcdef01234567"
ODD = "p/w+d=\"'<&%é\\ 1"
TEXT = st.text(st.characters(codec="utf-8"), max_size=5).map(str.encode)


def hiding(secret: str) -> Ci:
    ci = Ci(io.StringIO(), io.StringIO())
    ci.hiding.add(secret)
    return ci


@pytest.mark.parametrize(
    "encode",
    [
        str,
        json.dumps,
        repr,
        html.escape,
        quote,
        quote_plus,
        lambda text: quote(text, safe=""),
        lambda text: quote(text, safe="").lower(),
        lambda text: text.encode().hex(),
        lambda text: base64.b64encode(f"alice:{text}".encode()).decode(),
        lambda text: base64.urlsafe_b64encode(f"Token {text}".encode()).decode(),
        lambda text: quote(base64.b64encode(text.encode()).decode(), safe=""),
    ],
)
@pytest.mark.parametrize("secret", [TOKEN, ODD])
def test_a_secret_is_hidden_in_every_encoding(encode: object, secret: str) -> None:
    assert callable(encode)
    text = encode(secret)

    shown = hiding(secret).redact(f"<<{text}>>")

    assert "***" in shown
    assert text not in shown


@given(TEXT, st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=16), TEXT)
def test_base64_of_a_text_with_a_secret_in_it_is_hidden(
    before: bytes, secret: str, behind: bytes
) -> None:
    encoded = base64.b64encode(before + secret.encode() + behind).decode()

    shown = hiding(secret).redact(encoded)

    assert "***" in shown
    assert len(shown) <= len(encoded) - len(secret)


def test_a_secret_that_is_part_of_another_leaves_no_rest() -> None:
    ci = hiding("abcd1234")
    ci.hiding.add("abcd1234efgh5678")

    assert ci.redact("x abcd1234efgh5678 y") == "x *** y"


def test_a_plus_may_be_a_blank_where_nothing_else_is_escaped() -> None:
    assert hiding("my pass word").redact("x=my+pass+word") == "x=***"


def everything(tmp_path: Path, url: str) -> list[object]:
    """Whatever of a run holds the token."""
    given = {"token": TOKEN, "username": "alice", "host": url, "allow-host": url}
    settings = resolve(Given.of(given, {}, tmp_path))
    ci = Ci(io.StringIO(), io.StringIO())
    context = Context(
        given=Given.of({"token": TOKEN}, {"PA_TOKEN": TOKEN}, tmp_path),
        ci=ci,
        clock=SystemClock(),
        interrupts=Interrupts(),
    )
    tools = build_tools(context, settings)
    return [settings, settings.target, tools, tools.api, tools.transport, tools.site, context, ci]


def test_nothing_that_holds_the_token_shows_it_when_it_is_printed(
    tmp_path: Path, server: ScriptedServer
) -> None:
    for each in everything(tmp_path, server.url):
        assert TOKEN not in repr(each) + str(each)


def test_debug_output_of_libraries_does_not_have_it(
    terminal: Terminal, pa: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    assert terminal.type("plan", "--python-version", "3.13").exit_code == 0
    assert "GET" in caplog.text
    assert pa.token not in caplog.text


@pytest.mark.parametrize("command", [("deploy",), ("plan", "--json"), ("webapps", "list")])
def test_a_traceback_does_not_have_it(
    terminal: Terminal, pa: Emulator, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(f"Authorization: Token {pa.token}")

    monkeypatch.setattr("pa_deploy.transport.http.Http.exchange", broken)

    shown = terminal.type(*command)

    assert shown.exit_code == 1
    assert "Authorization: Token ***" in shown.err
    assert pa.token not in shown.out + shown.err


def test_an_error_that_echoes_it_encoded_does_not_show_it(terminal: Terminal, pa: Emulator) -> None:
    echo = base64.b64encode(f"alice:{pa.token}".encode()).decode()
    body = json.dumps({"detail": f"you sent {echo} and {quote(pa.token)} and {pa.token}"})
    pa.add_fault(method="GET", path="/webapps/$", status=400, body=body)

    shown = terminal.type("plan", "--json")

    assert "you sent " in shown.err
    assert echo[4:-4] not in shown.out + shown.err
    assert pa.token not in shown.out + shown.err


def test_a_token_on_the_command_line_is_warned_of(terminal: Terminal, pa: Emulator) -> None:
    del terminal.environ["API_TOKEN"]

    for command in (("plan", "--python-version", "3.13"), ("webapps", "list")):
        shown = terminal.type(*command, "--token", pa.token)
        assert shown.exit_code == 0
        assert "Set PA_TOKEN, or use --token-file." in shown.err
        assert pa.token not in shown.out + shown.err


def test_a_token_in_the_environment_is_not(terminal: Terminal) -> None:
    assert "--token" not in terminal.type("webapps", "list").err


@pytest.mark.parametrize("command", [("plan", "--python-version", "3.13"), ("webapps", "list")])
def test_the_token_may_come_from_a_file(
    terminal: Terminal, pa: Emulator, tmp_path: Path, command: tuple[str, ...]
) -> None:
    del terminal.environ["API_TOKEN"]
    (tmp_path / "token").write_text(f"{pa.token}\n")

    shown = terminal.type(*command, "--token-file", str(tmp_path / "token"))

    assert shown.exit_code == 0, shown.err
    assert pa.token not in shown.out + shown.err


def test_a_token_file_may_be_of_a_windows_editor(
    terminal: Terminal, pa: Emulator, tmp_path: Path
) -> None:
    del terminal.environ["API_TOKEN"]
    (tmp_path / "token").write_bytes(b"\xef\xbb\xbf" + pa.token.encode() + b"\r\n")

    assert terminal.type("webapps", "list", "--token-file", str(tmp_path / "token")).exit_code == 0


def test_a_token_from_a_file_is_hidden_too(
    terminal: Terminal, pa: Emulator, tmp_path: Path
) -> None:
    del terminal.environ["API_TOKEN"]
    terminal.environ["PA_TOKEN_FILE"] = str(tmp_path / "token")
    (tmp_path / "token").write_text(pa.token)
    body = json.dumps({"detail": f"bad token {pa.token}"})
    pa.add_fault(method="GET", path="/webapps/$", status=400, body=body)

    assert "bad token ***" in terminal.type("plan").err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "no such file"),
        (b"", "is empty"),
        (b"\xe9\xff", "it cannot be read"),
        (b"# my token\nabc", "more than one word"),
    ],
)
@pytest.mark.parametrize("command", [("deploy",), ("webapps", "list")])
def test_a_token_file_that_cannot_be_used_is_bad_input(
    offline: Terminal, tmp_path: Path, content: bytes | None, said: str, command: tuple[str, ...]
) -> None:
    if content is not None:
        (tmp_path / "token").write_bytes(content)

    shown = offline.type(*command, "--username", "alice", "--token-file", str(tmp_path / "token"))

    assert shown.exit_code == 2
    assert "token-file: " in shown.err
    assert said in shown.err


def test_a_flag_is_stronger_than_a_token_in_the_environment(
    terminal: Terminal, server: ScriptedServer, tmp_path: Path
) -> None:
    server.answers(json_reply([]))
    terminal.environ.update(PA_HOST=server.url, PA_ALLOW_HOST=server.url, PA_TOKEN="of-environ")
    (tmp_path / "token").write_text("token-of-file")

    terminal.type("webapps", "list", "--token-file", str(tmp_path / "token"))

    assert server.received[0].headers["authorization"] == "Token token-of-file"


LONG = "".join(f'{number:04}-k"' for number in range(5000))


@pytest.mark.parametrize("encode", [str, json.dumps, html.escape, quote])
def test_a_long_secret_is_hidden_and_that_costs_little(encode: object) -> None:
    assert callable(encode)

    shown = hiding(LONG).redact(f"a {encode(LONG)} b")

    assert shown.startswith("a ***" if encode is not json.dumps else 'a "***')
    assert "0100-k" not in shown


@pytest.mark.parametrize("words", [["files", "unshare"], ["files", "share"], ["files", "shared"]])
def test_no_question_or_complaint_shows_a_secret_that_was_typed_in_a_path(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    stdin = io.StringIO("n\n")
    stdin.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr("sys.stdin", stdin)
    terminal.environ["PA_PASSWORD_PROTECTION"] = "carol:hunterseven"

    shown = terminal.type(*words, "~/hunterseven")

    assert "/home/alice/***" in shown.err
    assert "hunterseven" not in shown.out + shown.err


def programs_started(module: Path) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(ast.parse(module.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("subprocess.")
    ]


def test_no_program_inherits_the_environment() -> None:
    """The loader is left out: it runs on PythonAnywhere."""
    modules = [
        module
        for module in (ROOT / "pa_deploy").rglob("*.py")
        if "loader" not in module.relative_to(ROOT).parts
    ]
    started = {module.name: programs_started(module) for module in modules}

    assert {name for name, calls in started.items() if calls} == {"buildkite.py", "program.py"}
    for call in (call for calls in started.values() for call in calls):
        assert "env" in {keyword.arg for keyword in call.keywords}
        assert "dict(self._environ)" not in ast.unparse(call)
