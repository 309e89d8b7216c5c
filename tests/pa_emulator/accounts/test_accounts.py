"""Tokens, accounts, the rate limit, CPU seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pa_emulator import Emulator
    from tests.pa_emulator.client import Client

THROTTLED = "Request was throttled. Expected available in {} seconds."


def test_cpu_has_the_three_facts(alice: Client) -> None:
    answer = alice.get("cpu/")
    assert answer.status_code == 200
    assert set(answer.json()) == {
        "daily_cpu_limit_seconds",
        "daily_cpu_total_usage_seconds",
        "next_reset_time",
    }


def test_free_accounts_have_a_hundred_cpu_seconds(free: Client) -> None:
    assert free.get("cpu/").json()["daily_cpu_limit_seconds"] == 100


def test_bad_token_is_401(alice: Client) -> None:
    answer = alice.get("cpu/", headers={"Authorization": "Token " + "0" * 40})
    assert (answer.status_code, answer.json()) == (401, {"detail": "Invalid token."})


def test_no_token_is_401_and_says_how(alice: Client) -> None:
    answer = alice.get("cpu/", headers={"Authorization": ""})
    assert answer.status_code == 401
    assert answer.json() == {"detail": "Authentication credentials were not provided."}
    assert answer.headers["WWW-Authenticate"] == "Token"


def test_anothers_account_is_403(alice: Client, bob: Client) -> None:
    answer = alice.session.get(bob.base + "cpu/")
    assert answer.status_code == 403
    assert answer.json() == {"detail": "You do not have permission to perform this action."}


def test_user_that_does_not_exist_is_500_and_a_page(alice: Client) -> None:
    answer = alice.session.get(alice.pa.url + "/api/v0/user/nobody/cpu/")
    assert answer.status_code == 500
    assert answer.headers["Content-Type"].startswith("text/html")


def test_username_in_url_may_have_other_case(alice: Client) -> None:
    assert alice.session.get(alice.pa.url + "/api/v0/user/ALICE/cpu/").status_code == 200


def test_missing_slash_is_redirected(alice: Client) -> None:
    answer = alice.get("cpu")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/api/v0/user/alice/cpu/")


def test_wrong_method_is_405(alice: Client) -> None:
    answer = alice.put("cpu/")
    assert (answer.status_code, answer.json()) == (405, {"detail": 'Method "PUT" not allowed.'})
    assert "GET" in answer.headers["Allow"]


def test_other_content_types_are_415(alice: Client) -> None:
    answer = alice.post("webapps/", data="x", headers={"Content-Type": "text/plain"})
    assert answer.status_code == 415


def test_broken_json_is_400(alice: Client) -> None:
    answer = alice.post("webapps/", data="{", headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("JSON parse error")


def test_any_accept_header_gets_json(alice: Client) -> None:
    assert alice.get("cpu/", headers={"Accept": "text/html"}).status_code == 200


def test_the_41st_call_in_a_minute_is_429(alice: Client) -> None:
    statuses = [alice.get("cpu/").status_code for _ in range(41)]
    assert statuses == [200] * 40 + [429]


def test_429_says_when_in_header_and_text(alice: Client) -> None:
    for _ in range(40):
        alice.get("cpu/")
    answer = alice.get("cpu/")
    seconds = answer.headers["Retry-After"]
    assert answer.json() == {"detail": THROTTLED.format(seconds)}
    assert 50 < int(seconds) <= 60


def test_refused_calls_do_not_count(alice: Client) -> None:
    for _ in range(50):
        alice.get("cpu/")
    alice.pa.advance(60)
    assert alice.get("cpu/").status_code == 200


def test_window_slides(alice: Client) -> None:
    for _ in range(20):
        alice.get("cpu/")
    alice.pa.advance(40)
    for _ in range(20):
        alice.get("cpu/")
    alice.pa.advance(20)
    assert [alice.get("cpu/").status_code for _ in range(21)] == [200] * 20 + [429]


def test_each_endpoint_has_its_own_bucket(alice: Client) -> None:
    for _ in range(41):
        alice.get("cpu/")
    assert alice.get("webapps/").status_code == 200


def test_paths_and_verbs_of_files_share_one_bucket(alice: Client) -> None:
    for number in range(20):
        alice.upload(f"/home/alice/{number}", b"")
        alice.delete(f"files/path/home/alice/{number}")
    assert alice.get("files/path/home/alice/").status_code == 429


def test_each_account_has_its_own_bucket(alice: Client, bob: Client) -> None:
    for _ in range(41):
        alice.get("cpu/")
    assert bob.get("cpu/").status_code == 200


def test_401_and_403_come_before_429(alice: Client, bob: Client) -> None:
    for _ in range(40):
        alice.get("cpu/")
    assert alice.get("cpu/", headers={"Authorization": "Token x"}).status_code == 401
    assert alice.session.get(bob.base + "cpu/").status_code == 403


@pytest.mark.parametrize("name", ["default", "x"])
def test_tokens_can_be_chosen(pa: Emulator, name: str) -> None:
    assert pa.add_user(name, token="f" * 40) == "f" * 40
