"""The token, the retries and the rate limit, against a real server."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pa_deploy.clock import Deadline
from pa_deploy.errors import OutOfTime, Refused, Unclear, Unreachable
from pa_deploy.hosts import find_host
from pa_deploy.model import Secret
from pa_deploy.transport import Answer, Call, Fault, Http, Transport
from pa_deploy.transport.throttling import throttle_seconds
from tests.fake_clock import FakeClock
from tests.scripted_server import Reply, ScriptedServer, json_reply

TOKEN = "0123456789abcdef"
READ = Call(method="GET", path="/x/", what="reading x")
CREATE = Call(method="POST", path="/x/", what="creating x", repeatable=False, form={"a": "1"})


NOW = 1_770_000_000.0


def json_answer() -> Answer:
    return Answer(status=200, headers={}, body=b"[]")


class Rig:
    """A transport with a fake clock, and what it announced."""

    def __init__(self, url: str, timeout: float = 600) -> None:
        self.clock = FakeClock()
        self.said: list[str] = []
        http = Http(Deadline(self.clock, timeout), lambda text: text.replace(TOKEN, "***"))
        host = find_host(url, url)
        self.transport = Transport(
            host,
            Secret(TOKEN),
            http,
            announce=self.said.append,
            user_agent="test/1",
        )

    def send(self, call: Call = READ) -> Answer:
        return self.transport.send(call)


def test_the_token_is_sent_as_the_api_page_says(server: ScriptedServer) -> None:
    server.answers(json_reply([]))

    Rig(server.url).send()

    assert server.received[0].headers["authorization"] == f"Token {TOKEN}"


def test_a_netrc_does_not_replace_the_token(
    server: ScriptedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login bob password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    server.answers(json_reply([]))

    Rig(server.url).send()

    assert server.received[0].headers["authorization"] == f"Token {TOKEN}"


def test_a_configured_proxy_is_not_used_for_a_loopback_host(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    server.answers(json_reply([]))

    assert Rig(server.url).send().status == 200


def test_connections_are_kept_and_cookies_are_not(server: ScriptedServer) -> None:
    server.answers(Reply(headers={"Set-Cookie": "sessionid=1"}))
    rig = Rig(server.url)

    rig.send()
    rig.send()

    assert "cookie" not in server.received[1].headers


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 01 Jan 99999999999 00:00:00 GMT"])
def test_a_date_that_is_none_is_passed_over(date: str, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = Answer(status=204, headers={"date": date}, body=b"")
    monkeypatch.setattr(Http, "exchange", lambda *_, **__: answer)
    rig = Rig("http://127.0.0.1:9")

    rig.send(Call(method="GET", path="/x/", what="reading x", wants_json=False))

    assert rig.transport.server_time() == rig.clock.time()


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_passing_failure_is_tried_again(server: ScriptedServer, status: int) -> None:
    server.answers(Reply(status=status, body="<html>"), json_reply(["ok"]))
    rig = Rig(server.url)

    assert rig.send().json() == ["ok"]
    assert rig.said == [f"Reading x: the server answered {status}; trying again in 1 s"]


@pytest.mark.parametrize(
    "reply",
    [
        Reply(drop=True),
        Reply(body='["long enough to cut"]', cut=True),
        Reply(body="<html>ok</html>"),
    ],
    ids=["dropped", "cut", "no JSON"],
)
def test_an_answer_that_is_not_whole_is_tried_again(server: ScriptedServer, reply: Reply) -> None:
    server.answers(reply, json_reply(["ok"]))

    assert Rig(server.url).send().json() == ["ok"]


def test_the_retries_end(server: ScriptedServer) -> None:
    server.answers(Reply(status=503))
    rig = Rig(server.url)

    with pytest.raises(Unreachable, match=r"answered 503\. It was tried 5 times"):
        rig.send()
    assert (rig.clock.slept, rig.transport.requests) == ([1, 2, 4, 8], 5)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 500])
def test_an_answer_that_means_something_is_not_tried_again(
    server: ScriptedServer, status: int
) -> None:
    server.answers(json_reply({}, status))
    rig = Rig(server.url)

    assert (rig.send().status, rig.transport.requests) == (status, 1)


@pytest.mark.parametrize(
    "reply",
    [Reply(status=500), Reply(status=502), Reply(drop=True), Reply(status=201, body="{")],
    ids=["500", "502", "dropped", "no JSON"],
)
def test_a_call_that_must_not_be_repeated_is_sent_once(
    server: ScriptedServer, reply: Reply
) -> None:
    server.answers(reply)
    rig = Rig(server.url)

    with pytest.raises(Unclear, match="No clear answer to creating x"):
        rig.send(CREATE)
    assert rig.transport.requests == 1


def test_a_call_that_never_left_may_be_sent_again() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))  # and not listening: a port that nobody else can take
        rig = Rig(f"http://127.0.0.1:{bound.getsockname()[1]}")
        with pytest.raises(Unreachable, match="Connection refused"):
            rig.send(CREATE)
    assert rig.transport.requests == 5


@pytest.mark.parametrize(
    ("reply", "wait"),
    [
        (Reply(status=429, headers={"Retry-After": "17"}), 17),
        (Reply(status=429, body='{"detail":"throttled. Expected available in 42 seconds."}'), 42),
        (Reply(status=429, body='{"detail":"throttled. Expected available in 1 second."}'), 1),
        (Reply(status=429, body="<html>slow down</html>"), 15),
        (Reply(status=429, headers={"Retry-After": "soon"}), 15),
    ],
    ids=["header", "text", "singular", "page", "odd header"],
)
def test_the_rate_limit_is_waited_out(server: ScriptedServer, reply: Reply, wait: float) -> None:
    server.answers(reply, json_reply(["ok"], 201))
    rig = Rig(server.url)

    assert rig.send(CREATE).json() == ["ok"]
    assert rig.clock.slept == [wait]
    assert rig.said == [f"Waiting {wait:g} s for PythonAnywhere's rate limit (then: creating x)"]


def test_a_wait_that_outlasts_the_run_is_not_begun(server: ScriptedServer) -> None:
    server.answers(Reply(status=429, headers={"Retry-After": "60"}))
    rig = Rig(server.url, timeout=30)

    with pytest.raises(OutOfTime, match=r"30 s, .* the rate limit \(60 s\) before reading x"):
        rig.send()
    assert rig.clock.slept == []


def test_nothing_is_sent_after_the_deadline(server: ScriptedServer) -> None:
    rig = Rig(server.url, timeout=30)
    rig.clock.sleep(31)

    with pytest.raises(OutOfTime):
        rig.send()
    assert server.received == []


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        ("https://www.example.com/in?api_key=1", "https://www.example.com/in?***"),
        ("https://a:b@www.example.com/", "https://***@www.example.com/"),
        ("/in?next=/api&key=1", "/in?***"),
    ],
)
def test_a_redirect_is_told_without_what_may_be_a_key(
    server: ScriptedServer, place: str, shown: str
) -> None:
    server.answers(Reply(status=302, headers={"Location": place}))

    with pytest.raises(Refused) as refused:
        Rig(server.url).send()

    assert refused.value.what.endswith(f"with a redirect to {shown}.")


def test_a_redirect_is_not_followed(server: ScriptedServer) -> None:
    server.answers(Reply(status=301, headers={"Location": f"{server.url}/elsewhere"}))

    with pytest.raises(Refused, match=r"redirect to .*elsewhere"):
        Rig(server.url).send()
    assert len(server.received) == 1


def test_an_answer_says_how_long_to_wait_in_its_header_first() -> None:
    answer = Answer(status=429, headers={"retry-after": "3"}, body=b"available in 9 seconds")

    assert throttle_seconds(answer, NOW) == 3


@pytest.fixture
def _far_from_greenwich(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as there:
        there.setenv("TZ", "JST-9")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize(
    ("until", "wait"),
    [
        ("Sun, 06 Nov 1994 08:49:37 GMT", 17),
        ("Sunday, 06-Nov-94 08:49:37 GMT", 17),
        ("Sun Nov  6 08:49:37 1994", 17),
        ("Sun, 06 Nov 1994 08:49:20 GMT", 1),
        ("Sun, 06 Nov 1994 08:00:00 GMT", 1),
        ("Thu, 17 Nov 1994 22:35:59 GMT", 999_999),
        ("Thu, 17 Nov 1994 22:36:00 GMT", None),
        ("Sun, 06 Nov 1994 08:49:99 GMT", None),
    ],
    ids=[
        "today's form",
        "RFC 850's",
        "asctime's",
        "now",
        "over",
        "the longest",
        "never",
        "no time",
    ],
)
@pytest.mark.usefixtures("_far_from_greenwich")
def test_a_date_to_wait_for_is_one_of_the_server_s_clock(until: str, wait: float | None) -> None:
    headers = {"retry-after": until, "date": "Sun, 06 Nov 1994 08:49:20 GMT"}

    assert throttle_seconds(Answer(status=429, headers=headers, body=b""), NOW) == wait


def test_a_date_from_a_server_without_a_clock_is_one_of_ours_and_not_undercut() -> None:
    headers = {"retry-after": "Sun, 06 Nov 1994 08:49:37 GMT"}
    answer = Answer(status=429, headers=headers, body=b"")

    assert throttle_seconds(answer, 784111777 - 16.5) == 17


def test_a_date_is_waited_for_by_the_clock_that_the_server_has_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A clock of this machine that is wrong does not matter; nor does a 429 without `Date`."""
    first = Answer(status=503, headers={"date": "Sun, 06 Nov 1994 08:49:20 GMT"}, body=b"")
    limit = Answer(status=429, headers={"retry-after": "Sun, 06 Nov 1994 08:49:37 GMT"}, body=b"")
    answers = iter([first, limit, json_answer()])
    monkeypatch.setattr(Http, "exchange", lambda *_, **__: next(answers))
    rig = Rig("http://127.0.0.1:9")

    rig.send()

    assert rig.clock.slept == [1, 16]


def test_a_host_that_cannot_be_one_is_a_lasting_fault() -> None:
    http = Http(Deadline(FakeClock(), 5))

    with pytest.raises(Fault) as caught:
        http.exchange("GET", f"http://{'a' * 64}.example/")
    assert (caught.value.lasting, caught.value.sent) == (True, False)


def test_a_body_nested_without_end_is_no_json() -> None:
    with pytest.raises(ValueError, match="nested too deeply"):
        Answer(status=200, headers={}, body=b"[" * 200_000).json()
