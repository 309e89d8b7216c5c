"""Requests that no client should send still get an answer that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests

if TYPE_CHECKING:
    from tests.emulator.client import Client

JSON = {"Content-Type": "application/json"}
DEEP = "[" * 100_000


@pytest.mark.parametrize("path", ["webapps/", "consoles/", "files/sharing/"])
def test_json_nested_too_deeply_is_400(alice: Client, path: str) -> None:
    answer = alice.post(path, data=DEEP, headers=JSON)
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("JSON parse error")


def test_json_nested_too_deeply_is_400_on_the_control_surface(alice: Client) -> None:
    url = alice.pa.url + "/_emulator/faults"
    assert requests.post(url, data=DEEP, headers=JSON, timeout=60).status_code == 400
