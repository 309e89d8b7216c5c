"""The control surface: request log, faults, reset, users, clock."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
import requests

from pa_emulator import Emulator
from pa_emulator.config import PLANS
from pa_emulator.faults.rules import Fault, Faults, parse
from tests.pa_emulator.client import DOMAIN, Client, wsgi_saying
from tests.soak import first_of


def test_api_calls_are_logged(alice: Client) -> None:
    alice.get("files/tree/", params={"path": "/x"})
    (call,) = alice.pa.requests()
    assert call.pop("seconds") > 0
    assert call == {
        "method": "GET",
        "path": "/api/v0/user/alice/files/tree/",
        "query": "path=%2Fx",
        "status": 400,
    }


def test_the_log_can_be_cleared(alice: Client) -> None:
    alice.get("cpu/")
    alice.pa.clear_requests()
    assert alice.pa.requests() == []


def test_a_fault_answers_in_place_of_the_work(alice: Client) -> None:
    alice.pa.add_fault(method="POST", path="*/webapps/", status=503, body='{"a": 1}')
    answer = alice.create()
    assert (answer.status_code, answer.json()) == (503, {"a": 1})
    assert alice.get("webapps/").json() == []
    assert alice.create().status_code == 200


def test_a_fault_can_be_a_page(alice: Client) -> None:
    alice.pa.add_fault(status=502, html=True)
    answer = alice.get("cpu/")
    assert answer.status_code == 502
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "502 Bad Gateway" in answer.text


def test_a_fault_can_follow_the_work(alice: Client) -> None:
    alice.pa.add_fault(status=504, html=True, work=True)
    assert alice.create().status_code == 504
    assert len(alice.get("webapps/").json()) == 1


def test_dropped_before_the_work(alice: Client) -> None:
    alice.pa.add_fault(path="*/webapps/", drop="before")
    with pytest.raises(requests.ConnectionError):
        alice.create()
    assert alice.get("webapps/").json() == []


def test_dropped_after_the_work(alice: Client) -> None:
    alice.pa.add_fault(path="*/webapps/", drop="after")
    with pytest.raises(requests.ConnectionError):
        alice.create()
    assert len(alice.get("webapps/").json()) == 1
    assert alice.pa.requests()[0]["status"] == 0


def test_a_truncated_answer(alice: Client) -> None:
    alice.pa.add_fault(truncate=5)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        alice.get("cpu/")


def test_an_answer_truncated_to_nothing(alice: Client) -> None:
    alice.pa.add_fault(truncate=0)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        alice.get("cpu/")


def test_throttled_on_order(alice: Client) -> None:
    alice.pa.add_fault(throttle=7)
    answer = alice.get("cpu/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert answer.json() == {"detail": "Request was throttled. Expected available in 7 seconds."}


def test_throttled_without_retry_after(alice: Client) -> None:
    alice.pa.add_fault(throttle=1, retry_after=False)
    answer = alice.get("cpu/")
    assert "Retry-After" not in answer.headers
    assert answer.json()["detail"].endswith("in 1 second.")


def test_a_delay_is_in_the_log(alice: Client) -> None:
    alice.pa.add_fault(delay=0.05)
    alice.get("cpu/")
    assert alice.pa.requests()[0]["seconds"] >= 0.05


def test_times(alice: Client) -> None:
    alice.pa.add_fault(status=500, times=2)
    assert [alice.get("cpu/").status_code for _ in range(3)] == [500, 500, 200]


def test_regular_expressions_and_methods(alice: Client) -> None:
    alice.pa.add_fault(method="GET", path=r"/webapps/[^/]+/$", status=500)
    assert alice.get("webapps/").status_code == 200
    assert alice.delete(f"webapps/{DOMAIN}/").status_code == 403
    assert alice.get(f"webapps/{DOMAIN}/").status_code == 500


def test_the_same_seed_gives_the_same_run(alice: Client) -> None:
    runs = []
    for _ in range(2):
        alice.pa.add_fault(status=500, times=None, probability=0.5, seed=3)
        runs.append([alice.get("cpu/").status_code for _ in range(15)])
        alice.pa.clear_faults()
    assert runs[0] == runs[1]
    assert set(runs[0]) == {200, 500}


@pytest.mark.parametrize(
    "fault", [{"staus": 500}, {"drop": "now"}, {"status": "500"}, {"status": 7}]
)
def test_a_fault_that_makes_no_sense_is_refused(pa: Emulator, fault: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="400"):
        pa.add_fault(**fault)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("delay", -1),
        ("delay", 1e300),
        ("body", "\ud800"),
        ("truncate", -1),
        ("content_type", "text/plain\r\nX-Other: 1"),
        ("content_type", "text/\ud800"),
        ("times", -1),
        ("times", 0),
        ("times", True),
        ("probability", 1.5),
        ("probability", -0.5),
        ("probability", 0),
        ("throttle", -1),
        ("throttle", 10**400),
        ("method", "G T"),
        ("method", "gte"),
        ("method", ""),
        ("path", "(webapps"),
        ("path", "/webapps/("),
        ("path", "a{99999999999}"),
    ],
)
def test_a_value_that_would_fail_at_the_call_is_refused(key: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"^{key} "):
        parse({key: value})


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"work": True}, "work has no effect without status or throttle"),
        ({"work": True, "drop": "after"}, "work has no effect without status or throttle"),
        ({"body": "x"}, "body has no effect without status or throttle"),
        ({"body": "x", "html": True}, "body has no effect without status or throttle"),
        ({"html": True}, "html has no effect without status"),
        ({"html": True, "throttle": 5}, "html has no effect without status"),
        ({"content_type": "text/plain"}, "content_type has no effect without status"),
        ({"retry_after": False}, "retry_after has no effect without throttle"),
        ({"retry_after": False, "status": 429}, "retry_after has no effect without throttle"),
        ({"seed": 3, "status": 500}, "seed has no effect without probability"),
        ({"throttle": 5, "status": 200}, "throttle and status cannot be in one fault"),
        ({"drop": "after", "truncate": 3}, "drop and truncate cannot be in one fault"),
        ({"drop": "before", "status": 500}, "drop and status cannot be in one fault"),
        ({"drop": "after", "throttle": 1}, "drop and throttle cannot be in one fault"),
        (
            {"status": 500, "html": True, "content_type": "text/plain"},
            "html and content_type cannot be in one fault",
        ),
    ],
)
def test_a_key_without_effect_is_refused(fault: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        parse(fault)


@pytest.mark.parametrize(
    "fault",
    [
        {},
        {"times": None, "delay": 1},
        {"status": 500, "truncate": 0},
        {"throttle": 0, "truncate": 3, "body": "x"},
        {"drop": "after", "delay": 2, "body": "", "work": False, "retry_after": True},
    ],
)
def test_a_fault_that_makes_sense_is_taken(fault: dict[str, object]) -> None:
    assert parse(fault) == Fault(**fault)  # type: ignore[arg-type]


def test_a_fault_without_effect_lets_its_calls_pass(alice: Client) -> None:
    alice.pa.add_fault(times=2)
    alice.pa.add_fault(status=500)
    assert [alice.get("cpu/").status_code for _ in range(4)] == [200, 200, 500, 200]


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data", "", "x"]
)
@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("faults", '{"status": 503}', 201),
        ("users", '{"username": "carol"}', 201),
        ("clock", '{"advance": 1}', 200),
        ("reset", "", 200),
    ],
)
def test_a_body_is_json_whatever_its_content_type(
    pa: Emulator, kind: str, path: str, body: str, status: int
) -> None:
    answer = requests.post(
        f"{pa.url}/_emulator/{path}", data=body, headers={"Content-Type": kind}, timeout=60
    )
    assert answer.status_code == status


@pytest.mark.parametrize("body", ["username=carol", "{'username': 'carol'}", "[1]", '"carol"'])
@pytest.mark.parametrize("path", ["faults", "users", "clock", "students"])
def test_a_body_that_is_not_an_object_is_told_what_to_be(
    pa: Emulator, path: str, body: str
) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    url = f"{pa.url}/_emulator/{path}"
    answer = requests.post(url, data=body, headers=headers, timeout=60)
    assert answer.status_code == 400
    assert "Send a JSON object as the body" in answer.json()["detail"]


def test_nobody_is_their_own_student(pa: Emulator) -> None:
    with pytest.raises(ValueError, match=r"400.*teacher"):
        pa.add_student("alice", "alice")


@pytest.mark.parametrize("plan", first_of(["free", "paid"]))
def test_another_account_has_the_plan_of_the_emulator(plan: str) -> None:
    with Emulator(plan=plan, hosting=False) as pa:
        first = pa.add_user("carol")
        answer = requests.post(f"{pa.url}/_emulator/users", json={"username": "dave"}, timeout=60)
        limits = [
            Client(pa, name, token).get("cpu/").json()["daily_cpu_limit_seconds"]
            for name, token in (("carol", first), ("dave", answer.json()["token"]))
        ]
    assert answer.json()["plan"] == plan
    assert limits == [PLANS[plan].cpu_seconds] * 2


def test_a_refused_fault_is_400_over_http(pa: Emulator) -> None:
    with pytest.raises(ValueError, match=r"400.*content_type"):
        pa.add_fault(status=500, content_type="a\nb")


@pytest.mark.parametrize("path", ["*/webapps/", "/api/*/(old)[/", "[/]api*(", "?api*("])
def test_a_glob_need_not_be_a_regular_expression(path: str) -> None:
    assert parse({"path": path}).path == path


def test_a_method_can_be_in_small_letters() -> None:
    assert parse({"method": "get"}).matches("GET", "/")


@pytest.mark.parametrize(
    "origin", ["http://[", "http://evil.example", "null", ""], ids=["broken", "other", "null", "no"]
)
def test_any_other_origin_is_403(pa: Emulator, origin: str) -> None:
    url = pa.url + "/_emulator/reset"
    assert requests.post(url, headers={"Origin": origin}, timeout=60).status_code == 403


def test_reset_removes_rows_files_sites_and_users(alice: Client, bob: Client) -> None:
    alice.host(wsgi_saying("hi"))
    alice.upload("/home/alice/x", "")
    alice.pa.reset()
    assert "Coming Soon!" in alice.visit().text
    assert alice.get("webapps/").json() == []
    assert not alice.pa.path("/home/alice/x").exists()
    assert not alice.pa.path("/home/bob").exists()
    assert bob.get("cpu/").status_code == 401


def test_reset_empties_the_buckets_and_the_log(alice: Client) -> None:
    for _ in range(41):
        alice.get("cpu/")
    alice.pa.reset()
    assert alice.pa.requests() == []
    assert alice.get("cpu/").status_code == 200


def test_users_are_checked(pa: Emulator) -> None:
    with pytest.raises(ValueError, match="username"):
        pa.add_user("../etc")
    with pytest.raises(ValueError, match="plan"):
        pa.add_user("carol", plan="gold")


@pytest.mark.parametrize("token", ["a b", "ü", "", 0])
def test_a_token_that_cannot_be_sent_is_refused(pa: Emulator, token: str | int) -> None:
    body = {"username": "carol", "token": token}
    answer = requests.post(f"{pa.url}/_emulator/users", json=body, timeout=60)
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("token: ")


def test_names_that_differ_in_capitals_only_are_one(pa: Emulator) -> None:
    with pytest.raises(ValueError, match=r"400.*username"):
        pa.add_user("Alice")


def test_no_call_counts_after_the_rate_limit_was_cleared(alice: Client) -> None:
    while alice.get("cpu/").status_code == 200:
        pass

    alice.pa.clear_rate_limit()

    assert alice.get("cpu/").status_code == 200


def test_the_clock_goes_forward_only(pa: Emulator) -> None:
    with pytest.raises(ValueError, match="advance"):
        pa.advance(-1)


@pytest.mark.soak
def test_the_clock_does_not_reach_the_end_of_dates(alice: Client) -> None:
    def advance_for_ever() -> None:
        while True:
            alice.pa.advance(10 * 365 * 86400)

    with pytest.raises(ValueError, match="cannot go beyond the year 9000"):
        advance_for_ever()
    assert alice.create().status_code == 200


def test_a_page_of_another_site_is_refused(alice: Client) -> None:
    url = alice.pa.url + "/_emulator/reset"
    assert requests.post(url, headers={"Origin": "http://evil.example"}).status_code == 403
    assert requests.post(url, headers={"Origin": alice.pa.url}).status_code == 200


@pytest.mark.parametrize("path", ["/_emulator/requests", "/user/alice/webapps/", "/"])
def test_other_names_for_this_machine_get_the_api_only(alice: Client, path: str) -> None:
    headers = {"Host": "rebound.example"}
    assert "Coming Soon!" in requests.get(alice.pa.url + path, headers=headers).text
    assert alice.get("cpu/", headers=headers).status_code == 200


def test_the_fixture_of_the_plugin_is_an_empty_emulator(pythonanywhere: Emulator) -> None:
    assert pythonanywhere.requests() == []
    assert pythonanywhere.path("/home/alice/README.txt").exists()


def test_clearing_the_faults_ends_their_delays() -> None:
    faults = Faults()
    ended: list[bool] = []
    waiting = threading.Thread(target=lambda: ended.append(faults.delay(Fault(delay=300))))
    waiting.start()

    while waiting.is_alive():
        faults.clear()
        waiting.join(0.01)

    assert ended == [False]


def test_the_date_of_an_answer_goes_by_the_clock(alice: Client) -> None:
    def date() -> datetime:
        return parsedate_to_datetime(alice.get("cpu/").headers["Date"])

    before = date()
    alice.pa.advance(86400)

    assert date() - before >= timedelta(days=1)
