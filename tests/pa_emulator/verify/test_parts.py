"""The parts of `pa-emulator verify`: comparing, pacing, redacting, and what a run may touch."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from pa_emulator.verify.account import ANY_PLAN, Account, Items
from pa_emulator.verify.cases import Answer, Case, Request, filled
from pa_emulator.verify.ledger import Ledger
from pa_emulator.verify.made import Made
from pa_emulator.verify.match import Reply, differences
from pa_emulator.verify.pace import CALLS, WINDOW_SECONDS, Clock, Pace, family, pause_asked_for
from pa_emulator.verify.report import Run, as_json, redacted
from pa_emulator.verify.runner import Result, why_not
from pa_emulator.verify.server import Target
from pa_emulator.verify.shape import found

TARGET = Target(
    "https://www.pythonanywhere.com",
    "alice",
    "s3cret",
    "alice.pythonanywhere.com",
    is_emulator=False,
)
ROOT = "/home/alice/pa-emulator-verify-0123abcd"
LISTS = ("webapps", "websites", "consoles", "schedule", "always_on")
NOTHING = Account(
    plan=ANY_PLAN,
    lists={kind: [] for kind in LISTS},
    home=frozenset(),
    has_wsgi=False,
    logs=frozenset(),
)


def _with(kind: str, items: Items | None) -> Account:
    return replace(NOTHING, lists={**NOTHING.lists, kind: items})


def reply(
    body: object = None, status: int = 200, kind: str = "application/json", **headers: str
) -> Reply:
    return Reply(status, kind, b"" if body is None else json.dumps(body).encode(), headers)


def ledger() -> Ledger:
    made = Made(TARGET.url, "alice", "0123abcd")
    return Ledger(TARGET, NOTHING, made, "nothing-alice.pythonanywhere.com", "nobody")


@pytest.mark.parametrize(
    ("wanted", "body", "phrase"),
    [
        ({"a": 1}, {"a": "1"}, 'body.a: "1" instead of 1'),
        ({"a": "x"}, {"a": None}, 'body.a: null instead of "x"'),
        ({"a": False}, {"a": 0}, "body.a: 0 instead of false"),
        ({"a": 1}, {"a": True}, "body.a: true instead of 1"),
        ({"a": "<id>"}, {"a": True}, "body.a: true instead of <id>"),
        ({"a": "<id>"}, {"a": 0}, "body.a: 0 instead of <id>"),
        ({"a": "<number>"}, {"a": "1"}, 'body.a: "1" instead of <number>'),
        ({"a": "<text>"}, {"a": 1}, "body.a: 1 instead of <text>"),
        ({"a": "<list>"}, {"a": {}}, "body.a: an object instead of <list>"),
        ({"a": "/x/<id>/"}, {"a": "/x/y/"}, 'body.a: "/x/y/" instead of "/x/<id>/"'),
        ({"a": 1}, {}, "body.a is missing"),
        ({}, {"a": 1}, "body.a is not expected"),
        ([], {}, "body: an object instead of a list"),
        ({}, [], "body: a list instead of an object"),
        ([1, 2], [1], "body: 1 items instead of 2"),
        ([{"a": 1}], [{"a": 2}], "body[0].a: 2 instead of 1"),
        ({"a": {"b": []}}, {"a": {"b": None}}, "body.a.b: null instead of a list"),
    ],
)
def test_a_difference_in_json_is_named(wanted: object, body: object, phrase: str) -> None:
    assert differences(Answer(status=200, body=wanted), reply(body)) == (phrase,)


@pytest.mark.parametrize(
    ("wanted", "body"),
    [
        ("<any>", None),
        ("<id>", 7),
        ("<number>", 0.5),
        ("<text>", ""),
        ("<list>", [1]),
        ("/x/<id>/<any>", "/x/12/y/z"),
        (None, None),
    ],
)
def test_what_stands_for_a_kind_fits_that_kind(wanted: object, body: object) -> None:
    assert differences(Answer(status=200, body={"a": wanted}), reply({"a": body})) == ()


@pytest.mark.parametrize(
    ("wanted", "answer", "phrase"),
    [
        (Answer(status=201), reply({}), "status 200 instead of 201"),
        (Answer(status=200, type="text/html"), reply({}), "type 'application/json' instead of"),
        (Answer(status=200, text="abc"), reply("x"), "no 'abc' in the body"),
        (Answer(status=200, text=""), reply("x"), "a body of 3 bytes instead of none"),
        (Answer(status=200, pattern="a+"), reply("x"), "the body does not match 'a+'"),
        (Answer(status=200, headers={"Allow": "GET"}), reply({}), "header Allow: None instead of"),
        (Answer(status=200, includes={"a": 1}), reply({"b": 1}), "body.a is missing"),
        (Answer(status=200, includes={"a": 1}), reply([]), "body: a list instead of an object"),
        (Answer(status=200, body={}), Reply(200, "json", b"<p>", {}), "body: null instead of an"),
    ],
)
def test_a_difference_beside_the_body_is_named(wanted: Answer, answer: Reply, phrase: str) -> None:
    (difference,) = differences(wanted, answer)
    assert difference.startswith(phrase)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("webapps/", "webapps"),
        ("webapps/a.example.com/", "webapps/*"),
        ("webapps/a.example.com/static_files/7/", "webapps/*/static_files/*"),
        ("webapps/a.example.com/reload/", "webapps/*/reload"),
        ("files/path/home/alice/a/b", "files/path"),
        ("files/path//home/alice/a", "files/path"),
        ("files/sharing/", "files/sharing"),
        ("files/tree/", "files/tree"),
        ("consoles/7/", "consoles/*"),
        ("consoles/shared_with_you/", "consoles/shared_with_you"),
    ],
)
def test_calls_of_one_endpoint_share_a_limit(path: str, name: str) -> None:
    assert family(Request(method="GET", path=path)) == name


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.seconds, self.sleep)


@pytest.mark.parametrize("calls", [1, 40, 41, 100, 200])
def test_in_no_minute_is_an_endpoint_called_more_often_than_it_may(calls: int) -> None:
    time = Time()
    pace = Pace(CALLS, time.clock)
    made = []
    for number in range(calls):
        pace.wait(Request(method="GET", path=f"webapps/{number}/"))
        made.append(time.seconds)

    assert all(
        later - earlier >= WINDOW_SECONDS
        for earlier, later in zip(made, made[CALLS:], strict=False)
    )
    assert time.seconds - 1000 == (calls - 1) // CALLS * WINDOW_SECONDS


def test_other_endpoints_do_not_wait() -> None:
    time = Time()
    pace = Pace(CALLS, time.clock)
    for _ in range(CALLS):
        for path in ("webapps/", "consoles/", "files/tree/"):
            pace.wait(Request(method="GET", path=path))

    assert time.seconds == 1000


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (reply({}, 429, **{"retry-after": "17"}), 17),
        (reply({"detail": "Expected available in 5 seconds."}, 429), 5),
        (reply({"detail": "Expected available in 1 second."}, 429), 1),
        (Reply(429, "text/html", b"Console limit reached", {}), None),
        (reply({}, 503, **{"retry-after": "17"}), None),
    ],
)
def test_the_pause_that_a_throttled_call_is_given(answer: Reply, seconds: float | None) -> None:
    assert pause_asked_for(answer) == seconds


@pytest.mark.parametrize(
    "request_",
    [
        Request(method="DELETE", path="files/path/home/alice"),
        Request(method="DELETE", path="files/path/home/alice/mysite"),
        Request(method="POST", path="files/path/home/alice/x", content=""),
        Request(method="DELETE", path=f"files/path{ROOT}/../mysite"),
        Request(method="DELETE", path=f"files/path{ROOT}x"),
        Request(method="POST", path="files/path/var/www/alice_pythonanywhere_com_wsgi.py"),
        Request(method="POST", path="files/sharing/", json={"path": "/home/alice/x"}),
        Request(method="DELETE", path="files/sharing/", query={"path": "/home/alice/x"}),
        Request(method="DELETE", path="webapps/alice.pythonanywhere.com/"),
        Request(method="POST", path="webapps/alice.pythonanywhere.com/reload/"),
        Request(method="POST", path="webapps/", form={"domain_name": "www.example.com"}),
        Request(method="DELETE", path="websites/alice.pythonanywhere.com/", api="v1"),
        Request(method="POST", path="domains/alice.pythonanywhere.com/ssl/", api="v1"),
        Request(method="DELETE", path="consoles/7/"),
        Request(method="POST", path="consoles/7/send_input/", form={"input": "x"}),
        Request(method="DELETE", path="schedule/7/"),
        Request(method="PATCH", path="always_on/7/"),
        Request(method="DELETE", path="students/bob"),
        Request(method="PATCH", path="default_python3_version/"),
        Request(method="PATCH", path="system_image/"),
    ],
    ids=lambda request: f"{request.method} {request.path}",
)
def test_nothing_that_the_run_has_not_made_may_be_touched(request_: Request) -> None:
    assert not ledger().may(request_)


@pytest.mark.parametrize(
    ("made", "answer", "request_"),
    [
        (
            Request(method="POST", path="consoles/"),
            reply({"id": 7}, 201),
            Request(method="DELETE", path="consoles/7/"),
        ),
        (
            Request(method="POST", path="schedule/"),
            reply({"id": 7}, 201),
            Request(method="PATCH", path="schedule/7/"),
        ),
        (
            Request(method="POST", path="webapps/", form={"domain_name": TARGET.domain}),
            reply({"status": "OK"}),
            Request(method="DELETE", path="webapps/alice.pythonanywhere.com/"),
        ),
        (
            Request(method="POST", path="webapps/", form={"domain_name": TARGET.domain}),
            reply({"status": "OK"}),
            Request(method="POST", path="files/path/var/www/alice_pythonanywhere_com_wsgi.py"),
        ),
    ],
    ids=lambda value: getattr(value, "path", ""),
)
def test_what_the_run_has_made_may_be_touched(
    made: Request, answer: Reply, request_: Request
) -> None:
    book = ledger()
    book.before(made)
    book.after(made, answer)

    assert book.may(request_)


@pytest.mark.parametrize(
    "answer",
    [
        reply({"status": "ERROR", "error_type": "x"}),
        reply({"error": "x"}, 400),
        reply({"detail": "x"}, 403),
    ],
)
def test_a_web_app_whose_creation_is_refused_is_not_ours(answer: Reply) -> None:
    book = ledger()
    request = Request(method="POST", path="webapps/", form={"domain_name": TARGET.domain})
    book.before(request)
    book.after(request, answer)

    assert book.steps == []
    assert not book.made.owns("webapps", {"domain_name": TARGET.domain})


RUN = Run(target=TARGET, plan="free", root=ROOT, results=[], left=[], calls=0, seconds=0)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("/home/alice/x", "/home/USER/x"),
        ("ALICE.pythonanywhere.com", "DOMAIN"),
        ("/var/www/alice_pythonanywhere_com_wsgi.py", "/var/www/DOMAIN_wsgi.py"),
        ("alice_x and malice", "USER_x and malice"),
        ("Token s3cret", "Token TOKEN"),
        (f"{ROOT}/3/x", "/home/USER/FOLDER/3/x"),
        ("home%2Falice%2Fx", "home%2FUSER%2Fx"),
        ("%61lice %2561LICE a%6Cice", "USER USER USER"),
        ("S3CRET %733cret", "TOKEN TOKEN"),
    ],
)
def test_what_tells_who_it_was_is_taken_out(text: str, clean: str) -> None:
    assert redacted(text, RUN) == clean


def test_a_host_of_somebody_is_taken_out() -> None:
    run = replace(RUN, target=replace(TARGET, url="https://pa.intern.example:8443"))
    assert redacted("https://PA.intern.example:8443/x", run) == "https://HOST:8443/x"
    assert redacted("www.pythonanywhere.com", RUN) == "www.pythonanywhere.com"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            reply([{"command": "my secret job"}]),
            '200 application/json ["1 items", {"1 other keys": "any"}]',
        ),
        (
            reply({"my-shop.example.com": {}, "a": 1}),
            '200 application/json {"2 other keys": "any"}',
        ),
        (reply({"detail": "mine"}, 400), '400 application/json {"1 other keys": "any"}'),
        (reply("mine"), "200 application/json 6 bytes"),
        (Reply(500, "text/html", b"<title>No</title><p>csrf=abc", {}), "500 text/html page 'No'"),
        (Reply(200, "text/plain", b"1.2.3.4 - GET", {}), "200 text/plain 13 bytes"),
        (Reply(204, "", b"", {}), "204 no body"),
    ],
)
def test_an_answer_is_told_without_what_is_the_owners(answer: Reply, words: str) -> None:
    assert found(Answer(status=200), answer) == words


@pytest.mark.parametrize(
    ("wanted", "body", "words"),
    [
        ({"a": "x"}, {"a": "y", "b": "mine"}, '{"a": "y", "1 other keys": "any"}'),
        ({"students": "<list>"}, {"students": ["bob"]}, '{"students": ["1 items", "text"]}'),
        (
            {"status": "OK"},
            {"status": "ERROR", "error": "no"},
            '{"status": "ERROR", "error": "no"}',
        ),
        (
            [{"id": 1}],
            [{"id": 2, "mine": 1}],
            '["1 items", {"id": "number", "1 other keys": "any"}]',
        ),
    ],
)
def test_of_an_answer_what_the_contract_knows_is_told(
    wanted: object, body: object, words: str
) -> None:
    assert found(Answer(status=200, body=wanted), reply(body)) == f"200 application/json {words}"


@pytest.mark.parametrize("key", ["my-shop.example.com", "Thesis", "a.txt", ""])
def test_a_key_that_may_be_a_name_is_not_told(key: str) -> None:
    (text,) = differences(Answer(status=200, body={}), reply({key: 1}))
    assert text == "body.<key of number> is not expected"


@pytest.mark.parametrize("at", range(270, 301, 5))
def test_a_secret_across_the_cut_is_not_half_told(at: int) -> None:
    case = Result(CASE, "differs", "z" * at + f" {TARGET.token} alice", ("z" * at + " alice",))
    text = as_json(replace(RUN, results=[case]), [])
    assert "s3c" not in text
    assert "ali" not in text


def test_only_the_groups_of_a_pattern_are_told() -> None:
    wanted = Answer(status=200, pattern="agent=(\\w+)")
    answer = Reply(200, "text/plain", b"1.2.3.4 agent=ping 5.6.7.8", {})
    assert found(wanted, answer) == "200 text/plain ping"


def test_names_are_put_in_everywhere_and_unknown_ones_stay() -> None:
    request = Request(
        method="POST", path="a/<user>/<id>", json={"k": ["<user>", {"<user>": "<other>"}]}
    )
    assert filled(request, {"user": "bob"}) == replace(
        request, path="a/bob/<id>", json={"k": ["bob", {"bob": "<other>"}]}
    )


WEBAPP = {"domain_name": "alice.pythonanywhere.com"}
CASE = Case(
    service="x",
    number=1,
    name="x",
    source="inferred",
    safe=True,
    request=Request(method="GET", path="x"),
    answer=Answer(status=200),
)


@pytest.mark.parametrize(
    ("case", "account", "why"),
    [
        (CASE, NOTHING, ""),
        (replace(CASE, safe=False, why="it bites"), NOTHING, "not safe: it bites"),
        (replace(CASE, slow=30), NOTHING, "takes 30 s; pass --slow"),
        (replace(CASE, plan="free"), replace(NOTHING, plan="paid"), "needs a free account"),
        (replace(CASE, plan="paid"), replace(NOTHING, plan="free"), "needs a paid account"),
        (
            replace(CASE, plan="paid"),
            replace(NOTHING, plan=""),
            "the plan of the account is unknown",
        ),
        (replace(CASE, needs="webapp"), _with("webapps", [WEBAPP]), "alice.pythonanywhere.com "),
        (
            replace(CASE, needs="website"),
            _with("webapps", [WEBAPP]),
            "alice.pythonanywhere.com ",
        ),
        (
            replace(CASE, needs="webapp"),
            _with("websites", [WEBAPP]),
            "alice.pythonanywhere.com ",
        ),
        (replace(CASE, needs="webapp"), _with("webapps", None), "the list of webapps could not"),
        (replace(CASE, needs="no webapp"), replace(NOTHING, has_wsgi=True), "the WSGI file of an"),
        (
            replace(CASE, request=Request(method="POST", path="consoles/")),
            replace(_with("consoles", [{"id": 1}, {"id": 2}]), plan="free"),
            "both consoles of the account are in use",
        ),
    ],
)
def test_why_a_case_is_not_tried(case: Case, account: Account, why: str) -> None:
    found = why_not(case, TARGET, account, slow=False)
    assert found.startswith(why)
    assert bool(found) == bool(why)


def test_a_visit_by_http_is_not_tried_where_there_is_none() -> None:
    case = replace(CASE, request=Request(method="GET", path="/", api="site", scheme="http"))
    local = replace(TARGET, url="https://127.0.0.1:8888")
    assert why_not(case, local, NOTHING, slow=False) == "this server does not answer over http"
    assert why_not(case, TARGET, NOTHING, slow=False) == ""
