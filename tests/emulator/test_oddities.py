"""Requests that no client should send still get an answer that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests

from tests.emulator.client import DOMAIN

if TYPE_CHECKING:
    from tests.emulator.client import Client

JSON = {"Content-Type": "application/json"}
LONG_IDS = [str(2**63 - 1), str(2**63), "9" * 5000]
DEEP = "[" * 100_000


@pytest.mark.parametrize("path", ["webapps/", "consoles/", "files/sharing/"])
def test_json_nested_too_deeply_is_400(alice: Client, path: str) -> None:
    answer = alice.post(path, data=DEEP, headers=JSON)
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("JSON parse error")


def test_json_nested_too_deeply_is_400_on_the_control_surface(alice: Client) -> None:
    url = alice.pa.url + "/_emulator/faults"
    assert requests.post(url, data=DEEP, headers=JSON, timeout=60).status_code == 400


@pytest.mark.parametrize("number", LONG_IDS, ids=len)
@pytest.mark.parametrize("path", ["consoles", f"webapps/{DOMAIN}/static_files"])
def test_an_id_of_any_length_is_404_in_json(alice: Client, path: str, number: str) -> None:
    alice.create()
    answer = alice.get(f"{path}/{number}/")
    assert (answer.status_code, answer.json()) == (404, {"detail": "Not found."})


def test_options_is_405(alice: Client) -> None:
    answer = alice("OPTIONS", "webapps/")
    assert answer.json() == {"detail": 'Method "OPTIONS" not allowed.'}
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, POST, HEAD")


def test_options_is_405_on_the_control_surface(alice: Client) -> None:
    answer = requests.options(alice.pa.url + "/_emulator/reset", timeout=60)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
