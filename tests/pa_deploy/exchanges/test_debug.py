"""`debug` and GitHub's debug logging: what is logged of each request and answer."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from urllib.parse import quote, urlsplit

import pytest

from pa_deploy.ci import Ci, detect
from pa_deploy.errors import DeployError, Interrupted
from pa_deploy.exchanges import DebugLines
from pa_deploy.transport import Call, Exchange, Http, Method
from pa_emulator import Emulator
from tests import hosted
from tests.actions_runner.workflow_commands import parse
from tests.pa_deploy.exchanges.rig import DOMAIN, make_transport
from tests.scripted_server import Reply, ScriptedServer, json_reply
from tests.terminal import Result, Terminal

LINE = re.compile(
    r"([A-Z]+) (/api/[^\s?]+?)(?:\?\S+)?(?: \(sent [\d,]+ bytes\))?"
    r": (\d{3}) in \d+\.\d{3} s, [\d,]+ bytes"
)
READ = Call(method="GET", path="/api/v0/user/alice/x/", what="reading x")
CREATE = ("--python-version", "3.11", "--static-files", "/static/ = ~/static", "--reload", "never")
SECRET = "s3cret value & co"


def debug_lines(
    server: ScriptedServer, log: Callable[[str], None], ci: Ci | None = None
) -> DebugLines:
    return DebugLines(urlsplit(server.url).netloc, log, ci.redact if ci else str)


def logged(text: str) -> Counter[tuple[str, str, int]]:
    """Method, path and status of each call to the API that is told."""
    found = (LINE.search(line) for line in text.splitlines())
    return Counter((match[1], match[2], int(match[3])) for match in found if match)


def asked(pa: Emulator) -> Counter[tuple[str, str, int]]:
    return Counter((call["method"], call["path"], call["status"]) for call in pa.requests())


def test_each_request_of_a_deploy_is_told_once(pa: Emulator, terminal: Terminal) -> None:
    done = terminal.type("deploy", *CREATE, "--debug", "true")

    assert done.exit_code == 0
    assert logged(done.err) == asked(pa) != Counter()


@pytest.mark.parametrize(
    "command",
    ["webapps list", "status", "consoles list", "files tree /home/alice", "reload", "logs"],
)
def test_every_command_tells_of_its_requests(
    pa: Emulator, terminal: Terminal, command: str
) -> None:
    hosted.api(pa, "POST", "webapps/", domain_name=DOMAIN, python_version="python313")
    pa.clear_requests()
    terminal.environ["PA_DEBUG"] = "true"

    done = terminal.type(*command.split())

    assert done.exit_code == 0
    assert logged(done.err) == asked(pa) != Counter()


@pytest.mark.parametrize(
    ("first", "told"),
    [
        (Reply(status=502, body="<h1>Bad gateway</h1>"), ": 502 in "),
        (Reply(status=429, headers={"Retry-After": "7"}), ": 429 in "),
        (Reply(drop=True), " s: the connection broke before the answer was whole"),
        (Reply(cut=True), " s: the connection broke before the answer was whole"),
    ],
)
def test_a_request_that_is_sent_again_is_told_again(
    server: ScriptedServer, first: Reply, told: str
) -> None:
    server.answers(first, json_reply([]))
    log: list[str] = []

    make_transport(server.url, [debug_lines(server, log.append)]).send(READ)

    assert [line.split(": ")[0] for line in log] == ["GET /api/v0/user/alice/x/"] * 2
    assert told in log[0]


def test_nothing_is_told_unless_it_is_asked_for(terminal: Terminal) -> None:
    done = terminal.type("deploy", *CREATE)

    assert logged(done.err + done.out) == Counter()


def on_github(terminal: Terminal, *words: str, **environ: str) -> Result:
    terminal.environ |= {"GITHUB_ACTIONS": "true", "RUNNER_DEBUG": "1", **environ}
    return terminal.type(*words)


def test_in_a_run_with_debug_logging_the_lines_are_debug_commands(
    pa: Emulator, terminal: Terminal
) -> None:
    done = on_github(terminal, "deploy", *CREATE)

    commands = (parse(line) for line in done.out.splitlines())
    data = [command.data for command in commands if command and command.name == "debug"]
    assert logged("\n".join(data)) == asked(pa) != Counter()


def test_in_a_run_with_debug_logging_data_stays_data(pa: Emulator, terminal: Terminal) -> None:
    done = on_github(terminal, "webapps", "list", "--json")

    assert json.loads(done.out) == []
    commands = [parse(line) for line in done.err.splitlines()]
    data = [command.data for command in commands if command and command.name == "debug"]
    assert logged("\n".join(data)) == asked(pa)


@pytest.mark.parametrize("how", ["flag", "PA_DEBUG", "INPUT_DEBUG"])
def test_who_asks_for_it_gets_plain_lines(terminal: Terminal, how: str) -> None:
    flags = ("--debug", "true") if how == "flag" else ()
    environ = {} if how == "flag" else {how: "true"}

    done = on_github(terminal, "deploy", *CREATE, *flags, **environ)

    assert logged(done.err)
    assert "::debug::" not in done.out + done.err


@pytest.mark.parametrize("how", ["flag", "PA_DEBUG", "INPUT_DEBUG"])
def test_who_says_no_gets_no_lines_though_the_ci_asks_for_them(
    terminal: Terminal, how: str
) -> None:
    flags = ("--debug=false",) if how == "flag" else ()
    environ = {} if how == "flag" else {how: "false"}

    done = on_github(terminal, "deploy", *CREATE, *flags, **environ)

    assert logged(done.out + done.err) == Counter()


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_page_has_the_address_that_is_told_elsewhere(
    pa: Emulator, terminal: Terminal, scheme: str
) -> None:
    hosted.api(pa, "POST", "webapps/", domain_name=DOMAIN, python_version="python313")
    url = f"{scheme}://{DOMAIN}/up"

    done = terminal.type("status", "--health-check", url, "--debug")

    assert f"{url} answered " in done.out
    assert f"GET {url}: " in done.err


@pytest.mark.parametrize(
    ("method", "status", "told"),
    [
        ("GET", 404, ": it does not exist, which may be normal"),
        ("DELETE", 404, ": it does not exist, which may be normal"),
        ("POST", 404, ""),
        ("GET", 403, ""),
        ("GET", 200, ""),
    ],
)
def test_what_is_not_there_does_not_look_like_an_error(
    server: ScriptedServer, method: Method, status: int, told: str
) -> None:
    server.answers(json_reply({"detail": "Not found."}, status=status))
    log: list[str] = []
    call = replace(READ, method=method)

    with suppress(DeployError):
        make_transport(server.url, [debug_lines(server, log.append)]).send(call)

    assert log[0].splitlines()[0].endswith(f" bytes{told}")


@pytest.mark.parametrize("value", ["0", "", "no", "maybe"])
def test_only_1_is_debug_logging(terminal: Terminal, value: str) -> None:
    done = on_github(terminal, "webapps", "list", RUNNER_DEBUG=value)

    assert (done.exit_code, logged(done.out + done.err)) == (0, Counter())


def test_the_body_of_an_error_is_told_up_to_a_length(server: ScriptedServer) -> None:
    server.answers(json_reply({"detail": "x" * 5000}, status=400))
    log: list[str] = []

    make_transport(server.url, [debug_lines(server, log.append)]).send(READ)

    assert '  {"detail": "xxxx' in log[0]
    assert len(log[0]) < 2200
    assert log[0].endswith("(cut: the whole body has 5,014 bytes)")


def test_the_body_of_a_good_answer_is_not_told(server: ScriptedServer) -> None:
    server.answers(json_reply({"password": "hunter2"}))
    log: list[str] = []

    make_transport(server.url, [debug_lines(server, log.append)]).send(READ)

    assert "hunter2" not in log[0]


@pytest.mark.parametrize(
    "said",
    [
        SECRET,
        f"line\n{SECRET}",
        SECRET.replace(" ", "%20").replace("&", "%26"),
        SECRET.replace("&", "&amp;"),
        "czNjcmV0IHZhbHVlICYgY28=",
        f"{'x' * 1995}{SECRET}",
    ],
    ids=["plain", "lines", "percent", "html", "base64", "at the cut"],
)
def test_no_secret_is_told(server: ScriptedServer, said: str) -> None:
    server.answers(Reply(status=400, body=said))
    err = io.StringIO()
    ci = Ci(io.StringIO(), err)
    ci.hiding.add(SECRET)

    make_transport(server.url, [debug_lines(server, ci.debug, ci)]).send(READ)

    assert "s3cr" not in err.getvalue()
    assert said not in err.getvalue()


@pytest.mark.parametrize("environ", [{"GITHUB_ACTIONS": "true"}, {"ACT": "true"}])
@pytest.mark.parametrize(
    "said",
    [
        "x\n::add-mask::a",
        "x\r##[error]a",
        "x\x85::set-env name=A::b",
        "%0A::error::a",
        "::stop-commands::t",
    ],
)
def test_no_body_becomes_a_command(
    server: ScriptedServer, environ: dict[str, str], said: str
) -> None:
    server.answers(Reply(status=400, body=said))
    out, err = io.StringIO(), io.StringIO()
    ci = detect(environ, out, err)

    for log in (ci.debug, ci.debug_if_asked, ci.aside().debug_if_asked):
        make_transport(server.url, [debug_lines(server, log, ci)]).send(READ)

    lines = (out.getvalue() + err.getvalue()).splitlines()
    commands = {command.name for line in lines if (command := parse(line))}
    assert commands == {"debug"}


@pytest.mark.parametrize("path", ["/api/health", "/api/v0/user/alice/webapps/"])
def test_a_page_whose_path_is_like_the_apis_is_a_page(path: str) -> None:
    log: list[str] = []
    exchange = Exchange(method="GET", url=f"https://{DOMAIN}{path}?key=abc123", seconds=0.0)

    DebugLines("www.pythonanywhere.com", log.append, str)(exchange)

    assert log[0].startswith(f"GET https://{DOMAIN}{path}?***: ")


def test_a_query_of_a_page_is_not_told(pa: Emulator, terminal: Terminal) -> None:
    hosted.api(pa, "POST", "webapps/", domain_name=DOMAIN, python_version="python313")

    done = terminal.type("status", "--health-check", "/?key=abc123", "--debug", "true")

    assert f"://{DOMAIN}/?***: " in done.err
    assert "abc123" not in done.err


def test_a_request_that_a_signal_ended_is_told(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise Interrupted("SIGTERM", 15)

    monkeypatch.setattr(Http, "_land", interrupt)
    log: list[str] = []

    with pytest.raises(Interrupted):
        make_transport(server.url, [debug_lines(server, log.append)]).send(READ)

    assert log[0].endswith("no answer in 0.000 s: a signal ended the run")


@pytest.mark.parametrize("size", [1990, 1999, 64 * 1024 - 5, 64 * 1024 - 40, 1024 * 1024 - 5])
@pytest.mark.parametrize("encode", [str, quote, lambda text: json.dumps(text)[1:-1]])
@pytest.mark.parametrize("repeated", [False, True])
def test_a_body_is_cut_after_the_secrets_have_gone(
    server: ScriptedServer, size: int, encode: Callable[[str], str], *, repeated: bool
) -> None:
    """Secrets that become short leave room for what is far behind in the body."""
    secret = "correct horse battery staple, said Zoë; " * 7
    said = encode(secret)
    before = (said * (size // len(said) + 1))[:size] if repeated else "x" * size
    before = before[: size // len(said) * len(said)] + "\n" * (size % len(said))
    server.answers(Reply(status=400, body=f"{before}{said}"))
    err = io.StringIO()
    ci = Ci(io.StringIO(), err)
    ci.hiding.add(secret)

    make_transport(server.url, [debug_lines(server, ci.debug, ci)]).send(READ)

    assert [word for word in ("horse", "staple", "Zo") if word in err.getvalue()] == []
